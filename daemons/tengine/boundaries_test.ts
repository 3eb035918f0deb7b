/**
 * The edges of the transition engine: what is waited for and how long, which changes of the CIB a
 * graph explains, how failures add up, and the contents of its status.
 *
 * @module
 */
import assert from "node:assert/strict";
import { stringify } from "@std/xml";
import { readCib, versionOf } from "../cib/doors/document.ts";
import type { Message } from "../runtime/messages.ts";
import type { TransitionAction } from "../runtime/transition.ts";
import { happeningOf } from "./events.ts";
import { countFailure } from "./failures.ts";
import { numberOf, resultDelayMs, underwayMax, uuidFrom } from "./state.ts";
import { scenarios } from "../runtime/testing/transcript.ts";
import { tengine } from "./core.ts";
import { Bench, fence, graphOf, operation } from "./testing_bench.ts";

const scenario = scenarios("tengine_boundaries");

const event = (id: number, task: string, more: Partial<TransitionAction> = {}) =>
  operation(id, [], `x_${task}`, "b", { kind: "crm_event", task, operationKey: task, ...more });

const statusOf = (bench: Bench): unknown => {
  bench.sent = [];
  bench.say("client-1", { type: "status/query", id: "s" });
  const { message } = bench.sent[0]!;
  assert.ok(message.type === "status/answer");
  return message.status;
};

scenario("the status counts actions by how far they are", () => {
  const bench = new Bench();
  assert.deepEqual(statusOf(bench), { running: false });
  bench.run(graphOf(
    operation(1, [], "web_stop", "a", { canFail: true }),
    operation(2, [], "db_stop", "b"),
    operation(3, [2], "db_start", "a"),
    operation(4, [3], "ip_start", "a"),
  ));
  const key = bench.key("web_stop");
  bench.say("crmd", { type: "crmd/performed", key, ok: false, error: "no" });
  const expected = { running: true, transition: 4, waiting: 2, underway: 1, done: 0, failed: 1 };
  assert.deepEqual(statusOf(bench), { ...expected, aborted: null });
  bench.say("crmd", { type: "tengine/abort", why: "enough" });
  assert.deepEqual(statusOf(bench), { ...expected, aborted: "enough" });
});

scenario("of what is ready the higher priority goes first, then the lower number", () => {
  const bench = new Bench();
  const first = operation(9, [], "first_start", "a");
  bench.run({
    ...graphOf(
      operation(3, [], "third_start", "a"),
      operation(2, [], "second_start", "a"),
      { ...first, priority: 10 },
      operation(7, [2], "fourth_start", "a"),
      operation(8, [], "fifth_start", "a"),
    ),
    batchLimit: 1,
  });
  const order: string[] = [];
  while (bench.given()[0]?.includes("start") === true) {
    const [name = ""] = bench.given()[0]!.split("_");
    order.push(name);
    const key = bench.key(`${name}_start`);
    bench.sent = [];
    bench.say("crmd", { type: "crmd/performed", key, ok: true });
  }
  // What becomes ready meanwhile is sorted in.
  assert.deepEqual(order, ["first", "second", "third", "fourth", "fifth"]);
  assert.deepEqual(bench.given(), ["done true"]);
});

scenario("as many actions are under way as the bound says, where the graph has none", () => {
  const bench = new Bench();
  const many = Array.from(
    { length: underwayMax + 1 },
    (_, at) => operation(at + 1, [], `r${at}_start`, "a"),
  );
  bench.run(graphOf(...many));
  assert.equal(bench.given().length, underwayMax);
});

scenario(
  "an answer is waited for as long as the action may take, its delay, and a while more",
  () => {
    const bench = new Bench();
    bench.run(graphOf(
      operation(1, [], "a_start", "a", { attributes: {} }),
      operation(2, [], "b_start", "a", {
        attributes: { CRM_meta_timeout: "1000", CRM_meta_start_delay: "500" },
      }),
      fence(3, "b"),
    ));
    assert.deepEqual(bench.waitsMs.map((ms) => ms - resultDelayMs), [20_000, 1_500, 60_000]);
    const key = bench.key("a_start");
    bench.say("crmd", { type: "crmd/performed", key, ok: true });
    assert.deepEqual(bench.cancelled, [`action ${key}`]);
  },
);

