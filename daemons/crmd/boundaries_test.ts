/**
 * The edges of the cluster resource manager: bounds at and beyond them, retries, what is void when a
 * service goes, the contents of its status, and days on which nothing is logged.
 *
 * @module
 */
import assert from "node:assert/strict";
import { stringify } from "@std/xml";
import { versionOf } from "../cib/doors/document.ts";
import type { LrmResult } from "../runtime/messages.ts";
import { chainsOf } from "./order_chains.ts";
import { attributeNames, attributeOf, setAttributes, unsetAttributes } from "./attributes.ts";
import { heldIn } from "./fencing_loop.ts";
import { readCib } from "../cib/doors/document.ts";
import { activeOf } from "./quorum_loss.ts";
import { joinAgainMs, ordersMax, policyMsMax, resultsMax, retryMs, retryMsMax } from "./state.ts";
import {
  answerWith,
  Bench,
  changed,
  coordinator,
  huge,
  nothingToDo,
  operation,
  result,
  standing,
} from "./testing_bench.ts";
import { scenarios } from "../runtime/testing/transcript.ts";

const scenario = scenarios("crmd_boundaries");

const member = standing.member + ` incarnation="1"`;

/** A member of b's view that has been taken in. */
function taken(): Bench {
  const bench = new Bench({ a: member });
  bench.view(5, "b", "a");
  bench.joined("b", 5, bench.machine.state.joins);
  return bench;
}

const synapse = (task: string) => ({
  id: 1,
  inputs: [],
  action: {
    id: 1,
    kind: "rsc_op" as const,
    task,
    operationKey: `web_${task}_0`,
    attributes: {},
    canFail: false,
  },
});

const statusOf = (bench: Bench): Readonly<Record<string, unknown>> => {
  bench.say("client-1", { type: "status/query", id: "s" });
  const [answer] = bench.take("status/answer");
  return { ...answer?.status as object };
};

scenario("an acknowledgement of what has become wrong since does not count", () => {
  const gone = (service: string, bench: Bench) =>
    bench.give({ type: "peer", at: 0, service, up: false });
  for (const service of ["lrmd", "cib"]) {
    const bench = new Bench({ a: member });
    bench.view(5, "b", "a");
    const { joins } = bench.machine.state;
    gone(service, bench);
    // It was on its way when the service ended.
    bench.joined("b", 5, joins);
    bench.order(5, "b", "web_start");
    assert.equal(bench.take("lrm/execute").length, 0, `nobody would do it: ${service} is gone`);
    assert.deepEqual(bench.take("crmd/performed").map(({ ok }) => ok), [false]);
    bench.give({ type: "peer", at: 0, service, up: true });
    const [again] = bench.said().filter(({ type }) => type === "join").slice(-1);
    assert.ok(again?.type === "join" && again.results !== undefined, "it says all that it runs");
    bench.joined("b", 5, again.number);
    bench.order(5, "b", "web_start");
    assert.equal(bench.take("lrm/execute").length, 1);
  }
});

scenario("the status says how the node stands, and what it is at", () => {
  const alone = statusOf(new Bench());
  assert.deepEqual(
    [alone.node, alone.dc, alone.quorate, alone.epoch, alone.members, alone.joined, alone.policy],
    ["a", null, false, null, [], false, null],
  );
  assert.deepEqual([alone.held, alone.undecided, alone.orders], [[], null, []]);
  const bench = taken();
  bench.order(5, "b", "web_start");
  bench.order(5, "b", "db_stop");
  const status = statusOf(bench);
  assert.deepEqual(
    [status.dc, status.quorate, status.epoch, status.members, status.joined, status.policy],
    ["b", true, 5, ["b", "a"], true, null],
  );
  assert.deepEqual(status.orders, ["db_stop_0", "web_start_0"]);
  const dc = coordinator();
  assert.equal(statusOf(dc).policy, "computing");
  answerWith(dc, { error: "too much" });
  assert.deepEqual([statusOf(dc).policy, statusOf(dc).undecided], ["waiting", "too much"]);
  // Another node is answered there, a service here is answered by its name.
  dc.say("mgmtd", { type: "status/query", id: "s" }, "b");
  assert.equal(dc.sent.at(-1)?.to, "mgmtd@b");
});

