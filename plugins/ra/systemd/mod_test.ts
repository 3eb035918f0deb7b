import assert from "node:assert/strict";
import { conform } from "../../handler/conform.ts";
import { clauses } from "../../handler/ra/conformance.ts";
import type { RaOperation } from "../../handler/ra/contract.ts";
import { testingFolder, testingPermissions } from "../../handler/ra/testing_agents.ts";
import { writeSystemctl } from "../../handler/ra/testing_systemctl.ts";
import { testingHost } from "../../handler/testing_host.ts";
import { readAgent } from "../../../metadata/agents/mod.ts";
import manifest from "./manifest.ts";
import plugin from "./mod.ts";

const folder = testingFolder("systemd");
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
const { systemctl, booted, set } = writeSystemctl(folder);
set("web", "inactive dead");

const config = { systemctl, booted };
conform(clauses, {
  manifest,
  plugin,
  config,
  levels: ["inline", "process"],
  given: { agent: { type: "web" }, parameters: {} },
});

const permissions = {
  run: ["/bin/sh"],
  read: [...testingPermissions.read],
  write: [...testingPermissions.write],
};
const operation = (type: string, action = "monitor", timeoutMs = 5_000): RaOperation => ({
  resource: "one",
  agent: { type },
  action,
  intervalMs: 0,
  timeoutMs,
  parameters: {},
});

Deno.test("the state of a unit is a result of OCF", { permissions }, async () => {
  const api = await plugin(config, testingHost());
  for (
    const [state, rc, reason] of [
      ["active running", 0, undefined],
      ["active exited", 0, undefined],
      ["reloading reload", 0, undefined],
      ["inactive dead", 7, undefined],
      ["failed failed", 7, "it failed: exit-code"],
      ["activating auto-restart", 1, "it failed (exit-code), and systemd restarts it"],
      ["odd odd", 1, undefined],
    ] as const
  ) {
    set("state", state);
    const result = await api.run(operation("state"));
    assert.deepEqual([result.rc, result.reason, result.timedOut], [rc, reason, false], state);
  }
  set("slow", "activating start");
  const slow = api.run(operation("slow"));
  setTimeout(() => set("slow", "active running"), 300);
  assert.equal((await slow).rc, 0);
  set("slow", "deactivating stop");
  const never = await api.run(operation("slow", "monitor", 500));
  assert.deepEqual([never.rc, never.timedOut], [1, true]);
});

Deno.test("a unit that is not there is not installed, and there is nothing to stop", {
  permissions,
}, async () => {
  const api = await plugin(config, testingHost());
  for (const type of ["nothing", "a b", "$(id)", "../x", "-h"]) {
    assert.equal((await api.run(operation(type))).rc, 5, type);
    assert.equal((await api.run(operation(type, "start"))).rc, 5, type);
  }
  assert.equal((await api.run(operation("nothing", "stop"))).rc, 0);
  await assert.rejects(
    async () => await api.describe({ type: "nothing" }),
    /no unit nothing.service/,
  );
});

Deno.test("units are listed once, described by themselves, and templates are none", {
  permissions,
}, async () => {
  const api = await plugin(config, testingHost());
  const types = (await api.list()).map(({ type }) => type);
  assert.ok(types.includes("web"));
  assert.ok(!types.some((type) => type.includes("@.")));
  assert.equal(new Set(types).size, types.length);
  const read = readAgent(await api.describe({ type: "web" }));
  assert.ok(read.ok);
  assert.equal(read.value.agent.short_text?.en, "The web of <tests>");
});

Deno.test("where systemd does not run there are no agents, and the log says so", {
  permissions,
}, async () => {
  const lines: string[] = [];
  const host = { ...testingHost(), log: (_: string, text: string) => void lines.push(text) };
  const api = await plugin({ ...config, booted: `${folder}/no` }, host);
  assert.deepEqual(await api.list(), []);
  assert.match(lines.join("\n"), /systemd does not run on this machine/);
  for (const action of ["monitor", "start"]) {
    const { rc, output } = await api.run(operation("web", action));
    assert.equal(rc, 5);
    assert.match(output, /systemd does not run on this machine/);
  }
});

Deno.test(
  "a systemctl that hangs or is missing is a failed operation",
  { permissions },
  async () => {
    const missing = await plugin({ ...config, systemctl: `${folder}/no` }, testingHost());
    const { rc, output } = await missing.run(operation("web"));
    assert.equal(rc, 1);
    assert.match(output, /Cannot start .*no/);
    set("hang", "hang");
    const api = await plugin(config, testingHost());
    const hung = await api.run(operation("hang", "monitor", 300));
    assert.deepEqual([hung.rc, hung.timedOut], [1, true]);
  },
);