scenario("a number in an order is read where it is one, and none below zero", () => {
  assert.deepEqual(
    ["0", "7", "-1", "x", undefined, "Infinity"].map((text) => numberOf(text, 5)),
    [0, 7, 5, 5, 5, 5],
  );
});

scenario(
  "an action that may fail holds nothing up, and is not counted as a failure of the graph",
  () => {
    const bench = new Bench();
    bench.run(graphOf(
      operation(1, [], "web_notify", "a", { canFail: true }),
      operation(2, [1], "web_start", "a"),
    ));
    const key = bench.key("web_notify");
    bench.sent = [];
    bench.say("crmd", { type: "crmd/performed", key, ok: false });
    assert.deepEqual(bench.given(), ["web_start_0 crmd@a"]);
  },
);

scenario("an action that waits twice for another waits once", () => {
  const bench = new Bench();
  bench.run(graphOf(operation(1, [], "a_start", "a"), operation(2, [1, 1], "b_start", "a")));
  bench.ended("a_start", "a");
  assert.deepEqual(bench.given(), ["b_start_0 crmd@a"]);
});

scenario("a fencing is asked for by the action that the graph names", () => {
  for (
    const [wanted, action] of [
      ["on", "on"],
      ["reboot", "reboot"],
      ["off", "off"],
      ["poweroff", "off"],
      [undefined, "reboot"],
    ] as const
  ) {
    const bench = new Bench();
    const asked = fence(1, "b");
    const attributes = wanted === undefined ? {} : { CRM_meta_stonith_action: wanted };
    bench.run(graphOf({ ...asked, action: { ...asked.action, attributes } }));
    const { message } = bench.sent[0]!;
    assert.ok(message.type === "fence/request");
    assert.deepEqual([message.action, message.incarnation, message.timeoutMs], [action, 1, 60_000]);
    if (action !== "on") continue;
    // Nothing is down, but the CIB must know that it was switched on: else it is again.
    bench.sent = [];
    const { id } = message;
    bench.say("stonithd", {
      type: "fence/result",
      id,
      target: "b",
      action: "on",
      ok: true,
      delegate: "b",
    });
    const [written] = bench.sent;
    assert.ok(written?.message.type === "cib/apply");
    bench.sent = [];
    bench.change(...written.message.changes);
    bench.say("cib", { type: "cib/applied", id: written.message.id, ok: true });
    assert.deepEqual(bench.given(), ["done true"]);
    assert.match(stringify(bench.cib), /name="#node-unfenced" value="50"/);
  }
});

scenario("the delay of a request goes on to stonithd, and a longer one is waited for", () => {
  const bench = new Bench();
  const asked = fence(1, "b");
  const attributes = { CRM_meta_priority_fencing_delay: "15" };
  bench.run(graphOf({ ...asked, action: { ...asked.action, attributes } }));
  const { message } = bench.sent[0]!;
  assert.ok(message.type === "fence/request");
  assert.equal(message.delayMs, 15_000);
  assert.equal(bench.waitsMs.at(-1), 60_000 + 15_000 + resultDelayMs);
  bench.say("stonithd", { type: "fence/underway", id: message.id, timeoutMs: 200_000 });
  assert.equal(bench.waitsMs.at(-1), 200_000 + resultDelayMs);
  bench.say("stonithd", { type: "fence/underway", id: "9:9:0:nobody 1", timeoutMs: 1 });
  assert.equal(bench.waitsMs.at(-1), 200_000 + resultDelayMs, "it is no action of this graph");
});

scenario("a target that the CIB does not know has no life that could be named", () => {
  const bench = new Bench();
  bench.run(graphOf(fence(1, "z")));
  const { message } = bench.sent[0]!;
  assert.ok(message.type === "fence/request");
  assert.equal(message.incarnation, undefined);
  bench.sent = [];
  bench.say("stonithd", {
    type: "fence/result",
    id: message.id,
    target: "z",
    action: "reboot",
    ok: true,
    delegate: "a",
  });
  const [told] = bench.sent;
  assert.ok(told?.message.type === "crmd/fenced");
  assert.equal(told.message.incarnation, undefined);
});

scenario("a stonithd that never answers has failed", () => {
  const bench = new Bench();
  bench.run(graphOf(fence(1, "b")));
  bench.sent = [];
  bench.give({ type: "timer", at: 200_000, name: bench.timers[0]! });
  assert.deepEqual(bench.given(), ["done false fencing failed"]);
  assert.ok(
    bench.log.some((line) => line.startsWith("err: stonith-b-reboot on b was never answered")),
  );
  bench.sent = [];
  bench.give({ type: "timer", at: 200_000, name: bench.timers[0]! });
  assert.deepEqual(bench.sent, [], "it is over");
});