scenario("a member says again what it is at until it is taken in, and no longer", () => {
  const bench = new Bench({ a: member });
  const again = () => {
    bench.give({ type: "timer", at: 0, name: "join again" });
    return bench.said().filter(({ type }) => type === "join").length;
  };
  assert.equal(again(), 0, "there is no view");
  bench.view(5, "b", "a");
  assert.equal(bench.timers.get("join again"), joinAgainMs);
  bench.said();
  assert.equal(again(), 1);
  bench.joined("b", 5, bench.machine.state.joins - 1);
  assert.equal(again(), 1, "that was to an older one");
  bench.joined("c", 5, bench.machine.state.joins);
  assert.equal(again(), 1, "that was not the coordinator");
  bench.joined("b", 5, bench.machine.state.joins);
  assert.equal(again(), 0);
  bench.view(6, "a");
  assert.equal(again(), 0, "there is no quorum");
});

scenario("a daemon that never joined stops nothing; one that joined once stops what runs", () => {
  const never = new Bench();
  never.say("ccm", { type: "ccm/evicted" });
  never.lrm = [result("web_start", 1)];
  never.give({ type: "peer", at: 0, service: "lrmd", up: true });
  assert.deepEqual(never.take("lrm/execute"), []);
  const once = taken();
  assert.equal(once.machine.state.joins, 1);
  once.lrm = [result("web_start", 1)];
  once.say("ccm", { type: "ccm/evicted" });
  assert.equal(once.take("lrm/execute").length, 1);
});

scenario("a join waits until a result is written", () => {
  for (const ok of [true, false]) {
    const bench = taken();
    bench.said();
    bench.say("lrmd", { type: "lrm/result", result: result("web_start", 1) });
    const [write] = bench.take("cib/apply");
    assert.ok(write);
    bench.view(6, "b", "a", "c");
    assert.deepEqual(bench.said().filter(({ type }) => type === "join"), []);
    bench.say("cib", { type: "cib/applied", id: write.id, ok, ...(ok ? {} : { error: "late" }) });
    const [join, ...more] = bench.said().filter(({ type }) => type === "join");
    assert.ok(join?.type === "join");
    assert.deepEqual(more, []);
    // What could not be written is in what the resource manager tells.
    assert.equal(join.results === undefined, ok);
  }
});

scenario("a result that cannot be written makes the node tell all, and says why in the log", () => {
  const bench = taken();
  bench.say("lrmd", { type: "lrm/result", result: result("web_start", 1) });
  bench.say("lrmd", { type: "lrm/result", result: result("web_stop", 2) });
  const [write] = bench.take("cib/apply");
  const error = "no quorum";
  bench.say("cib", { type: "cib/applied", id: write?.id ?? "", ok: false, error });
  assert.ok(
    bench.log.some((line) => line.startsWith("Result of web is not in the CIB: no quorum")),
  );
  assert.deepEqual(bench.take("cib/apply"), [], "what followed it is told too");
  assert.equal(bench.machine.state.outbox.size, 0);
  assert.equal(bench.machine.state.dirty, true);
});

scenario("an answer to a write of an earlier life is nobody's", () => {
  const bench = taken();
  bench.say("lrmd", { type: "lrm/result", result: result("web_start", 1) });
  bench.take("cib/apply");
  bench.say("cib", { type: "cib/applied", id: "result old.1", ok: true });
  assert.equal(bench.machine.state.outbox.get("web")?.length, 1);
  assert.deepEqual(bench.take("cib/apply"), []);
});

scenario("as many results wait for the CIB as the bound says", () => {
  const bench = taken();
  for (let at = 0; at <= resultsMax + 1; at++) {
    bench.say("lrmd", { type: "lrm/result", result: result("web_start", at) });
  }
  assert.equal(bench.machine.state.outbox.get("web")?.length, resultsMax);
});

