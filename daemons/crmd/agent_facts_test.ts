import assert from "node:assert/strict";
import { operationDigest } from "../pengine/doors/language.ts";
import { digestsOf, factsOf } from "./agent_facts.ts";
import { Bench, operation, result, standing } from "./testing_bench.ts";

const metaData = (parameters: string, actions: string) =>
  `<?xml version="1.0"?><!DOCTYPE resource-agent SYSTEM "ra-api-1.dtd">
   <resource-agent name="a"><parameters>${parameters}</parameters>
   <actions>${actions}<action name="start"/></actions></resource-agent>`;

const modern = metaData(
  `<parameter name="port"/><parameter name="level" reloadable="1"/>` +
    `<parameter name="db_passwd" reloadable="1"/><parameter name="node" private="1"/>`,
  `<action name="reload-agent"/>`,
);
const old = metaData(
  `<parameter name="config" unique="1"/><parameter name="level"/>`,
  `<action name="reload"/>`,
);

Deno.test("an agent's meta-data says what needs a restart, and what is private", () => {
  for (
    const [text, facts] of [
      [modern, { restart: ["node", "port"], private: ["db_passwd", "node"] }],
      [old, { restart: ["config"], reloads: true, private: [] }],
      [metaData(`<parameter name="port" reloadable="1"/>`, ""), { private: [] }],
      ["no XML at all <", { private: [] }],
      [undefined, { private: [] }],
    ] as const
  ) assert.deepEqual(factsOf(text), facts);
});

Deno.test("digests compare what needs a restart, and what is not private", () => {
  const parameters = { port: "80", level: "3", db_passwd: "x", CRM_meta_timeout: "1000" };
  const attributes = digestsOf({ ...operation("web_start"), parameters }, factsOf(modern));
  assert.deepEqual(attributes, {
    "op-digest": operationDigest(parameters, 0),
    "op-force-restart": " node  port ",
    "op-restart-digest": operationDigest({ port: "80" }, 0),
    "op-secure-params": " db_passwd  node ",
    "op-secure-digest": operationDigest({ port: "80", level: "3" }, 0),
  });
  const again = digestsOf({ ...operation("web_monitor"), intervalMs: 1_000 }, factsOf(modern));
  assert.equal(again["op-restart-digest"], undefined, "a monitor is done again");
  const all = factsOf(metaData(`<parameter name="p"/>`, `<action name="reload"/>`));
  assert.equal(
    digestsOf(operation("web_start"), all)["op-restart-digest"],
    undefined,
    "where nothing needs a restart by an old agent's word, everything does",
  );
});

Deno.test("a result is written with what its agent says, which is asked when it is ordered", () => {
  const bench = new Bench({ a: standing.member + ` incarnation="1"` });
  bench.metaData = modern;
  bench.view(5, "b", "a");
  bench.joined("b", 5, bench.machine.state.joins);
  bench.order(5, "b", "web_start");
  const [order] = bench.take("lrm/execute");
  bench.say("lrmd", { type: "lrm/result", id: order!.id, result: result("web_start", 1) });
  const [write] = bench.take("cib/apply");
  assert.match(JSON.stringify(write?.changes), /op-force-restart=\\" node {2}port /);
});

Deno.test("a result waits for what its agent says, but not for a resource manager that is gone", () => {
  const bench = new Bench({ a: standing.member + ` incarnation="1"` });
  bench.view(5, "b", "a");
  bench.joined("b", 5, bench.machine.state.joins);
  const { state } = bench.machine;
  state.agentsAsked.set("asked", "ocf::Dummy");
  bench.say("lrmd", { type: "lrm/result", result: result("web_start", 1) });
  assert.deepEqual(bench.take("cib/apply"), []);
  bench.say("lrmd", { type: "lrm/described", id: "another" });
  assert.deepEqual(bench.take("cib/apply"), []);
  bench.say("lrmd", { type: "lrm/described", id: "asked", metaData: modern });
  assert.equal(bench.take("cib/apply").length, 1);
  state.agentsAsked.set("again", "ocf::Dummy");
  bench.give({ type: "peer", at: 0, service: "lrmd", up: false });
  assert.equal(state.agentsAsked.size, 0);
});

Deno.test("an agent that has only the older reload is asked by that name", () => {
  const bench = new Bench({ a: standing.member + ` incarnation="1"` });
  bench.metaData = old;
  bench.view(5, "b", "a");
  bench.joined("b", 5, bench.machine.state.joins);
  bench.order(5, "b", "web_start");
  bench.order(5, "b", "web_reload-agent");
  assert.deepEqual(bench.take("lrm/execute").map(({ operation }) => operation.action), [
    "start",
    "reload",
  ]);
});