scenario("a result that never came is written with the time of now, and status timed out", () => {
  const bench = new Bench();
  bench.run(graphOf(operation(1, [], "web_stop", "b")));
  bench.sent = [];
  bench.give({ type: "timer", at: 70_000, name: bench.timers[0]! });
  const { message } = bench.sent[0]!;
  assert.ok(message.type === "cib/apply");
  const xml = JSON.stringify(message.changes).replaceAll("\\", "");
  assert.match(xml, /rc-code="1" op-status="2"/);
  assert.match(xml, /last-run="120" last-rc-change="120"/);
  assert.match(xml, /exec-time="0"/);
  // It is settled when that is written, or could not be.
  bench.sent = [];
  bench.say("cib", { type: "cib/applied", id: message.id, ok: false, error: "no quorum" });
  assert.deepEqual(bench.given(), ["done false"]);
  assert.ok(bench.log.includes("warning: A change of the CIB failed: no quorum"));
});

scenario("what this cluster has no executor for is done at once", () => {
  const bench = new Bench();
  bench.run(graphOf(
    event(1, "unfence"),
    event(2, "lrm_delete", { onNodeUuid: undefined } as never),
    event(3, "clear_failcount"),
  ));
  assert.deepEqual(bench.given(), ["done true"]);
});

scenario("history that is to go is taken out of the CIB, then the action is done", () => {
  const bench = new Bench();
  bench.run(graphOf(event(1, "lrm_delete")));
  const { message } = bench.sent[0]!;
  assert.ok(message.type === "cib/apply");
  assert.deepEqual(message.changes.map(({ op, path }) => [op, path]), [[
    "delete",
    "/cib/status/node_state[@id='b']/lrm[@id='b']/lrm_resources/lrm_resource[@id='x']",
  ]]);
  bench.sent = [];
  bench.say("cib", { type: "cib/applied", id: message.id, ok: true });
  assert.deepEqual(bench.given(), ["done true"]);
});

scenario("a fail count that is cleared takes its resource's attributes, and no other's", () => {
  const bench = new Bench();
  const set = (name: string) => `<nvpair id="${name}" name="${name}" value="1"/>`;
  bench.change({
    op: "create",
    path: "/cib/status/node_state[@id='b']",
    xml: `<transient_attributes id="b"><instance_attributes id="status-b">${
      ["fail-count-x#start_0", "last-failure-x#start_0", "fail-count-xy#start_0", "fail-count-x"]
        .map(set).join("")
    }</instance_attributes></transient_attributes>`,
  });
  bench.run(graphOf(event(1, "clear_failcount")));
  const { message } = bench.sent.at(-1)!;
  assert.ok(message.type === "cib/apply");
  assert.deepEqual(
    message.changes.map(({ path }) => /nvpair\[@id='(.+?)'\]/.exec(path)?.[1]).sort(),
    ["fail-count-x", "fail-count-x#start_0", "last-failure-x#start_0"],
  );
});

scenario("with a fail count goes the record of the last failure, and no other record", () => {
  const bench = new Bench();
  const record = (id: string) => `<lrm_rsc_op id="${id}"/>`;
  const history = (resource: string) =>
    `<lrm_resource id="${resource}">${record(`${resource}_last_0`)}${
      record(`${resource}_last_failure_0`)
    }</lrm_resource>`;
  bench.change({
    op: "create",
    path: "/cib/status/node_state[@id='b']",
    xml: `<lrm id="b"><lrm_resources>${history("x")}${history("y")}</lrm_resources></lrm>`,
  });
  bench.run(graphOf(event(1, "clear_failcount")));
  const { message } = bench.sent.at(-1)!;
  assert.ok(message.type === "cib/apply");
  assert.deepEqual(message.changes.map(({ op, path }) => [op, path]), [[
    "delete",
    "/cib/status/node_state[@id='b']/lrm[@id='b']/lrm_resources/lrm_resource[@id='x']" +
    "/lrm_rsc_op[@id='x_last_failure_0']",
  ]]);
});