scenario("as many orders are taken as the bound says; one more is refused", () => {
  const bench = taken();
  const { orders } = bench.machine.state;
  for (let at = 0; at < ordersMax - 1; at++) {
    orders.set(`${at}`, { operation: operation("x_start") });
  }
  bench.order(5, "b", "web_start");
  assert.equal(bench.take("lrm/execute").length, 1);
  bench.order(5, "b", "db_start");
  assert.deepEqual(bench.take("lrm/execute"), []);
  assert.match(bench.take("crmd/performed")[0]?.error ?? "", /16384 orders are under way/);
  assert.ok(bench.log.some((line) => /Order db_start_0 of b refused/.test(line)));
});

scenario("a result without a place in the CIB is reported to the requester", () => {
  for (const rc of [0, 1]) {
    const bench = taken();
    bench.order(5, "b", "web_notify");
    const [order] = bench.take("lrm/execute");
    bench.say("lrmd", {
      type: "lrm/result",
      id: order?.id ?? "",
      result: { ...result("web_notify", 1, rc), operation: operation("web_notify") },
    });
    assert.deepEqual(bench.take("crmd/performed").map(({ ok }) => ok), [rc === 0]);
    assert.deepEqual(bench.take("cib/apply"), []);
    assert.equal(bench.machine.state.orders.size, 0);
  }
});

scenario("a resource manager that is gone takes everything with it that it was asked", () => {
  const bench = taken();
  bench.order(5, "b", "web_start");
  bench.order(5, "b", "db_delete");
  bench.say("lrmd", { type: "lrm/result", result: result("ip_start", 1) });
  bench.take("cib/apply");
  bench.take("crmd/performed");
  bench.lrmAnswers = false;
  bench.give({ type: "peer", at: 0, service: "lrmd", up: false });
  const { state } = bench.machine;
  assert.deepEqual(
    [state.orders.size, state.calls.size, state.outbox.size, state.stops.size],
    [0, 0, 0, 0],
  );
  assert.deepEqual([state.lrm, state.fresh, state.dirty, state.joined], [
    "unknown",
    false,
    true,
    false,
  ]);
  // Who waits for the start, and who waits for the deletion.
  assert.equal(bench.take("crmd/performed").length, 2);
  bench.take("lrm/query");
  bench.give({ type: "peer", at: 0, service: "lrmd", up: true });
  assert.equal(bench.machine.state.lrm, "asked");
});

scenario(
  "a cib that is gone takes with it what it was asked; the next one is asked for all",
  () => {
    const bench = taken();
    bench.say("lrmd", { type: "lrm/result", result: result("web_start", 1) });
    bench.take("cib/apply");
    bench.said();
    bench.give({ type: "peer", at: 0, service: "cib", up: false });
    const { state } = bench.machine;
    assert.deepEqual([state.writes.size, state.outbox.size, state.dirty, state.joined], [
      0,
      0,
      true,
      false,
    ]);
    assert.deepEqual(bench.said(), []);
    bench.give({ type: "peer", at: 0, service: "cib", up: true });
    assert.equal(bench.take("cib/subscribe").length > 0, true);
    assert.equal(bench.said().filter(({ type }) => type === "join").length, 1);
    // A coordinator writes the members again.
    const dc = coordinator();
    changed(dc, { op: "modify", path: "/cib", set: { "dc-uuid": "x" } });
    assert.equal(dc.take("cib/apply").length, 1);
    dc.give({ type: "peer", at: 0, service: "cib", up: false });
    assert.equal(dc.machine.state.coordination?.writing, false);
  },
);

