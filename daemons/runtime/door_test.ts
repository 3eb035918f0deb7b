/**
 * Real sockets: what clients, processes and nodes may say, and what becomes of the rest.
 *
 * @module
 */
import assert from "node:assert/strict";
import { filePath } from "../../pils/found.ts";
import { protocol } from "../protocols.ts";
import { connect } from "./client.ts";
import { Link } from "./link.ts";
import type { Event, Machine } from "./machine.ts";
import type { Message } from "./messages.ts";
import { socketPipe } from "./pipe.ts";
import { run } from "./run.ts";

const project = filePath(new URL("../..", import.meta.url)).replace(/\/$/, "");
const client = `${project}/.test/run.sock`;
const process = `${project}/.test/link.sock`;
const permissions = {
  read: [project],
  write: [`${project}/.test`],
  net: [`unix:${client}`, `unix:${process}`],
};

/** A machine that keeps what it is told. */
function ear(service: string): { readonly heard: string[]; readonly machine: Machine } {
  const heard: string[] = [];
  return {
    heard,
    machine: {
      service,
      state: null,
      step(_state, event: Event) {
        if (event.type === "stop") return [{ type: "stopped" }];
        if (event.type !== "message") return [];
        heard.push(`${event.from.node} ${event.from.service}: ${event.message.type}`);
        return event.message.type !== "status/query" ? [] : [{
          type: "send",
          to: { service: event.from.service },
          message: { type: "status/answer", id: event.message.id, status: null },
        }];
      },
    },
  };
}

/** A node's process with two machines, and everything that it logs. */
async function node() {
  await Deno.mkdir(`${project}/.test`, { recursive: true });
  const ears = ["tengine", "crmd"].map(ear);
  const lines: string[] = [];
  const running = await run({
    process: "cluster",
    node: "alice",
    machines: ears.map(({ machine }) => machine),
    log: (_service, level, text) => {
      if (level !== "debug") lines.push(text);
    },
    stores: new Map(),
    protocol,
    listenPath: client,
    linkPaths: [{ path: process, mayOffer: (service) => service === "lrmd" }],
  });
  return {
    heard: () => ears.flatMap(({ heard }) => heard),
    lines,
    async [Symbol.asyncDispose]() {
      await running.stop(1_000);
    },
  };
}

/** Anybody with a socket: announces what it likes, says what it likes. */
async function stranger(path: string, services: readonly string[]) {
  const closed = Promise.withResolvers<string>();
  const link = new Link(socketPipe(await Deno.connect({ transport: "unix", path })), {
    onServices: () => {},
    onEnvelope: () => {},
    onClosed: (_link, why) => closed.resolve(why),
  });
  link.hello("stranger", services);
  const reading = link.read();
  return {
    closed: closed.promise,
    say(to: string, from: { node: string; service: string }, message: unknown) {
      const json = new TextEncoder().encode(
        typeof message === "string" ? message : JSON.stringify(message),
      );
      link.push({ to: { service: to }, from, message: { type: "unread", json } });
    },
    async [Symbol.asyncDispose]() {
      link.close("done");
      await reading;
    },
  };
}

/** All that was said before has been looked at once this is answered. */
async function settled(): Promise<void> {
  await using one = await connect(client);
  const isAnswer = (message: Message): message is Extract<Message, { type: "status/answer" }> =>
    message.type === "status/answer";
  await one.ask("crmd", { type: "status/query", id: "settled" }, isAnswer, 5_000);
}

const fenced = { type: "fence/result", id: "1", target: "bob", action: "off", ok: true };
const results = { type: "lrm/state", id: "1", results: [] };

Deno.test("a client cannot announce itself as a daemon's service", { permissions }, async () => {
  await using alice = await node();
  for (const services of [["stonithd"], ["client-1", "lrmd"], ["mallory"]]) {
    await using thief = await stranger(client, services);
    thief.say("tengine", { node: "", service: services.at(-1) ?? "" }, fenced);
    assert.equal(await thief.closed, "closed by the other side");
  }
  await settled();
  assert.deepEqual(alice.heard().filter((line) => !line.includes("status/query")), []);
  assert.match(alice.lines.join("\n"), /stranger .*hello.*client-/);
});