scenario("an action without a node, and one that nobody waits for", () => {
  const bench = new Bench();
  bench.run(graphOf(operation(1, [], "web_start", "a", { onNode: undefined } as never)));
  assert.deepEqual(bench.given(), ["done false"]);
  const other = new Bench();
  const attributes = { CRM_meta_op_no_wait: "true" };
  other.run(graphOf(event(1, "do_shutdown", { attributes, operationKey: "do_shutdown-b" })));
  assert.deepEqual(other.given(), ["do_shutdown-b crmd@b", "done true"]);
  // An operation of an agent is waited for in any case.
  const third = new Bench();
  third.run(graphOf(operation(1, [], "web_start", "a", { attributes })));
  assert.deepEqual(third.given(), ["web_start_0 crmd@a"]);
});

scenario("what a router carries out for a remote node is lost with the router", () => {
  const bench = new Bench();
  bench.run(graphOf(operation(1, [], "web_start", "far", { routerNode: "b" })));
  assert.deepEqual(bench.given(), ["web_start_0 crmd@b"]);
  bench.sent = [];
  bench.view(2, "a", "b");
  assert.deepEqual(bench.given(), [], "b is there");
  bench.view(3, "a");
  assert.deepEqual(bench.given(), ["done false"]);
});

scenario("a node that belongs to nothing gives its graph up, but not a fencing under way", () => {
  const bench = new Bench();
  bench.run(graphOf(operation(1, [], "web_start", "a"), fence(2, "b")));
  bench.sent = [];
  bench.say("ccm", { type: "ccm/evicted" });
  assert.deepEqual(bench.given(), [], "the fencing is under way");
  bench.give({ type: "peer", at: 0, service: "stonithd", up: false });
  assert.deepEqual(bench.given(), ["done false"]);
});

scenario("a result that nobody asked for overtakes the graph; a pending one is no result", () => {
  const record = (attributes: string) => ({
    op: "create" as const,
    path: "/cib/status/node_state[@id='b']/lrm[@id='b']/lrm_resources",
    xml: `<lrm_resource id="db"><lrm_rsc_op id="db_last_0" operation="start" interval="0" ` +
      `${attributes}/></lrm_resource>`,
  });
  const bench = new Bench();
  bench.run(graphOf(operation(1, [], "web_start", "a")));
  bench.sent = [];
  bench.change(record(`transition-key="1:1:0:x" rc-code="193" op-status="-1"`));
  assert.equal(bench.machine.state.run?.aborted, undefined);
  bench.change(record(`transition-key="1:1:0:x" rc-code="0" op-status="0"`));
  assert.equal(bench.machine.state.run?.aborted, "db_start_0 has come to 0 by itself");
  assert.deepEqual(bench.machine.state.foreign, versionOf(bench.cib));
});

scenario("a result under the key of another action was not asked for", () => {
  const bench = new Bench();
  bench.run(graphOf(operation(1, [], "web_start", "a")));
  const key = bench.key("web_start");
  for (const [task, interval] of [["start", "10000"], ["stop", "0"]] as const) {
    bench.change({
      op: "create",
      path: "/cib/status/node_state[@id='a']/lrm[@id='a']/lrm_resources",
      xml: `<lrm_resource id="web"><lrm_rsc_op id="web_x" operation="${task}" ` +
        `interval="${interval}" transition-key="${key}" rc-code="0" op-status="0"/></lrm_resource>`,
    });
    assert.equal(bench.machine.state.run?.steps.get(1)?.state.type, "underway", task);
  }
  assert.match(bench.machine.state.run?.aborted ?? "", /web_start_10000 was not asked for/);
});

scenario("another CIB overtakes the graph; the first one does not", () => {
  const bench = new Bench();
  bench.run(graphOf(operation(1, [], "web_start", "a")));
  bench.say("cib", {
    type: "cib/changed",
    version: { ...versionOf(bench.cib), epoch: 99 },
    changes: [],
    replaced: true,
  });
  bench.machine.state.replica.lastQuery++;
  bench.document();
  assert.match(bench.machine.state.run?.aborted ?? "", /the whole CIB is another one/);
  assert.deepEqual(bench.machine.state.foreign, versionOf(bench.cib));
});

