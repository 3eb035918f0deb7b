import assert from "node:assert/strict";
import { conform } from "../../handler/conform.ts";
import { pause } from "../../../metadata/timer.ts";
import { end, look } from "../../../metadata/marked.ts";
import { clauses } from "../../handler/ra/conformance.ts";
import type { RaOperation } from "../../handler/ra/contract.ts";
import { agentClass } from "../../handler/ra/typescript/mod.ts";
import { testingHost } from "../../handler/testing_host.ts";
import * as agents from "./agents.ts";
import manifest from "./manifest.ts";
import plugin from "./mod.ts";

const cluster = `test${Deno.pid}`;
const secrets = decodeURIComponent(new URL("testdata/secrets", import.meta.url).pathname);
const config = { cluster, node: "alice", secrets };
const port = String(20_000 + Deno.pid % 20_000);

conform(clauses, {
  manifest,
  plugin,
  config,
  given: { agent: { provider: "pils", type: "WebServer" }, parameters: { port } },
});

const host = testingHost();
const operation = (change: Partial<RaOperation>): RaOperation => ({
  resource: "web",
  agent: { provider: "pils", type: "WebServer" },
  action: "monitor",
  intervalMs: 0,
  timeoutMs: 10_000,
  parameters: { port },
  ...change,
});
const permissions = { run: [Deno.execPath(), "/bin/sh"] };

Deno.test("parameters that are wrong give 6, all of them named", { permissions }, async () => {
  const api = await plugin(config, host);
  const parameters = { port: "0", prot: "80" };
  const { rc, output } = await api.run(operation({ action: "start", parameters }));
  assert.equal(rc, 6);
  assert.match(output, /port.*\n.*prot/s);
});

Deno.test("with wrong or missing parameters nothing runs: a probe says 7, a stop succeeds", {
  permissions,
}, async () => {
  const api = await plugin(config, host);
  const resource = "typo";
  for (
    const [type, parameters] of [
      ["WebServer", { port: "eightyeighty" }],
      ["WebServer", {}],
      ["Dummy", {}],
      ["Dummy", { state: "relative", unknown: "1" }],
    ] as const
  ) {
    const run = async (action: string, intervalMs = 0) =>
      (await api.run(operation({ resource, agent: { type }, action, intervalMs, parameters }))).rc;
    assert.equal(await run("monitor"), 7, `probe of ${type}`);
    assert.equal(await run("stop"), 0, `stop of ${type}`);
    assert.equal(await run("start"), 6, `start of ${type}`);
    assert.equal(await run("stop"), 0, `stop of ${type} after a start that was refused`);
  }
});

Deno.test("a service that runs is seen and stopped, though its parameters are wrong by now", {
  permissions,
}, async () => {
  const api = await plugin(config, host);
  const resource = "changed";
  const wrong = { port: "eightyeighty" };
  try {
    assert.equal((await api.run(operation({ resource, action: "start" }))).rc, 0);
    const probe = await api.run(operation({ resource, parameters: wrong }));
    assert.equal(probe.rc, 1);
    assert.match(probe.output, /It runs.*port/s);
    assert.equal((await api.run(operation({ resource, action: "stop", parameters: wrong }))).rc, 0);
    assert.equal((await api.run(operation({ resource }))).rc, 7);
  } finally {
    await api.run(operation({ resource, action: "stop" }));
  }
});

Deno.test(
  "a service that was killed is not running, and is started again",
  { permissions },
  async () => {
    const api = await plugin(config, host);
    try {
      assert.equal((await api.run(operation({ action: "start" }))).rc, 0);
      await end(`HA_SERVICE=${cluster}/alice/web`, "KILL", 2_000);
      assert.equal((await api.run(operation({}))).rc, 7);
      assert.equal((await api.run(operation({ action: "start" }))).rc, 0);
    } finally {
      await api.run(operation({ action: "stop" }));
    }
  },
);

Deno.test("a service that was told to stay for the cluster outlives the plugin", {
  permissions,
}, async () => {
  const first = await plugin(config, host);
  const second = await plugin(config, host);
  try {
    assert.equal((await first.run(operation({ action: "start" }))).rc, 0);
    await first.close();
    assert.equal((await second.run(operation({}))).rc, 0);
    // A signal to the group of the plugin, such as a Ctrl-C, does not end it.
    const [pid] = await look(`HA_SERVICE=${cluster}/alice/web`);
    const groups = `cut -d" " -f5 "/proc/$1/stat" /proc/self/stat`;
    const { stdout } = await new Deno.Command("/bin/sh", {
      args: ["-c", groups, "sh", String(pid)],
    }).output();
    const [its, ours] = new TextDecoder().decode(stdout).trim().split("\n");
    assert.notEqual(its, ours);
  } finally {
    await second.run(operation({ action: "stop" }));
  }
});

Deno.test("an action that takes too long is ended and says so", {
  permissions,
}, async () => {
  const api = await plugin(config, host);
  const { rc, timedOut } = await api.run(operation({
    agent: { type: "Dummy" },
    parameters: { state: "/nowhere/state", op_sleep: "60000" },
    timeoutMs: 300,
  }));
  assert.equal(timedOut, true);
  assert.notEqual(rc, 0);
});

Deno.test("an operation that another one makes void is ended, and no other", {
  permissions,
}, async () => {
  const api = await plugin(config, host);
  const slow = (resource: string) =>
    operation({
      resource,
      agent: { type: "Dummy" },
      intervalMs: 10_000,
      parameters: { state: "/nowhere/state", op_sleep: "60000" },
      timeoutMs: 60_000,
    });
  const ended: string[] = [];
  const run = async (resource: string) => {
    const result = await api.run(slow(resource));
    ended.push(resource);
    return result;
  };
  const [one, other] = [run("one"), run("other")];
  const end = async (resource: string) => {
    // It has begun when its process is there: until then there is nothing to end.
    while (!ended.includes(resource)) {
      await api.end?.(slow(resource));
      await pause(10);
    }
  };
  await end("one");
  assert.notEqual((await one).rc, 0);
  assert.deepEqual(ended, ["one"]);
  await end("other");
  await other;
});

Deno.test("an agent whose modules cannot be loaded is not installed, and can still be stopped", {
  permissions,
}, async () => {
  const program = new URL("./none.ts", import.meta.url);
  const api = agentClass(agents, { program, ...config });
  const run = async (action: string, intervalMs = 0) => {
    const result = await api.run(operation({ resource: "unloadable", action, intervalMs }));
    return { ...result, output: result.output.slice(0, 200) };
  };
  const start = await run("start");
  assert.deepEqual([start.rc, start.timedOut], [5, false]);
  assert.match(start.output, /Module not found.*none\.ts/s);
  assert.equal((await run("monitor")).rc, 5);
  assert.equal((await run("monitor", 10_000)).rc, 7, "what cannot have been started does not run");
  assert.equal((await run("stop")).rc, 0);
});

Deno.test(
  "an action that an object only inherits is none of the agent's",
  { permissions },
  async () => {
    const api = await plugin(config, host);
    const parameters = { state: "/nowhere/state" };
    for (const action of ["constructor", "toString"]) {
      const { rc } = await api.run(operation({ agent: { type: "Dummy" }, action, parameters }));
      assert.equal(rc, 3, action);
    }
  },
);