scenario("services that come are asked; those that go are not", () => {
  const bench = new Bench();
  for (
    const [service, type] of [["ccm", "ccm/subscribe"], ["stonithd", "fence/subscribe"]] as const
  ) {
    bench.take(type);
    bench.give({ type: "peer", at: 0, service, up: false });
    assert.deepEqual(bench.take(type), [], service);
    bench.give({ type: "peer", at: 0, service, up: true });
    assert.equal(bench.take(type).length, 1, service);
  }
});

scenario("a membership daemon that is gone ends the view, and with it what is coordinated", () => {
  const bench = coordinator();
  bench.give({ type: "peer", at: 0, service: "ccm", up: false });
  assert.equal(bench.machine.state.view, undefined);
  assert.equal(bench.machine.state.coordination, undefined);
  for (const name of ["join", "startup", "retry", "recheck", "policy", "trial"]) {
    assert.equal(bench.timers.has(name), false, name);
  }
});

scenario(
  "who waits for a fencing to be written hears it when this node coordinates no more",
  () => {
    const bench = new Bench({ a: member, b: member, c: member });
    bench.view(5, "a", "b");
    bench.join("b", { view: 5 });
    bench.write();
    for (const key of ["k1", "k2"]) {
      bench.say("tengine", { type: "crmd/fenced", key, node: "c", incarnation: "1" });
    }
    assert.deepEqual(bench.take("crmd/performed"), [], "it is not written yet");
    bench.view(6, "b", "a");
    assert.deepEqual(
      bench.take("crmd/performed"),
      ["k1", "k2"].map((key) => ({
        type: "crmd/performed",
        key,
        ok: false,
        error: "the coordinator is b now",
      })),
    );
    bench.say("tengine", { type: "crmd/fenced", key: "k3", node: "c", incarnation: "1" });
    assert.match(bench.take("crmd/performed")[0]?.error ?? "", /not the coordinator any more/);
  },
);

scenario(
  "a graph that comes again and changes nothing is tried again after pauses that double",
  () => {
    const bench = coordinator();
    const graph = { ...nothingToDo, synapses: [synapse("start")] };
    const run = () => {
      answerWith(bench, { graph: graph as never });
      const [order] = bench.take("tengine/run");
      if (order === undefined) return undefined;
      const transitionId = order.graph.transitionId;
      bench.say(
        "tengine",
        { type: "tengine/done", transitionId, complete: true, why: "" } as never,
      );
      return transitionId;
    };
    assert.deepEqual([run(), run()], [1, 2], "once more might help");
    assert.equal(run(), undefined);
    const pauses: (number | undefined)[] = [bench.timers.get("retry")];
    for (let time = 0; time < 10; time++) {
      bench.give({ type: "timer", at: 0, name: "retry" });
      run();
      assert.equal(run(), undefined, "after a wait it is tried once");
      pauses.push(bench.timers.get("retry"));
    }
    for (const [at, pause = 0] of pauses.entries()) {
      const before = pauses[at - 1];
      if (before !== undefined) {
        assert.ok(pause === Math.min(before * 2, retryMsMax) || pause > before);
      }
      assert.ok(pause >= retryMs && pause <= retryMsMax, `${pause}`);
    }
    assert.equal(pauses.at(-1), retryMsMax);
    // Another graph has nothing to do with it.
    changed(bench, huge("other"));
    answerWith(bench, { graph: { ...nothingToDo, synapses: [synapse("stop")] } as never });
    assert.equal(bench.take("tengine/run").length, 1);
  },
);

scenario(
  "a fencing that failed is not tried again at once; a change of the configuration is",
  () => {
    const bench = coordinator();
    const fence = { ...nothingToDo, synapses: [synapse("stonith")] };
    answerWith(bench, { graph: fence as never });
    const done = { type: "tengine/done", transitionId: 1, complete: false, why: "it failed" };
    bench.say("tengine", { ...done, fencingFailed: true } as never);
    assert.deepEqual(bench.take("pengine/schedule"), []);
    assert.equal(bench.timers.get("retry"), retryMs);
    assert.ok(bench.log.includes("Transition 1 was not completed: it failed"));
    changed(bench, { op: "modify", path: "/cib/status", set: { x: "1" } });
    assert.deepEqual(bench.take("pengine/schedule"), [], "no reason to hurry");
    changed(bench, huge("more"));
    assert.equal(bench.take("pengine/schedule").length, 1);
    assert.equal(bench.timers.has("retry"), false);
    assert.equal(bench.machine.state.coordination?.attempts, 0);
  },
);