scenario("history that is cleared is news where no graph runs, and none where one does", () => {
  const lrm = "/cib/status/node_state[@id='b']/lrm[@id='b']/lrm_resources";
  const make = { op: "create" as const, path: lrm, xml: `<lrm_resource id="old"/>` };
  const clear = { op: "delete" as const, path: `${lrm}/lrm_resource[@id='old']` };
  const idle = new Bench();
  idle.change(make);
  const old = idle.machine.state.foreign;
  idle.change(clear);
  assert.notDeepEqual(idle.machine.state.foreign, old);
  const busy = new Bench();
  busy.change(make);
  busy.run(graphOf(operation(1, [], "web_start", "a")));
  busy.change(clear);
  assert.equal(busy.machine.state.run?.aborted, undefined);
});

scenario("changes of a node's state are explained by a fencing, a shutdown, or nothing", () => {
  const down = `<node_state id="b" uname="b" in_ccm="false" join="down" expected="down"/>`;
  const change = { op: "create" as const, path: "/cib/status", xml: down };
  const explained = (bench: Bench) => {
    bench.change(change);
    return bench.machine.state.run?.aborted === undefined;
  };
  const with_ = (...synapses: Parameters<typeof graphOf>) => {
    const bench = new Bench();
    bench.run(graphOf(...synapses, operation(9, [], "web_start", "a")));
    return bench;
  };
  assert.equal(explained(with_(fence(1, "b"))), true);
  assert.equal(explained(with_(fence(1, "a"))), false, "of another node");
  assert.equal(explained(with_(event(1, "do_shutdown"))), true);
  assert.equal(explained(with_()), false);
  assert.equal(explained(with_(operation(1, [], "db_stop", "b"))), false, "a stop is no fencing");
  // What waits has done nothing yet.
  assert.equal(explained(with_({ ...fence(1, "b"), inputs: [9] })), false);
});

scenario("what a change of the CIB means for a graph", () => {
  const node = "/cib/status/node_state[@id='b']";
  const type = (path: string, op: "create" | "delete" | "modify", xml = "<x/>") =>
    happeningOf(
      op === "create" ? { op, path, xml } : op === "delete" ? { op, path } : { op, path, set: {} },
    ).type;
  assert.equal(type("/cib/configuration", "create"), "other");
  assert.equal(type("/cib", "modify"), "other");
  assert.equal(type("/cib/status", "create"), "other");
  assert.equal(type("/cib/status", "create", `<node_state id="c"/>`), "node");
  assert.equal(type("/cib/status/tickets", "delete"), "other");
  assert.equal(type(node, "modify"), "node");
  assert.equal(type(`${node}/lrm[@id='b']`, "delete"), "node");
  assert.equal(type(`${node}/lrm[@id='b']/lrm_resources`, "modify"), "node");
  assert.equal(
    type(`${node}/lrm[@id='b']/lrm_resources/lrm_resource[@id='x']`, "delete"),
    "cleared",
  );
  assert.equal(type(`${node}/lrm[@id='b']/lrm_resources`, "delete"), "cleared");
  assert.equal(type(`${node}/lrm[@id='b']/lrm_resources`, "create"), "results");
});

