import assert from "node:assert/strict";
import { stringify } from "@std/xml";
import { versionOf } from "../cib/doors/document.ts";
import { scenarios } from "../runtime/testing/transcript.ts";
import { Bench, fence, graphOf, operation } from "./testing_bench.ts";

const scenario = scenarios("tengine_core");

scenario("an action begins when the CIB has the results of all its inputs", () => {
  const bench = new Bench();
  bench.run(graphOf(
    operation(1, [], "web_stop", "a"),
    operation(2, [], "db_stop", "b"),
    operation(3, [1, 2], "web_start", "b"),
  ));
  assert.deepEqual(bench.given(), ["web_stop_0 crmd@a", "db_stop_0 crmd@b"]);
  const { sent } = bench;
  bench.ended("web_stop", "a");
  assert.deepEqual(bench.given(), []);
  bench.sent = sent;
  bench.ended("db_stop", "b");
  assert.deepEqual(bench.given(), ["web_start_0 crmd@b"]);
  bench.ended("web_start", "b");
  assert.deepEqual(bench.given(), ["done true"]);
});

scenario("what waits for something that cannot be done never begins", () => {
  const bench = new Bench();
  const { action } = operation(9, [], "db_start", "b");
  bench.run({ ...graphOf(operation(1, [9], "web_start", "b")), absent: [action] });
  assert.deepEqual(bench.given(), ["done false"]);
});

scenario("a mark in time passes at once, a batch limit holds back", () => {
  const bench = new Bench();
  bench.run({
    ...graphOf(
      operation(1, [], "all_stopped", "a", { kind: "pseudo_event" }),
      operation(2, [1], "web_start", "a"),
      operation(3, [1], "db_start", "a"),
    ),
    batchLimit: 1,
  });
  assert.deepEqual(bench.given(), ["web_start_0 crmd@a"]);
  bench.ended("web_start", "a");
  assert.deepEqual(bench.given(), ["db_start_0 crmd@a"]);
});