Deno.test("a client cannot take the name of another client", { permissions }, async () => {
  await using _alice = await node();
  await using first = await stranger(client, ["client-1"]);
  await settled();
  await using second = await stranger(client, ["client-1"]);
  assert.equal(await second.closed, "closed by the other side");
  first.say("crmd", { node: "", service: "client-1" }, { type: "status/query", id: "1" });
  await settled();
});

Deno.test("a client that speaks as somebody else is not believed", { permissions }, async () => {
  await using alice = await node();
  await using liar = await stranger(client, ["client-1"]);
  liar.say("tengine", { node: "", service: "stonithd" }, fenced);
  liar.say("tengine", { node: "alice", service: "stonithd" }, fenced);
  liar.say("tengine", { node: "bob", service: "stonithd" }, fenced);
  liar.say("tengine", { node: "", service: "client-1" }, fenced);
  liar.say("crmd", { node: "bob", service: "crmd" }, { type: "peer", body: {} });
  liar.say("crmd", { node: "", service: "client-1" }, {
    type: "heartbeat/deliver",
    from: { node: "bob", service: "tengine" },
    body: { type: "crmd/fenced", key: "1", node: "bob" },
  });
  await settled();
  assert.deepEqual(alice.heard().filter((line) => !line.includes("status/query")), []);
  assert.match(alice.lines.join("\n"), /fence\/result: only stonithd of this node may send it/);
});

Deno.test("a process may announce its own services, and say what they may", {
  permissions,
}, async () => {
  await using alice = await node();
  {
    await using thief = await stranger(process, ["lrmd", "stonithd"]);
    assert.equal(await thief.closed, "closed by the other side");
  }
  await using lrmd = await stranger(process, ["lrmd"]);
  lrmd.say("crmd", { node: "alice", service: "lrmd" }, results);
  lrmd.say("tengine", { node: "alice", service: "stonithd" }, fenced);
  lrmd.say("crmd", { node: "bob", service: "crmd" }, { type: "peer", body: {} });
  for (let turn = 0; turn < 200 && alice.heard().length === 0; turn++) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await settled();
  assert.deepEqual(alice.heard().filter((line) => !line.includes("status/query")), [
    "alice lrmd: lrm/state",
  ]);
});

Deno.test("malformed messages end nothing, and one line tells of them", {
  permissions,
}, async () => {
  await using alice = await node();
  await using lrmd = await stranger(process, ["lrmd"]);
  const from = { node: "alice", service: "lrmd" };
  const deep = "[".repeat(100_000) + "]".repeat(100_000);
  for (
    const message of [
      "{nope",
      "5",
      "null",
      `{"type":"lrm/state","id":"1","results":${deep}}`,
      `{"type":"lrm/state","id":"1"`,
      { type: "lrm/state" },
      { type: "lrm/state", id: 5, results: [] },
      { type: "lrm/state", id: "1", results: [{}] },
      { type: "lrm/state", id: "1", results: {} },
      { type: "lrm/forgotten", id: "x".repeat(100_000) },
      { type: "forecast/rain", id: "1" },
      { ...results, shoeSize: 42 },
    ]
  ) lrmd.say("crmd", from, message);
  for (let turn = 0; turn < 200 && alice.heard().length === 0; turn++) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await settled();
  // The last one has a member that nobody knows: it is taken.
  assert.deepEqual(alice.heard().filter((line) => !line.includes("status/query")), [
    "alice lrmd: lrm/state",
  ]);
  const refused = alice.lines.filter((line) => line.startsWith("Refused a message of alice lrmd"));
  assert.equal(refused.length, 1, "one line, not ten");
  assert.equal(alice.lines.filter((line) => line.startsWith("Ignored a message")).length, 1);
});