scenario(
  "a policy that went stale while it was computed is computed again, and never carried out",
  () => {
    const bench = coordinator();
    const [asked] = bench.take("pengine/schedule");
    assert.equal(bench.timers.get("policy"), policyMsMax);
    changed(bench, { op: "modify", path: "/cib/status", set: { x: "1" } });
    assert.deepEqual(bench.take("pengine/schedule"), [], "one at a time");
    const graph = { ...nothingToDo, synapses: [synapse("start")] } as never;
    bench.say("pengine", { type: "pengine/transition", id: "policy old.1", graph });
    assert.deepEqual(bench.take("tengine/run"), [], "another life was asked");
    bench.say("pengine", { type: "pengine/transition", id: asked?.id ?? "", graph });
    assert.deepEqual(bench.take("tengine/run"), []);
    assert.equal(bench.take("pengine/schedule").length, 1);
  },
);

scenario("the members are written again after a while if that was refused", () => {
  const bench = new Bench({ a: member });
  bench.view(5, "a", "b");
  const [write] = bench.take("cib/apply");
  const error = "the disk is full";
  bench.say("cib", { type: "cib/applied", id: write?.id ?? "", ok: false, error });
  assert.deepEqual(bench.take("cib/apply"), []);
  assert.equal(bench.timers.get("members"), retryMs);
  assert.ok(bench.log.some((line) => line.includes("the disk is full")));
  bench.give({ type: "timer", at: 0, name: "members" });
  assert.equal(bench.take("cib/apply").length, 1);
});