scenario("a failure is counted, ends the graph, and what is under way is awaited", () => {
  const bench = new Bench();
  bench.run(graphOf(
    operation(1, [], "web_start", "a"),
    operation(2, [], "db_start", "b"),
    operation(3, [1], "ip_start", "a"),
  ));
  const { sent } = bench;
  bench.ended("web_start", "a", 1);
  assert.deepEqual(bench.given(), ["write 1"]);
  const { message } = bench.sent[0]!;
  assert.ok(message.type === "cib/apply" && message.changes[0]?.op === "create");
  assert.match(message.changes[0].xml, /fail-count-web#start_0" value="INFINITY"/);
  bench.sent = sent;
  bench.ended("db_start", "b");
  assert.deepEqual(bench.given(), ["done false"]);
});

scenario("what depends on a lost node begins when its fence is confirmed and the CIB knows", () => {
  const bench = new Bench();
  bench.run(graphOf(fence(1, "b"), operation(2, [1], "web_start", "a")));
  assert.deepEqual(bench.given(), ["fence b stonithd"]);
  const request = bench.sent[0]!.message;
  assert.ok(request.type === "fence/request");
  bench.sent = [];
  const { id } = request;
  bench.say("stonithd", {
    type: "fence/result",
    id,
    target: "b",
    action: "reboot",
    ok: true,
    delegate: "a",
  });
  assert.deepEqual(bench.given(), ["fenced b crmd"]);
  const told = bench.sent[0]!.message;
  assert.ok(told.type === "crmd/fenced");
  assert.equal(told.incarnation, "1");
  bench.sent = [];
  const dead = `<node_state id="b" uname="b" in_ccm="false" join="down" expected="down"/>`;
  bench.change({ op: "create", path: "/cib/status", xml: dead });
  assert.deepEqual(bench.given(), [], "not before it is acknowledged");
  bench.say("crmd", { type: "crmd/performed", key: told.key, ok: true });
  assert.deepEqual(bench.given(), ["web_start_0 crmd@a"]);
});

scenario("a fence that fails, or that its own target confirms, lets nothing begin", () => {
  for (const outcome of [{ ok: false, error: "no power" }, { ok: true, delegate: "b" }]) {
    const bench = new Bench();
    bench.run(graphOf(fence(1, "b"), operation(2, [1], "web_start", "a")));
    const request = bench.sent[0]!.message;
    assert.ok(request.type === "fence/request");
    bench.sent = [];
    bench.say("stonithd", {
      type: "fence/result",
      id: request.id,
      target: "b",
      action: "reboot",
      ...outcome,
    });
    assert.deepEqual(bench.given(), ["done false fencing failed"]);
  }
});

scenario("a fence asked of a stonithd that was gone is not awaited once there is a new one", () => {
  for (const up of [false, true]) {
    const bench = new Bench();
    bench.run(graphOf(fence(1, "b"), operation(2, [1], "web_start", "a")));
    bench.sent = [];
    bench.give({ type: "peer", at: 1, service: "stonithd", up });
    assert.deepEqual(bench.given(), ["done false"]);
  }
});

scenario("a graph that events have overtaken begins nothing new", () => {
  const bench = new Bench();
  bench.run(graphOf(operation(1, [], "web_stop", "a"), operation(2, [1], "web_start", "b")));
  const { sent } = bench;
  bench.sent = [];
  bench.change({ op: "create", path: "/cib/configuration", xml: "<tags/>" });
  assert.deepEqual(bench.given(), [], "the stop is awaited");
  bench.sent = sent;
  bench.ended("web_stop", "a");
  assert.deepEqual(bench.given(), ["done false"]);
});

scenario("a graph that was given up waits for a start, and for no monitor", () => {
  const bench = new Bench();
  const attributes = { CRM_meta_timeout: "2000000000", CRM_meta_interval: "10000" };
  bench.run(graphOf(
    operation(1, [], "web_start", "a"),
    operation(2, [], "db_monitor", "b", { operationKey: "db_monitor_10000", attributes }),
  ));
  const { sent } = bench;
  bench.sent = [];
  bench.change({ op: "create", path: "/cib/configuration", xml: "<tags/>" });
  assert.deepEqual(bench.given(), [], "the start is awaited");
  bench.sent = sent;
  bench.ended("web_start", "a");
  assert.deepEqual(bench.given(), ["done false"]);
  assert.ok(bench.cancelled.some((name) => name.startsWith("action 2:")), "nobody waits for it");
  bench.sent = [];
  bench.run(graphOf(operation(1, [], "db_stop", "b")));
  assert.deepEqual(bench.given(), ["db_stop_0 crmd@b"]);
});

scenario("a graph that goes on waits for a monitor too", () => {
  const bench = new Bench();
  const attributes = { CRM_meta_timeout: "1000", CRM_meta_interval: "10000" };
  bench.run(graphOf(operation(1, [], "db_monitor", "b", { attributes })));
  const key = bench.key("db_monitor");
  assert.deepEqual(bench.given(), ["db_monitor_0 crmd@b"]);
  bench.sent = [];
  bench.give({ type: "timer", at: 0, name: `action ${key}` });
  assert.deepEqual(bench.given(), ["write 1"], "one that nobody answers has failed");
});

scenario("a graph computed from an older CIB is not begun, and never two at once", () => {
  const bench = new Bench();
  const version = versionOf(bench.cib);
  bench.change({ op: "create", path: "/cib/configuration", xml: "<tags/>" });
  const graph = graphOf(operation(1, [], "web_stop", "a"));
  bench.say("crmd", { type: "tengine/run", graph, view: 1, version });
  assert.deepEqual(bench.given(), ["done false"]);
  bench.sent = [];
  bench.run(graph);
  bench.run(graph);
  assert.deepEqual(bench.given(), ["web_stop_0 crmd@a", "done false"]);
});

scenario("what was ordered of a node that leaves is not awaited", () => {
  const bench = new Bench();
  bench.run(graphOf(operation(1, [], "web_stop", "b")));
  bench.sent = [];
  bench.view(2, "a");
  assert.deepEqual(bench.given(), ["done false"]);
});

scenario("an order that is refused ends the graph", () => {
  const bench = new Bench();
  bench.run(graphOf(operation(1, [], "web_stop", "b")));
  const key = bench.key("web_stop");
  bench.sent = [];
  bench.say("crmd", { type: "crmd/performed", key, ok: false, error: "stale" }, "b");
  assert.deepEqual(bench.given(), ["done false"]);
});

scenario("an order that is never answered gets a result that says so", () => {
  const bench = new Bench();
  bench.run(graphOf(operation(1, [], "web_stop", "b")));
  bench.sent = [];
  bench.give({
    type: "timer",
    at: 70_000,
    name: bench.timers.find((name) => name.startsWith("action"))!,
  });
  const { message } = bench.sent[0]!;
  assert.ok(message.type === "cib/apply");
  bench.change(...message.changes);
  assert.match(stringify(bench.cib), /op-status="2"/);
  assert.ok(bench.given().includes("done false"));
});

scenario("a monitor that fails by itself is counted by the coordinator's tengine", () => {
  const bench = new Bench();
  const record = `<lrm_resource id="web"><lrm_rsc_op id="web_last_failure_0" operation="monitor"
    transition-key="1:1:0:another" rc-code="7" op-status="0" interval="10000"/></lrm_resource>`;
  bench.change({
    op: "create",
    path: "/cib/status/node_state[@id='b']/lrm[@id='b']/lrm_resources",
    xml: record,
  });
  assert.deepEqual(bench.given(), ["write 1"]);
});

scenario("an action that may take 600 hours is not given up at once", () => {
  const bench = new Bench();
  const long = String(600 * 3_600_000);
  const attributes = { CRM_meta_timeout: long, CRM_meta_start_delay: long };
  bench.run({
    ...graphOf(operation(1, [], "web_start", "b", { attributes }), fence(2, "c")),
    stonithTimeoutMs: Number(long),
  });
  assert.equal(bench.waitsMs.length, 2);
  for (const ms of bench.waitsMs) assert.ok(ms > 1_900_000_000 && ms < 2 ** 31, `${ms}`);
  const request = bench.sent.find(({ message }) => message.type === "fence/request")?.message;
  assert.ok(request?.type === "fence/request" && request.timeoutMs < 2 ** 31);
});