scenario("failures add up to infinity, by the offset of what failed", () => {
  const root = (before?: string) =>
    readCib(
      `<cib><status><node_state id="a">${
        before === undefined
          ? ""
          : `<transient_attributes id="a"><instance_attributes id="status-a"><nvpair id="n" ` +
            `name="fail-count-web#monitor_10000" value="${before}"/></instance_attributes>` +
            `</transient_attributes>`
      }</node_state></status></cib>`,
    );
  const failure = { nodeId: "a", resource: "web", task: "monitor", intervalMs: 10_000 };
  const offsets = { start: "INFINITY", stop: "2" };
  const count = (before?: string, more: Partial<typeof failure> = {}) =>
    /name="fail-count-[^"]+" value="([^"]+)"/.exec(
      JSON.stringify(countFailure(root(before), { ...failure, ...more }, offsets, 7))
        .replaceAll("\\", ""),
    )?.[1];
  assert.equal(count(), "1");
  assert.equal(count("1"), "2");
  assert.equal(count("999998"), "999999");
  assert.equal(count("999999"), "INFINITY");
  assert.equal(count("INFINITY"), "INFINITY");
  assert.equal(count("+INFINITY"), "INFINITY");
  assert.equal(count("many"), "2", "what is no number was one failure");
  assert.equal(count(undefined, { task: "start", intervalMs: 0 }), "INFINITY");
  assert.equal(count(undefined, { task: "stop", intervalMs: 0 }), "2");
  assert.equal(count(undefined, { task: "promote", intervalMs: 0 }), "1");
  assert.equal(count(undefined, { intervalMs: 1 }), "1");
  // A probe fails for nobody.
  assert.equal(count(undefined, { task: "monitor", intervalMs: 0 }), undefined);
  assert.equal(count(undefined, { task: "notify", intervalMs: 0 }), undefined);
  const empty = countFailure(root(), { ...failure, task: "start", intervalMs: 0 }, {
    start: "",
    stop: "",
  }, 7);
  assert.match(JSON.stringify(empty), /INFINITY/);
  assert.match(JSON.stringify(empty), /last-failure-web#start_0.+value=\\"7\\"/);
});

scenario("only the coordinator counts failures, with the time of now", () => {
  const record = {
    op: "create" as const,
    path: "/cib/status/node_state[@id='b']/lrm[@id='b']/lrm_resources",
    xml: `<lrm_resource id="web"><lrm_rsc_op id="web_last_failure_0" operation="monitor"
      transition-key="1:1:0:another" rc-code="7" op-status="0" interval="10000"/></lrm_resource>`,
  };
  const bench = new Bench();
  bench.change(record);
  const { message } = bench.sent[0]!;
  assert.ok(message.type === "cib/apply");
  assert.match(JSON.stringify(message.changes), /last-failure-web#monitor_10000\\" value=\\"50\\"/);
  const other = new Bench();
  other.view(2, "b", "a");
  other.change(record);
  assert.deepEqual(other.given(), []);
});

scenario("each life of each node has a name of its own", () => {
  const names = [
    uuidFrom(1, 1, "a"),
    uuidFrom(2, 1, "a"),
    uuidFrom(1, 2, "a"),
    uuidFrom(1, 1, "b"),
  ];
  assert.equal(new Set(names).size, names.length);
  for (const name of names) {
    assert.match(name, /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/);
  }
});

scenario("a graph that goes well leaves only its own lines in the log", () => {
  const bench = new Bench();
  bench.run(graphOf(operation(1, [], "web_stop", "a")));
  bench.ended("web_stop", "a");
  assert.deepEqual(bench.log, ["info: Transition 4: 1 actions", "notice: web_stop_0 on a"]);
  assert.ok(stringify(bench.cib).includes("web_stop_0"));
  bench.say("crmd", { type: "crmd/fenced", key: "", node: "b" });
  assert.match(bench.log.at(-1) ?? "", /"crmd\/fenced" from "crmd" is not for the tengine/);
});

scenario(
  "a shutdown explains changes of its own node alone, a cleared count only what is deleted",
  () => {
    const node = (id: string) => `/cib/status/node_state[@id='${id}']`;
    const aborted = (task: string, id: string, op: "modify" | "delete") => {
      const bench = new Bench();
      const attributes =
        `<transient_attributes id="${id}"><instance_attributes id="status-${id}">` +
        `<nvpair id="n" name="fail-count-x#start_0" value="1"/></instance_attributes>` +
        `</transient_attributes>`;
      bench.change({ op: "create", path: node(id), xml: attributes });
      bench.change({ op: "create", path: node("b"), xml: attributes.replaceAll(id, "b") });
      bench.run(graphOf(event(1, task), operation(9, [], "web_start", "a")));
      bench.change(
        op === "modify"
          ? { op, path: node(id), set: { join: "down" } }
          : { op, path: `${node(id)}/transient_attributes[@id='${id}']` },
      );
      return bench.machine.state.run?.aborted !== undefined;
    };
    assert.equal(aborted("do_shutdown", "b", "modify"), false);
    assert.equal(aborted("do_shutdown", "a", "modify"), true);
    assert.equal(aborted("clear_failcount", "b", "delete"), false);
    assert.equal(aborted("clear_failcount", "a", "delete"), true);
    assert.equal(aborted("clear_failcount", "b", "modify"), true);
  },
);

scenario("the key of an order names action, transition, expected code and this life", () => {
  const bench = new Bench();
  const attributes = { CRM_meta_op_target_rc: "7" };
  bench.run(graphOf(operation(3, [], "web_monitor", "a", { attributes })));
  const { uuid } = bench.machine.state;
  assert.equal(bench.key("web_monitor"), `3:4:7:${uuid}`);
  assert.equal(uuid, uuidFrom(1, 50_000, "a"));
  // An answer to another life, or to another graph, is nobody's.
  for (const key of [`3:4:7:${uuidFrom(2, 50_000, "a")}`, `3:5:7:${uuid}`]) {
    bench.say("crmd", { type: "crmd/performed", key, ok: true });
    assert.equal(bench.machine.state.run?.underway, 1);
  }
});

scenario("an action is settled once, and the end of a graph says why it ended", () => {
  const bench = new Bench();
  bench.run(graphOf(operation(1, [], "a_start", "a"), operation(2, [], "b_start", "a")));
  const key = bench.key("a_start");
  bench.say("crmd", { type: "crmd/performed", key, ok: true });
  bench.say("crmd", { type: "crmd/performed", key, ok: true });
  assert.equal(bench.machine.state.run?.underway, 1);
  const other = bench.key("b_start");
  bench.sent = [];
  bench.say("crmd", { type: "crmd/performed", key: other, ok: true });
  const why = () => bench.sent.map(({ message }) => message.type === "tengine/done" && message.why);
  assert.deepEqual(why(), ["all actions are done"]);
  const stuck = operation(1, [2], "a_start", "a");
  bench.sent = [];
  bench.run(graphOf(stuck, operation(2, [1], "b_start", "a")));
  assert.match(`${why()}`, /^2 actions wait /);
});

scenario("marks that wait for marks alone pass at once", () => {
  const bench = new Bench();
  const mark = (id: number, inputs: readonly number[]) =>
    operation(id, inputs, `m${id}_done`, "a", { kind: "pseudo_event" });
  bench.run(graphOf(mark(1, []), mark(2, [1]), mark(3, [2]), mark(4, [])));
  assert.deepEqual(bench.given(), ["done true"]);
});

scenario("of two priorities the higher goes first, whichever comes first in the graph", () => {
  for (const [one, other] of [[5, 10], [10, 5]] as const) {
    const bench = new Bench();
    bench.run({
      ...graphOf(
        { ...operation(1, [], "a_start", "a"), priority: one },
        { ...operation(2, [], "b_start", "a"), priority: other },
      ),
      batchLimit: 1,
    });
    assert.deepEqual(bench.given(), [`${one > other ? "a" : "b"}_start_0 crmd@a`]);
  }
});

scenario(
  "an actor that goes on in the same life is awaited; the end of another counts as a failure",
  () => {
    const bench = new Bench();
    const view = (epoch: number, ...lives: readonly (readonly [string, number])[]) =>
      bench.say("ccm", {
        type: "ccm/view",
        view: {
          epoch,
          quorate: true,
          electorate: ["a", "b"],
          members: lives.map(([node, incarnation]) => ({ node, incarnation, bornOn: 1 })),
        },
      });
    view(2, ["a", 3], ["b", 5]);
    bench.run(graphOf(operation(1, [], "a_start", "a"), operation(2, [], "b_start", "b")));
    view(3, ["a", 3], ["b", 5]);
    assert.equal(bench.machine.state.run?.aborted, undefined);
    view(4, ["a", 3], ["b", 6]);
    const { waiting, underway, done, failed } = statusOf(bench) as Readonly<Record<string, number>>;
    assert.deepEqual([waiting, underway, done, failed], [0, 1, 0, 1]);
  },
);

scenario("a shutdown that nobody answers fails, and is no failed fencing", () => {
  const bench = new Bench();
  bench.run(graphOf(event(1, "do_shutdown")));
  bench.sent = [];
  bench.give({ type: "timer", at: 99_000, name: bench.timers[0]! });
  assert.deepEqual(bench.given(), ["done false"]);
});

scenario("a fencing that nobody here asked for changes no graph, whatever came of it", () => {
  for (const graph of [undefined, graphOf(operation(1, [], "web_start", "a"))]) {
    const bench = new Bench();
    if (graph !== undefined) bench.run(graph);
    bench.sent = [];
    const id = "1:4:0:another 1";
    bench.say("stonithd", { type: "fence/result", id, target: "b", action: "off", ok: false });
    assert.deepEqual(bench.given(), []);
    assert.equal(bench.machine.state.run?.aborted, undefined);
  }
});

scenario(
  "a failure counts once, though it has two records; a failed probe counts for nobody",
  () => {
    const record = (id: string, task: string, interval: number, rc: number) =>
      `<lrm_rsc_op id="web_${id}" operation="${task}" transition-key="1:1:${
        task === "monitor" && interval === 0 ? 7 : 0
      }:another" rc-code="${rc}" op-status="0" interval="${interval}"/>`;
    const written = (...records: readonly string[]) => {
      const bench = new Bench();
      bench.change({
        op: "create",
        path: "/cib/status/node_state[@id='b']/lrm[@id='b']/lrm_resources",
        xml: `<lrm_resource id="web">${records.join("")}</lrm_resource>`,
      });
      return bench.given();
    };
    assert.deepEqual(
      written(record("last_failure_0", "start", 0, 1), record("last_0", "start", 0, 1)),
      ["write 1"],
    );
    assert.deepEqual(written(record("last_failure_0", "monitor", 1, 1)), ["write 1"]);
    assert.deepEqual(written(record("last_0", "monitor", 0, 1)), []);
  },
);

scenario("what a lost answer is recorded as has the agent's provider", () => {
  const bench = new Bench();
  const resource = { id: "web", class: "ocf", provider: "pils", type: "Dummy" };
  bench.run(graphOf(operation(1, [], "web_stop", "b", { resource })));
  bench.sent = [];
  bench.give({ type: "timer", at: 70_000, name: bench.timers[0]! });
  const { message } = bench.sent[0]!;
  assert.ok(message.type === "cib/apply");
  assert.match(JSON.stringify(message.changes), /provider=\\"pils\\"/);
});

scenario("a fail count that has no resource or no node is cleared already", () => {
  for (const missing of [{ resource: undefined }, { onNodeUuid: undefined }]) {
    const bench = new Bench();
    bench.run(graphOf(event(1, "clear_failcount", missing as never)));
    assert.deepEqual(bench.given(), ["done true"]);
  }
});

scenario("a node without membership counts no failures", () => {
  const bench = new Bench();
  bench.say("ccm", { type: "ccm/evicted" });
  bench.change({
    op: "create",
    path: "/cib/status/node_state[@id='b']/lrm[@id='b']/lrm_resources",
    xml: `<lrm_resource id="web"><lrm_rsc_op id="web_last_failure_0" operation="monitor"
      transition-key="1:1:0:x" rc-code="7" op-status="0" interval="10000"/></lrm_resource>`,
  });
  assert.deepEqual(bench.given(), []);
});

scenario("services that come are asked, those that go are not; an end is said", () => {
  const bench = new Bench();
  const sent = (service: string, up: boolean) => {
    bench.sent = [];
    bench.give({ type: "peer", at: 0, service, up });
    return bench.sent.map(({ to, message }) => `${to} ${message.type}`);
  };
  assert.deepEqual(sent("ccm", true), ["ccm ccm/subscribe"]);
  assert.deepEqual(sent("cib", true), ["cib cib/subscribe", "cib cib/query"]);
  for (const service of ["ccm", "cib", "lrmd"]) assert.deepEqual(sent(service, false), []);
  assert.deepEqual(sent("lrmd", true), []);
  const { machine } = bench;
  assert.deepEqual(machine.step(machine.state, { type: "stop", at: 0 }), [{ type: "stopped" }]);
});

scenario(
  "a machine that was started late knows the wall clock, and which CIB it began with",
  () => {
    const machine = tengine();
    const say = (service: string, message: Message) =>
      machine.step(machine.state, {
        type: "message",
        at: 600,
        from: { node: "a", service },
        message,
      });
    machine.step(machine.state, {
      type: "start",
      at: 500,
      wallMs: 50_500,
      seed: 1,
      node: "a",
      saved: new Map(),
    });
    assert.equal(machine.state.wallOffsetMs, 50_000);
    const version = { adminEpoch: 0, epoch: 5, numUpdates: 0 };
    const graph = graphOf(event(1, "clear_failcount"));
    // Without a CIB there is nothing to clear.
    const early = say("crmd", { type: "tengine/run", graph, view: 1, version });
    assert.deepEqual(
      early.flatMap((effect) => effect.type === "send" ? [effect.message.type] : []),
      [
        "tengine/done",
      ],
    );
    const xml = `<cib epoch="5" num_updates="0" admin_epoch="0"><status/></cib>`;
    say("cib", { type: "cib/document", id: "replica 1", version, xml });
    const older = { ...version, epoch: 4 };
    const [done] = say("crmd", { type: "tengine/run", graph, view: 1, version: older });
    assert.ok(done?.type === "send" && done.message.type === "tengine/done");
    assert.equal(done.message.why, "the CIB has changed since it was computed");
  },
);