scenario(
  "what a member was at when its coordinator died is under way in the CIB of the next one",
  () => {
    const bench = new Bench({ a: member, b: member });
    bench.view(5, "a", "b");
    bench.join("b", { view: 5, underway: [operation("web_start")] });
    bench.write();
    const text = stringify(bench.cib);
    assert.match(text, /web_last_0" operation_key="web_start_0".*rc-code="193" op-status="-1"/);
    // A repetition goes on by itself: it is nothing that one waits for.
    const other = new Bench({ a: member, b: member });
    other.view(5, "a", "b");
    const monitor = { ...operation("web_monitor"), intervalMs: 10_000 };
    other.join("b", { view: 5, underway: [monitor] });
    other.write();
    assert.doesNotMatch(stringify(other.cib), /rc-code="193"/);
  },
);

scenario("a notification under way does not take the place of a promotion in the CIB", () => {
  const bench = new Bench({ a: member, b: member });
  bench.view(5, "a", "b");
  bench.join("b", { view: 5, underway: [operation("web_notify")] });
  bench.write();
  assert.doesNotMatch(stringify(bench.cib), /rc-code="193"/);
});

scenario("a member that told nothing is pending when it was waited for, once", () => {
  const bench = new Bench({ a: member, b: member });
  bench.view(5, "a", "b:2");
  bench.write();
  assert.equal(bench.state("b").join, "member", "it may still tell");
  bench.give({ type: "timer", at: 0, name: "join" });
  bench.write();
  assert.equal(bench.state("b").join, "pending");
  changed(bench, huge("more"));
  assert.deepEqual(bench.take("cib/apply"), []);
  assert.equal(bench.take("pengine/schedule").length > 0, true);
});

scenario("the same join comes twice: it is answered, and written once", () => {
  const bench = new Bench({ a: member, b: member });
  bench.view(5, "a", "b");
  bench.join("b", { view: 5, number: 3 });
  bench.write();
  assert.deepEqual(bench.said().map(({ type }) => type), ["joined"]);
  bench.join("b", { view: 5, number: 3 });
  assert.deepEqual(bench.said().map(({ type }) => type), ["joined"]);
  bench.join("b", { view: 5, number: 2 });
  assert.deepEqual(bench.said(), [], "an older one is late");
  assert.deepEqual(bench.take("cib/apply"), []);
});

scenario("a join for a later view is kept until that view is there", () => {
  const bench = new Bench({ a: member, b: member });
  bench.join("b", { view: 6 });
  bench.view(5, "a", "b");
  bench.write();
  assert.deepEqual(bench.take("pengine/schedule"), [], "it was for another view");
  bench.view(6, "a", "b");
  bench.write();
  assert.equal(bench.take("pengine/schedule").length, 1);
  assert.equal(bench.machine.state.early.size, 0);
});

scenario(
  "a node that belongs to no view any more says so once, and a stranger's message is named",
  () => {
    const bench = taken();
    const before = bench.log.length;
    bench.say("ccm", { type: "ccm/evicted" });
    const said = bench.log.slice(before).filter((line) => /membership/.test(line));
    assert.equal(said.length, 1);
    bench.say("lrmd", { type: "lrm/forget", id: "x", resource: "web" });
    assert.match(bench.log.at(-1) ?? "", /"lrm\/forget" from "lrmd" is not for the crmd/);
  },
);

scenario("while nothing goes wrong, nothing but views and joins is logged", () => {
  const bench = coordinator();
  answerWith(bench, { graph: nothingToDo });
  changed(bench, { op: "modify", path: "/cib/status", set: { x: "1" } });
  answerWith(bench, { graph: nothingToDo });
  bench.give({ type: "timer", at: 0, name: "recheck" });
  answerWith(bench, { graph: nothingToDo });
  const others = bench.log.filter((line) => !/^View |has joined/.test(line));
  assert.deepEqual(others, []);
});

scenario("a node that ends alone takes the time of its resource manager, and no more", () => {
  const bench = new Bench();
  bench.view(5, "a");
  bench.lrmAnswers = false;
  bench.give({ type: "stop", at: 0 });
  assert.equal(bench.timers.get("leave"), 5_000);
  assert.equal(bench.machine.state.dirty, true, "the answer counts, whenever it comes");
  bench.lrmAnswers = true;
  bench.say("lrmd", { type: "lrm/state", id: "x", results: [] });
  assert.equal(bench.stopped, true);
  assert.equal(bench.timers.has("leave"), false);
});

scenario("a node that was asked to leave by mistake withdraws the request, and stays", () => {
  const bench = taken();
  bench.apply(setAttributes(bench.cib, "a", { shutdown: "1" }));
  const version = versionOf(bench.cib);
  bench.say("cib", { type: "cib/document", id: "", version, xml: stringify(bench.cib) });
  bench.machine.state.replica.lastQuery++;
  bench.document();
  const order = (action: object) =>
    bench.say("tengine", { type: "crmd/perform", view: 5, key: "k", action } as never, "b");
  const base = { id: 1, kind: "crm_event", attributes: {}, canFail: false };
  order({ ...base, task: "do_shutdown", operationKey: "do_shutdown-a", onNode: "a" });
  assert.deepEqual(bench.take("crmd/performed").map(({ ok }) => ok), [true]);
  const [write] = bench.take("cib/apply");
  assert.deepEqual(write?.changes.map(({ op }) => op), ["delete"]);
  assert.equal(bench.stopped, false);
  order({ ...base, task: "clear_failcount", operationKey: "clear_failcount" });
  assert.match(bench.take("crmd/performed")[0]?.error ?? "", /"clear_failcount" is not for a node/);
});

scenario("attributes of a node's life are set side by side, and taken away one by one", () => {
  let cib = new Bench({ a: member }).cib;
  const bench = new Bench({ a: member });
  const apply = (changes: ReturnType<typeof setAttributes>) => {
    bench.apply(changes);
    cib = bench.cib;
  };
  apply(setAttributes(cib, "a", { one: "1" }));
  apply(setAttributes(cib, "a", { two: "2", "fail-count-web#start_0": "3" }));
  apply(setAttributes(cib, "a", { one: "4" }));
  assert.deepEqual([...attributeNames(cib, "a")].sort(), ["fail-count-web#start_0", "one", "two"]);
  assert.equal(attributeOf(cib, "a", "one"), "4");
  assert.match(stringify(cib), /id="status-a-fail-count-web\.start_0"/);
  apply(unsetAttributes(cib, "a", ["one", "none"]));
  assert.deepEqual([...attributeNames(cib, "a")].sort(), ["fail-count-web#start_0", "two"]);
  assert.equal(attributeOf(cib, "a", "one"), undefined);
  assert.deepEqual(attributeNames(cib, "b"), []);
});

scenario("what runs is known by the last results, in the order of their calls", () => {
  const of = (...names: readonly (readonly [name: string, rc: number, status?: number])[]) => [
    ...activeOf(
      names.map(([name, rc, status = 0], at): LrmResult => ({
        ...result(name, at + 1, rc),
        status,
      })).reverse(),
    ).keys(),
  ];
  assert.deepEqual(of(["web_start", 0], ["web_stop", 0]), []);
  assert.deepEqual(of(["web_start", 0], ["web_stop", 1]), ["web"]);
  assert.deepEqual(of(["web_start", 0], ["web_stop", 0, 2]), ["web"], "it took too long");
  assert.deepEqual(of(["web_start", 1]), ["web"], "something may be left of it");
  assert.deepEqual(of(["web_monitor", 7]), []);
  assert.deepEqual(of(["web_monitor", 5]), []);
  assert.deepEqual(of(["web_monitor", 0]), ["web"]);
  assert.deepEqual(of(["web_monitor", 7, 2]), ["web"], "nobody knows");
  assert.deepEqual(of(["web_start", 0], ["web_monitor", 7]), []);
  assert.deepEqual(of(["web_start", 0], ["web_migrate", 0]), ["web"]);
  assert.deepEqual(of(["web_notify", 0], ["db_meta-data", 0]), []);
});

scenario("an order of what is not configured, or only of one end, is no order", () => {
  const root = readCib(
    `<cib><configuration><constraints><rsc_order id="1" first="a"/><rsc_order id="2" then="b"/>` +
      `<rsc_order id="3" first="a" then="gone"/><rsc_order id="4" first="gone" then="b"/></constraints></configuration></cib>`,
  );
  const places = chainsOf(root, ["a", "b"]);
  assert.deepEqual([...places], [["a", { chain: "a", depth: 0 }], ["b", { chain: "b", depth: 0 }]]);
  assert.deepEqual([...chainsOf(undefined, ["a"])], [["a", { chain: "a", depth: 0 }]]);
});

scenario(
  "three fencings in a row hold a resource; two, or a gap of more than an hour, do not",
  () => {
    const held = (...times: number[]) =>
      heldIn(readCib(
        `<cib><configuration><resources/></configuration><status><node_state id="a" fencings="${
          times.map((at) => `web=${at}=none`).join(" ")
        }"/></status></cib>`,
      ));
    assert.deepEqual(held(1, 2), []);
    assert.deepEqual(held(1, 2, 3), ["web"]);
    assert.deepEqual(held(0, 3_600, 7_200), ["web"], "exactly an hour");
    assert.deepEqual(held(0, 3_601, 7_201), []);
    assert.deepEqual(held(0, 10_000, 10_001, 10_002), ["web"]);
  },
);

scenario(
  "a policy engine that is silent twice is not asked with that configuration for a while",
  () => {
    const bench = coordinator();
    answerWith(bench, { graph: nothingToDo });
    changed(bench, huge("huge"));
    for (let time = 0; time < 2; time++) {
      assert.match(bench.take("pengine/schedule")[0]?.cib ?? "", /huge/, `time ${time}`);
      bench.give({ type: "timer", at: 0, name: "policy" });
    }
    assert.doesNotMatch(bench.take("pengine/schedule")[0]?.cib ?? "huge", /huge/);
    assert.equal(bench.timers.get("trial"), 60_000, "it cost as much as one that hangs");
    assert.ok(bench.log.some((line) => /it said nothing within 120000 ms/.test(line)));
  },
);

scenario("what holds for one life of a node is kept while that lives, and goes with it", () => {
  for (const [life, kept] of [["1", true], ["2", false]] as const) {
    const bench = new Bench({ a: member, b: member });
    bench.apply(setAttributes(bench.cib, "b", { "fail-count-web#start_0": "3" }));
    bench.document();
    bench.machine.state.replica.lastQuery++;
    bench.document();
    bench.view(5, "a", `b:${life}`);
    bench.join("b", {
      view: 5,
      results: [result("web_start", 1)],
      underway: [operation("db_stop")],
    });
    bench.write();
    assert.equal(attributeNames(bench.cib, "b").length, kept ? 1 : 0, `life ${life}`);
    assert.ok(
      bench.log.includes("b has joined; it knows of 1 operations; 1 are under way"),
      bench.log.join("\n"),
    );
  }
});

scenario("what is counted for a member while its join is written is not written over", () => {
  const bench = new Bench({ a: member, b: member });
  bench.document();
  bench.view(5, "a", "b:1");
  bench.join("b", { view: 5, results: [result("web_start", 1)], underway: [] });
  bench.apply(setAttributes(bench.cib, "b", { "fail-count-db#stop_0": "1" }));
  bench.write();
  assert.deepEqual(attributeNames(bench.cib, "b"), ["fail-count-db#stop_0"]);
});

scenario("a new member has the place of its attributes, so two writers do not each make it", () => {
  const bench = new Bench({ a: member, b: standing.fenced });
  bench.document();
  bench.view(5, "a", "b:2");
  bench.join("b", { view: 5, results: [], underway: [] });
  bench.write();
  const both = [
    setAttributes(bench.cib, "b", { x: "1" }),
    setAttributes(bench.cib, "b", { y: "2" }),
  ];
  for (const changes of both) bench.apply(changes);
  assert.deepEqual(attributeNames(bench.cib, "b"), ["x", "y"]);
});

scenario(
  "a node that left the view keeps no attribute, whether it is lost or had left before",
  () => {
    for (const before of [member, standing.lost, standing.fenced]) {
      const bench = new Bench({ a: member, b: before });
      bench.apply(setAttributes(bench.cib, "b", { shutdown: "1", mine: "2" }));
      bench.document();
      bench.machine.state.replica.lastQuery++;
      bench.document();
      bench.view(5, "a", "c");
      bench.write();
      assert.deepEqual(attributeNames(bench.cib, "b"), [], before);
      assert.doesNotMatch(stringify(bench.cib), /transient_attributes id="b"/);
    }
  },
);

scenario("a resource manager that tells all unasked is not repeated to the coordinator", () => {
  const bench = taken();
  bench.said();
  bench.say("lrmd", { type: "lrm/state", id: "x", results: [result("web_start", 1)] });
  assert.deepEqual(bench.said(), []);
  assert.deepEqual(bench.take("lrm/execute"), []);
});

scenario(
  "what was to be written is void without quorum, and what others say of the view is heard",
  () => {
    const bench = taken();
    bench.say("lrmd", { type: "lrm/result", result: result("web_start", 1) });
    bench.lrmAnswers = false;
    bench.view(6, "a");
    assert.equal(bench.machine.state.outbox.size, 0);
    // Only the coordinator may ask for all.
    const told = (from: string) => {
      const other = taken();
      other.said();
      const part = JSON.stringify({ type: "tell", view: 5 });
      other.say("crmd", { type: "peer", body: { at: 0, of: 1, part } }, from);
      return other.said().filter(({ type }) => type === "join").length;
    };
    assert.deepEqual([told("b"), told("c")], [1, 0]);
  },
);
