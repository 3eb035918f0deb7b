import assert from "node:assert/strict";
import { stringify, type XmlElement } from "@std/xml";
import { digestOf } from "../cib/doors/document.ts";
import { elementAt } from "../cib/doors/path.ts";
import type { CibChange, Message } from "../runtime/messages.ts";
import { waitMsMax } from "../runtime/duration.ts";
import { stopped } from "./leaving.ts";
import { millisecondsOf } from "./quorum_loss.ts";
import { elements, type PeerMessage } from "./state.ts";
import {
  answerWith,
  Bench,
  changed,
  coordinator,
  huge,
  nothingToDo,
  result,
  standing,
} from "./testing_bench.ts";
import { scenarios } from "../runtime/testing/transcript.ts";

const scenario = scenarios("crmd_core");

scenario(
  "a member orders its local resource manager what the coordinator orders, and nobody else",
  () => {
    const bench = new Bench({ a: standing.member + ` incarnation="1"` });
    bench.view(5, "b", "a");
    bench.order(5, "b", "web_start");
    assert.match(bench.take("crmd/performed")[0]?.error ?? "", /has not yet reported/);
    bench.joined("b", 5, bench.machine.state.joins);
    bench.order(5, "b", "web_start");
    assert.equal(bench.take("lrm/execute")[0]?.operation.action, "start");
    bench.order(4, "b", "web_stop");
    assert.match(bench.take("crmd/performed")[0]?.error ?? "", /of view 0.4, this node is in 0.5/);
    bench.order(5, "c", "web_stop");
    assert.match(bench.take("crmd/performed")[0]?.error ?? "", /not the coordinator/);
    assert.deepEqual(bench.take("lrm/execute"), []);
  },
);

scenario(
  "the coordinator writes the feature set: fail counts are read under names that depend on it",
  () => {
    for (const old of [undefined, "", "3.0.10", "3.16.0", "3.9"]) {
      const bench = new Bench({ a: standing.member + ` incarnation="1"` });
      if (old !== undefined) {
        bench.apply([{ op: "modify", path: "/cib", set: { crm_feature_set: old } }]);
        bench.document();
      }
      bench.view(5, "a", "b");
      bench.write();
      assert.equal(bench.cib.attributes.crm_feature_set, "3.16.1", old);
    }
    // That of a newer coordinator stays.
    const bench = new Bench({ a: standing.member + ` incarnation="1"` });
    bench.apply([{ op: "modify", path: "/cib", set: { crm_feature_set: "3.20.0" } }]);
    bench.document();
    bench.view(5, "a", "b");
    bench.write();
    assert.equal(bench.cib.attributes.crm_feature_set, "3.20.0");
  },
);

scenario(
  "results get into the CIB one of each resource at a time, once the coordinator knows this node",
  () => {
    const bench = new Bench({ a: standing.member + ` incarnation="1"` });
    bench.view(5, "b", "a");
    bench.say("lrmd", { type: "lrm/result", result: result("web_start", 1) });
    assert.deepEqual(bench.take("cib/apply"), []);
    bench.joined("b", 5, bench.machine.state.joins);
    bench.say("lrmd", { type: "lrm/result", result: result("web_stop", 2) });
    assert.equal(bench.sent.filter(({ message }) => message.type === "cib/apply").length, 1);
    bench.write();
    assert.match(stringify(bench.cib), /web_last_0" operation_key="web_stop_0"/);
  },
);

scenario(
  "a daemon that was started again tells nothing at first, so that everything is probed",
  () => {
    const bench = new Bench();
    bench.lrm = [result("web_start", 1)];
    bench.view(5, "b", "a");
    const [join] = bench.said();
    assert.ok(join?.type === "join");
    assert.deepEqual(join.results, []);
  },
);

scenario("a node that lost quorum and has it again tells all that it knows and is at", () => {
  const bench = new Bench({ a: standing.member + ` incarnation="1"` });
  bench.view(5, "b", "a");
  bench.joined("b", 5, bench.machine.state.joins);
  bench.order(5, "b", "db_start");
  bench.view(6, "a");
  bench.lrm = [result("web_stop", 1)];
  bench.said();
  bench.view(7, "b", "a");
  const join = bench.said().find(({ type }) => type === "join");
  assert.ok(join?.type === "join");
  assert.deepEqual(join.results, bench.lrm);
  assert.deepEqual(join.underway.map(({ action }) => action), ["start", "stop"]);
});

scenario("without quorum everything is stopped, what belongs together in reverse order", () => {
  const bench = new Bench({ a: standing.member + ` incarnation="1"` });
  bench.view(5, "b", "a");
  bench.lrm = [
    result("ip_start", 1),
    result("web_start", 2),
    result("db_start", 3),
    result("old_start", 4),
    result("old_stop", 5),
  ];
  bench.view(6, "a");
  const stops = () => {
    const asked = bench.take("lrm/execute");
    for (const { operation } of asked) {
      assert.equal(operation.action, "stop");
      assert.equal(operation.parameters.port, "80");
    }
    return asked;
  };
  const first = stops();
  assert.deepEqual(first.map(({ operation }) => operation.resource), ["db", "web"]);
  assert.equal(first[1]!.operation.timeoutMs, 7_000);
  const { id, operation } = first[1]!;
  bench.say("lrmd", { type: "lrm/result", id, result: { ...result("web_stop", 6), operation } });
  assert.deepEqual(stops().map(({ operation }) => operation.resource), ["ip"]);
  assert.deepEqual(bench.take("cib/apply"), []);
});

scenario(
  "with quorum again, the coordinator takes over a stop that has not begun",
  () => {
    const bench = new Bench({ a: standing.member + ` incarnation="1"` });
    bench.view(5, "b", "a");
    bench.lrm = [result("ip_start", 1), result("web_start", 2)];
    bench.view(6, "a");
    const [web] = bench.take("lrm/execute");
    bench.said();
    bench.view(7, "b", "a");
    const join = bench.said().find(({ type }) => type === "join");
    assert.ok(join?.type === "join" && web?.operation.resource === "web");
    assert.deepEqual(join.underway.map(({ resource }) => resource), ["web"]);
    // Lost once more, before the stop is over: what is ordered before it waits for it again.
    bench.view(8, "a");
    assert.deepEqual(bench.take("lrm/execute"), []);
    bench.view(9, "b", "a");
    const { id, operation } = web;
    bench.say("lrmd", { type: "lrm/result", id, result: { ...result("web_stop", 3), operation } });
    assert.deepEqual(bench.take("lrm/execute"), []);
    // And once more after it: now nothing is in the way.
    bench.lrm = [...bench.lrm, result("web_stop", 3)];
    bench.view(10, "a");
    assert.deepEqual(bench.take("lrm/execute").map(({ operation }) => operation.resource), ["ip"]);
  },
);

scenario(
  "a stop that is under way holds back what is ordered before it, though another name is the chain's",
  () => {
    const bench = new Bench({ a: standing.member + ` incarnation="1"` });
    bench.apply([{
      op: "create",
      path: "/cib/configuration",
      xml: `<constraints><rsc_order id="1" first="x" then="z"/>` +
        `<rsc_order id="2" first="y" then="z"/></constraints>`,
    }]);
    bench.machine.state.replica.lastQuery++;
    bench.document();
    bench.view(5, "b", "a");
    bench.lrm = ["x", "y", "z"].map((name, at) => result(`${name}_start`, at));
    bench.view(6, "a");
    assert.deepEqual(bench.take("lrm/execute").map(({ operation }) => operation.resource), ["z"]);
    bench.view(7, "b", "a");
    bench.view(8, "a");
    assert.deepEqual(bench.take("lrm/execute"), []);
  },
);

scenario("without quorum what runs goes on if the policy is to freeze", () => {
  const bench = new Bench({ a: standing.member + ` incarnation="1"` });
  bench.apply([{
    op: "create",
    path: "/cib/configuration/crm_config",
    xml: `<cluster_property_set id="o"><nvpair id="n" name="no-quorum-policy" value="freeze"/>
      </cluster_property_set>`,
  }]);
  bench.machine.state.replica.lastQuery++;
  bench.document();
  bench.view(5, "b", "a");
  bench.lrm = [result("web_start", 2)];
  bench.view(6, "a");
  assert.deepEqual(bench.take("lrm/execute"), []);
});

scenario("what a local resource manager was at when it died is told to whoever waits", () => {
  const bench = new Bench({ a: standing.member + ` incarnation="1"` });
  bench.view(5, "b", "a");
  bench.joined("b", 5, bench.machine.state.joins);
  bench.order(5, "b", "web_start");
  bench.give({ type: "peer", at: 0, service: "lrmd", up: false });
  assert.match(bench.take("crmd/performed")[0]?.error ?? "", /local resource manager is gone/);
});

scenario(
  "the coordinator writes who is there, who is lost, and asks for the policy when all have told",
  () => {
    const bench = new Bench({
      a: standing.member + ` incarnation="1"`,
      b: standing.member + ` incarnation="1"`,
      c: standing.member + ` incarnation="1"`,
    });
    bench.view(5, "a", "b");
    bench.write();
    assert.equal(bench.state("c").in_ccm, "false");
    assert.equal(bench.state("c").expected, "member", "it did not leave in good order");
    assert.deepEqual(bench.take("pengine/schedule"), [], "b has not told yet");
    bench.join("b", { view: 5 });
    bench.write();
    const [asked] = bench.take("pengine/schedule");
    assert.ok(asked);
    assert.equal(asked.cib, stringify(bench.machine.state.replica.root!));
  },
);

scenario("a member that the CIB does not know is asked for all", () => {
  const bench = new Bench({ a: standing.member + ` incarnation="1"` });
  bench.view(5, "a", "b:3");
  bench.write();
  bench.join("b", { view: 5 });
  assert.ok(bench.said().some(({ type }) => type === "tell"));
  bench.join("b", { view: 5, number: 2, results: [result("web_start", 1)] });
  bench.write();
  assert.equal(bench.state("b").incarnation, "3");
  assert.equal(bench.state("b").join, "member");
  assert.match(stringify(bench.cib), /web_last_0/);
  assert.ok(bench.said().some((said) => said.type === "joined" && said.number === 2));
});

scenario(
  "a lost node that comes back in the same life has to be fenced, in a later one it has not",
  () => {
    for (const [incarnation, joins] of [["1", false], ["2", true]] as const) {
      const bench = new Bench({
        a: standing.member + ` incarnation="1"`,
        b: standing.lost + ` incarnation="1"`,
      });
      bench.view(5, "a", `b:${incarnation}`);
      bench.join("b", { view: 5, results: [] });
      bench.write();
      assert.equal(bench.state("b").in_ccm, String(joins));
      assert.equal(
        bench.take("pengine/schedule").length > 0,
        true,
        "the policy is asked all the same",
      );
    }
  },
);

scenario(
  "a confirmed fence is in the CIB before it is told, and not held against a later life",
  () => {
    const bench = new Bench({
      a: standing.member + ` incarnation="1"`,
      b: standing.lost + ` incarnation="1"`,
      c: standing.member + ` incarnation="4"`,
    });
    bench.view(5, "a", "c:4");
    bench.say("tengine", { type: "crmd/fenced", key: "k1", node: "b", incarnation: "1" });
    assert.deepEqual(bench.take("crmd/performed"), []);
    bench.write();
    assert.equal(bench.state("b").expected, "down");
    assert.deepEqual(bench.take("crmd/performed"), [{
      type: "crmd/performed",
      key: "k1",
      ok: true,
    }]);
    bench.say("tengine", { type: "crmd/fenced", key: "k2", node: "c", incarnation: "3" });
    bench.write();
    assert.equal(bench.state("c").expected, "member");
    assert.equal(bench.take("crmd/performed")[0]?.ok, true);
  },
);

scenario("a node that was removed from the cluster is forgotten once it is down for sure", () => {
  const bench = new Bench({
    a: standing.member + ` incarnation="1"`,
    b: standing.lost + ` incarnation="1"`,
    c: standing.fenced,
  });
  const nodes = () =>
    elements(elementAt(bench.cib, "/cib/configuration/nodes"), "node")
      .map(({ attributes }) => attributes.uname).join("");
  // Who counts is not forgotten, however long it is down.
  bench.view(5, "a", "d");
  bench.write();
  assert.equal(nodes(), "abcd");
  bench.electorate = ["a", "d"];
  bench.view(6, "a", "d");
  bench.write();
  assert.equal(nodes(), "abd", "b may still run something");
  const states = elements(elementAt(bench.cib, "/cib/status"), "node_state");
  assert.ok(!states.some(({ attributes }) => attributes.uname === "c"));
  bench.say("tengine", { type: "crmd/fenced", key: "k1", node: "b", incarnation: "1" });
  bench.write();
  assert.equal(nodes(), "ad");
});

scenario(
  "heartbeat is asked to forget a node that asked to leave, once it is down for sure",
  () => {
    const bench = new Bench({
      a: standing.member + ` incarnation="1"`,
      b: standing.member + ` incarnation="1"`,
      c: standing.member + ` incarnation="3"`,
    });
    const asked = () => bench.take("heartbeat/change").map(({ change }) => change);
    const mark = (value: string) =>
      changed(bench, {
        op: "create",
        path: "/cib/configuration/nodes/node[@id='c']",
        xml:
          `<instance_attributes id="c-i"><nvpair id="c-m" name="ha-leaves" value="${value}"/></instance_attributes>`,
      });
    const left = (expected: string) =>
      changed(bench, { op: "modify", path: "/cib/status/node_state[@id='c']", set: { expected } });
    bench.view(5, "a", "b", "c:3");
    bench.write();
    mark("2");
    left("down");
    bench.view(6, "a", "b");
    bench.write();
    assert.deepEqual(asked(), [], "the mark is of an earlier life");
    left("member");
    mark("3");
    assert.deepEqual(asked(), [], "it may still run something");
    left("down");
    const removal = [{ change: "remove", nodes: ["c"] }];
    assert.deepEqual(asked(), removal);
    bench.say("heartbeat", { type: "heartbeat/changed", id: "forget c", ok: false, error: "busy" });
    assert.match(bench.log.at(-1) ?? "", /heartbeat does not forget it yet: busy.*HA0014/);
    assert.ok(bench.timers.has("forget"));
    bench.give({ type: "timer", at: 5_000, name: "forget" });
    assert.deepEqual(asked(), removal, "asked again");
    // Another coordinator goes on: what this one asked may be lost with it.
    bench.view(7, "a", "b");
    assert.deepEqual(asked(), removal);
    bench.electorate = ["a", "b"];
    bench.view(8, "a", "b");
    bench.write();
    bench.take("heartbeat/change");
    assert.deepEqual(bench.state("c"), {});
    bench.give({ type: "timer", at: 9_000, name: "forget" });
    assert.deepEqual(asked(), [], "it is forgotten");
  },
);

scenario("a new cluster waits for all its nodes, but not for ever", () => {
  const bench = new Bench();
  bench.view(5, "a", "b");
  bench.join("b", { view: 5, results: [] });
  bench.write();
  assert.deepEqual(bench.take("pengine/schedule"), []);
  bench.give({ type: "timer", at: 5_000, name: "startup" });
  assert.equal(bench.take("pengine/schedule").length, 1);
});

scenario(
  "a new view makes the graph under way be given up, and no second one begins meanwhile",
  () => {
    const bench = new Bench({
      a: standing.member + ` incarnation="1"`,
      b: standing.member + ` incarnation="1"`,
      c: standing.member + ` incarnation="1"`,
    });
    const answer = () => {
      const [asked] = bench.take("pengine/schedule");
      assert.ok(asked);
      bench.say("pengine", {
        type: "pengine/transition",
        id: asked.id,
        graph: {
          transitionId: 0,
          clusterDelayMs: 0,
          stonithTimeoutMs: 0,
          failedStartOffset: "",
          failedStopOffset: "",
          batchLimit: 0,
          synapses: [{
            id: 0,
            inputs: [],
            action: {
              id: 1,
              kind: "pseudo_event",
              task: "x",
              operationKey: "x",
              attributes: {},
              canFail: false,
            },
          }],
        },
      });
    };
    bench.view(5, "a", "b", "c");
    for (const node of ["b", "c"]) bench.join(node, { view: 5 });
    bench.write();
    answer();
    assert.equal(bench.take("tengine/run").length, 1);
    bench.view(6, "a", "b");
    bench.join("b", { view: 6, number: 2 });
    bench.write();
    assert.equal(bench.take("tengine/abort").length, 1);
    assert.deepEqual(bench.take("pengine/schedule"), []);
    bench.say("tengine", { type: "tengine/done", transitionId: 1, complete: false, why: "test" });
    assert.equal(bench.take("pengine/schedule").length, 1);
  },
);

scenario(
  "a node that is asked to end says so in the CIB, and ends when all is taken from it",
  () => {
    const bench = new Bench({ a: standing.member + ` incarnation="1"` });
    bench.view(5, "b", "a");
    bench.joined("b", 5, bench.machine.state.joins);
    bench.give({ type: "stop", at: 7_000 });
    bench.write();
    assert.match(stringify(bench.cib), /name="shutdown" value="7"/);
    assert.equal(bench.stopped, false);
    bench.say("tengine", {
      type: "crmd/perform",
      view: 5,
      key: "2:1:0:uuid",
      action: {
        id: 2,
        kind: "crm_event",
        task: "do_shutdown",
        operationKey: "do_shutdown-a",
        onNode: "a",
        onNodeUuid: "a",
        attributes: {},
        canFail: false,
      },
    }, "b");
    bench.write();
    assert.equal(bench.state("a").expected, "down");
    assert.equal(bench.stopped, true);
  },
);

scenario("a member that the cluster restarts leaves cleanly, and its end says why", () => {
  const bench = new Bench({ a: standing.member + ` incarnation="1"` });
  const marked = () =>
    changed(bench, {
      op: "create",
      path: "/cib/configuration/nodes/node[@id='a']",
      xml:
        `<instance_attributes id="a-i"><nvpair id="a-m" name="ha-restarts" value="1"/></instance_attributes>`,
    });
  const asked = () =>
    bench.take("cib/apply").filter(({ changes }) => /shutdown/.test(JSON.stringify(changes)));
  marked();
  assert.deepEqual(asked(), [], "it is no member yet");
  bench.view(5, "b", "a");
  bench.joined("b", 5, bench.machine.state.joins);
  assert.equal(asked().length, 1);
  marked();
  assert.deepEqual(asked(), [], "once is enough");
  const { state } = bench.machine;
  assert.deepEqual([state.restarting, bench.stopped], [true, false]);
  assert.deepEqual(stopped(state), { type: "stopped", exitCode: 79 });
  // Somebody stops the node meanwhile: it does not start again.
  bench.give({ type: "stop", at: 7_000 });
  assert.deepEqual(stopped(state), { type: "stopped" });
});

scenario("a mark of another life restarts nothing, and neither does one without quorum", () => {
  for (const [life, members] of [["2", ["b", "a:2"]], ["1", ["a"]]] as const) {
    const bench = new Bench({ a: standing.member + ` incarnation="${life}"` });
    bench.view(5, ...members);
    bench.joined("b", 5, bench.machine.state.joins);
    changed(bench, {
      op: "create",
      path: "/cib/configuration/nodes/node[@id='a']",
      xml:
        `<instance_attributes id="a-i"><nvpair id="a-m" name="ha-restarts" value="1"/></instance_attributes>`,
    });
    assert.equal(bench.machine.state.stopping, false);
  }
});

scenario("a node that belongs to nothing ends at once", () => {
  const bench = new Bench();
  bench.give({ type: "stop", at: 0 });
  assert.equal(bench.stopped, true);
});

scenario("a policy engine that says nothing is asked again", () => {
  const bench = new Bench({
    a: standing.member + ` incarnation="1"`,
    b: standing.member + ` incarnation="1"`,
    c: standing.fenced,
  });
  bench.view(5, "a", "b");
  bench.join("b", { view: 5 });
  bench.write();
  assert.equal(bench.take("pengine/schedule").length, 1);
  bench.give({ type: "timer", at: 120_000, name: "policy" });
  assert.equal(bench.take("pengine/schedule").length, 1);
});

scenario("what is wrong with the CIB is logged when it comes up, not at each computation", () => {
  const bench = new Bench({
    a: standing.member + ` incarnation="1"`,
    b: standing.member + ` incarnation="1"`,
    c: standing.fenced,
  });
  bench.view(5, "a", "b");
  bench.join("b", { view: 5 });
  bench.write();
  const told = (findings: readonly string[]) => {
    const [asked] = bench.take("pengine/schedule");
    assert.ok(asked);
    const graph = {
      transitionId: 0,
      clusterDelayMs: 0,
      stonithTimeoutMs: 0,
      failedStartOffset: "",
      failedStopOffset: "",
      batchLimit: 0,
      synapses: [],
    };
    const before = bench.log.length;
    bench.say("pengine", { type: "pengine/transition", id: asked.id, graph, findings });
    bench.give({ type: "timer", at: 1_000_000, name: "recheck" });
    return bench.log.slice(before).filter((line) => line.startsWith("The CIB: "));
  };
  assert.deepEqual(told(["l: no such resource"]), ["The CIB: l: no such resource"]);
  assert.deepEqual(told(["l: no such resource"]), []);
  assert.deepEqual(told([]), []);
  assert.deepEqual(told(["l: no such resource"]), ["The CIB: l: no such resource"]);
});

scenario("a configuration that cannot be decided leaves the one before it in office", () => {
  const bench = coordinator();
  answerWith(bench, { graph: nothingToDo });
  changed(bench, huge("huge"));
  assert.match(answerWith(bench, { error: "too much" }), /huge/);
  const crit = bench.log.filter((line) => /cannot decide/.test(line));
  assert.equal(crit.length, 1);
  assert.match(
    crit[0]!,
    /too much. Until it is changed, the one of CIB \S+ is used for decisions.*Fix: /,
  );
  // The same question is put at once, with the last good configuration and the status of now.
  assert.doesNotMatch(answerWith(bench, { graph: nothingToDo }), /huge/);
  changed(bench, { op: "modify", path: "/cib/status/node_state[@id='b']", set: { x: "news" } });
  const asked = answerWith(bench, { graph: nothingToDo });
  assert.match(asked, /news/);
  assert.doesNotMatch(asked, /huge/);
  assert.equal(bench.log.filter((line) => /cannot decide/.test(line)).length, 1);
  // Another configuration is tried; while that is as bad, the good one stays in office.
  changed(bench, huge("more"));
  assert.match(answerWith(bench, { error: "too much" }), /more/);
  assert.doesNotMatch(answerWith(bench, { graph: nothingToDo }), /huge/);
  changed(bench, {
    op: "delete",
    path: "/cib/configuration/resources/primitive[@id='huge']",
  });
  assert.match(answerWith(bench, { graph: nothingToDo }), /more/);
});

scenario(
  "a policy engine that ends over a configuration twice is not asked with it a third time",
  () => {
    const bench = coordinator();
    answerWith(bench, { graph: nothingToDo });
    changed(bench, huge("huge"));
    const peer = (up: boolean) => bench.give({ type: "peer", at: 0, service: "pengine", up });
    for (const time of [1, 2]) {
      assert.match(bench.take("pengine/schedule")[0]?.cib ?? "", /huge/, `time ${time}`);
      peer(false);
      assert.deepEqual(bench.take("pengine/schedule"), [], "it is not there");
      peer(true);
    }
    assert.doesNotMatch(answerWith(bench, { graph: nothingToDo }), /huge/);
  },
);

scenario(
  "a policy engine that ended once, and answered then, has nothing against a configuration",
  () => {
    const bench = coordinator();
    answerWith(bench, { graph: nothingToDo });
    const peer = (up: boolean) => bench.give({ type: "peer", at: 0, service: "pengine", up });
    changed(bench, huge("other"));
    for (const time of [1, 2, 3]) {
      peer(false);
      peer(true);
      bench.sent = bench.sent.slice(-1);
      assert.match(answerWith(bench, { graph: nothingToDo }), /other/, `time ${time}`);
      changed(bench, { op: "modify", path: "/cib/status", set: { x: `${time}` } });
    }
  },
);

scenario("where there is no other configuration the same one is tried again, after a while", () => {
  const bench = coordinator();
  answerWith(bench, { error: "too much" });
  assert.deepEqual(bench.take("pengine/schedule"), []);
  assert.match(bench.log.join("\n"), /the cluster decides nothing until it is changed/);
  bench.give({ type: "timer", at: 500, name: "retry" });
  answerWith(bench, { graph: nothingToDo });
  assert.equal(bench.machine.state.coordination?.policy.type, "idle");
});

scenario(
  "the last of all nodes to be stopped ends at once: nobody is left to take anything from it",
  () => {
    const bench = new Bench({ a: standing.member + ` incarnation="1"` });
    bench.view(5, "b", "a");
    bench.joined("b", 5, bench.machine.state.joins);
    bench.give({ type: "stop", at: 0 });
    bench.write();
    assert.equal(bench.stopped, false, "the coordinator takes everything from it first");
    bench.view(6, "a");
    assert.equal(bench.stopped, true);
  },
);

scenario(
  "what still runs is stopped before a node without quorum ends, whatever its policy",
  () => {
    for (const policy of ["stop", "freeze", "ignore"]) {
      for (const first of ["stop", "view"]) {
        const bench = new Bench({ a: standing.member + ` incarnation="1"` });
        changed(bench, {
          op: "create",
          path: "/cib/configuration/crm_config",
          xml: `<cluster_property_set id="o"><nvpair id="p" name="no-quorum-policy" ` +
            `value="${policy}"/></cluster_property_set>`,
        });
        bench.view(5, "b", "a");
        bench.joined("b", 5, bench.machine.state.joins);
        bench.lrm = [result("web_start", 1), result("ip_start", 2), result("db_stop", 3)];
        if (first === "stop") bench.give({ type: "stop", at: 0 });
        bench.view(6, "a");
        if (first === "view") bench.give({ type: "stop", at: 0 });
        const stopped: string[] = [];
        for (let turn = 0; turn < 2; turn++) {
          assert.equal(bench.stopped, false, `${policy}, ${first} first`);
          const [order] = bench.take("lrm/execute");
          assert.ok(order, `${policy}, ${first} first`);
          stopped.push(`${order.operation.resource}_${order.operation.action}`);
          bench.say("lrmd", {
            type: "lrm/result",
            id: order.id,
            result: { ...result("x_stop", 4 + turn), operation: order.operation },
          });
        }
        assert.deepEqual(stopped.sort(), ["ip_stop", "web_stop"]);
        assert.equal(bench.stopped, true);
      }
    }
  },
);

scenario("a node that is to end does not wait for a local resource manager that is gone", () => {
  const bench = new Bench();
  bench.view(5, "a");
  bench.give({ type: "peer", at: 0, service: "lrmd", up: false });
  bench.lrmAnswers = false;
  bench.give({ type: "stop", at: 0 });
  assert.equal(bench.stopped, false);
  bench.give({ type: "timer", at: 5_000, name: "leave" });
  assert.equal(bench.stopped, true);
});

scenario("a node that never had a view stops nothing: what runs there is found by a probe", () => {
  const bench = new Bench();
  bench.give({ type: "peer", at: 0, service: "lrmd", up: false });
  bench.lrm = [result("web_start", 1)];
  bench.give({ type: "peer", at: 0, service: "lrmd", up: true });
  assert.deepEqual(bench.take("lrm/execute"), []);
});

scenario("a node that was fenced is down in the CIB, whoever asked for it", () => {
  const happened = (change: object = {}): Message => ({
    type: "fence/happened",
    target: "b",
    action: "reboot",
    ok: true,
    delegate: "c",
    detail: "",
    tookMs: 1,
    incarnation: 1,
    ...change,
  });
  const member = standing.member + ` incarnation="1"`;
  const states = { a: member, b: member, c: member };
  const bench = new Bench(states);
  bench.view(5, "a", "b", "c");
  for (const node of ["b", "c"]) bench.join(node, { view: 5 });
  bench.write();
  for (
    const change of [
      { ok: false },
      { action: "on" },
      { delegate: "b" },
      { incarnation: undefined },
      { incarnation: 2 },
    ]
  ) {
    bench.say("stonithd", happened(change));
    bench.write();
    assert.equal(bench.state("b").expected, "member", JSON.stringify(change));
  }
  bench.say("stonithd", happened(), "c");
  bench.write();
  assert.equal(bench.state("b").expected, "member", "another node's stonithd says so to its own");
  bench.say("stonithd", happened());
  bench.write();
  assert.equal(bench.state("b").expected, "member", "it is a member all the same");
  bench.view(6, "a", "c");
  bench.join("c", { view: 6 });
  bench.say("stonithd", happened());
  bench.write();
  assert.equal(bench.state("b").expected, "down");
  // A member tells the coordinator.
  const other = new Bench(states);
  other.view(5, "c", "a", "b");
  other.said();
  other.say("stonithd", happened());
  assert.deepEqual(other.said(), [{ type: "fenced", view: 5, node: "b", incarnation: "1" }]);
  other.say("stonithd", happened({ target: "c", delegate: "a" }));
  assert.deepEqual(other.said(), [], "the coordinator was ended itself: its successor will see");
  const said = (node: string, of = "b") => {
    const told = new Bench(states);
    told.view(5, "a", "b", "c");
    for (const node of ["b", "c"]) told.join(node, { view: 5 });
    told.write();
    told.view(6, "a", "c");
    told.join("c", { view: 6 });
    told.write();
    const part = JSON.stringify({ type: "fenced", view: 6, node: of, incarnation: "1" });
    told.say("crmd", { type: "peer", body: { at: 0, of: 1, part } }, node);
    told.write();
    return told.state("b").expected;
  };
  assert.equal(said("c"), "down");
  assert.equal(said("b"), "member", "nobody vouches for its own death");
  assert.equal(said("d"), "member", "who is no member has no say");
});

scenario("times of 600 hours in the CIB are waits, and no wait comes to pass at once", () => {
  const bench = coordinator();
  changed(bench, {
    op: "create",
    path: "/cib/configuration/crm_config",
    xml: `<cluster_property_set id="o"><nvpair id="p" name="cluster-recheck-interval" ` +
      `value="600h"/></cluster_property_set>`,
  });
  answerWith(bench, { graph: nothingToDo });
  answerWith(bench, { graph: nothingToDo });
  const recheckMs = bench.timers.get("recheck") ?? 0;
  assert.ok(recheckMs > 1_900_000_000 && recheckMs < 2 ** 31, `${recheckMs}`);
  const member = new Bench({ a: standing.member + ` incarnation="1"` });
  member.view(5, "b", "a");
  member.joined("b", 5, member.machine.state.joins);
  const long = String(600 * 3_600_000);
  member.say("tengine", {
    type: "crmd/perform",
    view: 5,
    key: "1:1:0:uuid",
    action: {
      id: 1,
      kind: "rsc_op",
      task: "start",
      operationKey: "web_start_0",
      onNode: "a",
      resource: { id: "web", class: "ocf", type: "Dummy" },
      attributes: { CRM_meta_timeout: long, CRM_meta_start_delay: long },
      canFail: false,
    },
  }, "b");
  const [order] = member.take("lrm/execute");
  assert.ok(order);
  const { timeoutMs, startDelayMs } = order.operation;
  for (const ms of [timeoutMs, startDelayMs]) assert.ok(ms > 1_900_000_000 && ms < 2 ** 31);
});

scenario("a time in the CIB is read as the policy engine reads it", () => {
  assert.deepEqual(
    ["20", "20s", "500ms", "2min", "1h", "PT15M", "600h", "99999999999h", "soon"]
      .map(millisecondsOf),
    [20_000, 20_000, 500, 120_000, 3_600_000, 900_000, waitMsMax, waitMsMax, 20_000],
  );
});

scenario(
  "after a trial that hung the engine the good configuration is in office, whatever comes",
  () => {
    const bench = coordinator();
    const later = (at: number) => bench.give({ type: "timer", at, name: "trial" });
    answerWith(bench, { graph: nothingToDo });
    changed(bench, huge("huge"));
    assert.match(answerWith(bench, { error: "no answer", hung: true }), /huge/);
    for (let time = 1; time <= 2; time++) {
      const pauseMs = bench.timers.get("trial") ?? 0;
      assert.equal(pauseMs, time * 60_000);
      // More changes than are remembered: none of them is tried, none pushes the good one out.
      for (let at = 0; at < 10; at++) {
        assert.doesNotMatch(answerWith(bench, { graph: nothingToDo }), /huge|more/);
        changed(bench, huge(`more${time}-${at}`));
      }
      assert.doesNotMatch(answerWith(bench, { graph: nothingToDo }), /huge|more/);
      later(time === 1 ? pauseMs : 60_000 + pauseMs);
      if (time === 1) {
        const [asked] = bench.take("pengine/schedule");
        assert.match(asked?.cib ?? "", /more1-9/, "the newest is tried");
        bench.say("pengine", {
          type: "pengine/transition",
          id: asked?.id ?? "",
          error: "no answer",
          hung: true,
        });
        // The test's clock stands at 0 for messages: the pause counts from there.
      }
    }
    assert.match(answerWith(bench, { graph: nothingToDo }), /more2-9/);
  },
);

scenario(
  "members know which configuration was good, so that the next coordinator begins with it",
  () => {
    const bench = coordinator();
    bench.said();
    answerWith(bench, { graph: nothingToDo });
    const [good] = bench.said();
    assert.equal(good?.type, "good");
    changed(bench, { op: "modify", path: "/cib/status", set: { x: "1" } });
    answerWith(bench, { graph: nothingToDo });
    assert.deepEqual(bench.said(), [], "nothing new");
    for (const from of ["b", "c"]) {
      const member = new Bench({ a: standing.member + ` incarnation="1"` });
      member.view(5, "b", "a", "c");
      const { digest } = good as Extract<PeerMessage, { type: "good" }>;
      const element = elementAt(member.cib, "/cib/configuration");
      assert.ok(element);
      assert.equal(digest, digestOf(element), "the same configuration");
      const part = JSON.stringify({ type: "good", view: 5, digest });
      member.say("crmd", { type: "peer", body: { at: 0, of: 1, part } }, from);
      // More changes than are remembered: what is good is not among what is forgotten.
      for (let at = 0; at < 10; at++) changed(member, huge(`more${at}`));
      assert.equal(member.machine.state.configurations.length, 8);
      assert.equal(member.machine.state.configurations[0]?.good, from === "b");
    }
  },
);

scenario(
  "a configuration that hung the engine is known again, here and to the next coordinator",
  () => {
    const bench = coordinator();
    answerWith(bench, { graph: nothingToDo });
    const before = elementAt(bench.cib, "/cib/configuration");
    changed(bench, huge("huge"));
    const poisonous = elementAt(bench.cib, "/cib/configuration");
    assert.ok(before && poisonous);
    bench.said();
    assert.match(answerWith(bench, { error: "no answer", hung: true }), /huge/);
    const told = bench.said().find(({ type }) => type === "poison");
    assert.ok(told?.type === "poison");
    assert.deepEqual([told.digest, told.why], [digestOf(poisonous), "no answer"]);
    // It is forgotten among so many others, and comes back when trials are allowed again.
    const replace = (element: XmlElement): CibChange => ({
      op: "replace",
      path: "/cib/configuration",
      xml: stringify(element),
    });
    for (let at = 0; at < 10; at++) changed(bench, huge(`more${at}`));
    assert.doesNotMatch(answerWith(bench, { graph: nothingToDo }), /huge/);
    changed(bench, replace(poisonous));
    bench.give({ type: "timer", at: 10_000_000, name: "trial" });
    assert.doesNotMatch(answerWith(bench, { graph: nothingToDo }), /huge/);
    assert.equal(bench.machine.state.configurations.at(-1)?.failed, "no answer");
    // A member that has only heard of it does not ask with it either.
    for (const from of ["b", "c"]) {
      const member = new Bench({ a: standing.member + ` incarnation="1"` });
      member.view(5, "b", "a", "c");
      const part = JSON.stringify({ ...told, view: 5 });
      member.say("crmd", { type: "peer", body: { at: 0, of: 1, part } }, from);
      changed(member, replace(poisonous));
      const failed = member.machine.state.configurations.at(-1)?.failed;
      assert.equal(failed, from === "b" ? "no answer" : undefined);
    }
  },
);

scenario("without another configuration one that ended the engine waits for its pause", () => {
  const bench = coordinator();
  answerWith(bench, { error: "no answer", hung: true });
  bench.give({ type: "timer", at: 1, name: "retry" });
  changed(bench, { op: "modify", path: "/cib/status", set: { x: "1" } });
  assert.deepEqual(bench.take("pengine/schedule"), [], "it is refused at once");
  const pauseMs = bench.timers.get("trial") ?? 0;
  bench.give({ type: "timer", at: pauseMs, name: "trial" });
  assert.equal(bench.take("pengine/schedule").length, 1, "the state of the cluster may be another");
});

scenario("a cancelled monitor is taken out of the CIB, and only then told as done", () => {
  const bench = new Bench({ a: standing.member + ` incarnation="1"` });
  bench.view(5, "b", "a");
  bench.joined("b", 5, bench.machine.state.joins);
  bench.say("tengine", {
    type: "crmd/perform",
    view: 5,
    key: "3:1:0:uuid",
    action: {
      id: 3,
      kind: "rsc_op",
      task: "cancel",
      operationKey: "web_monitor_10000",
      onNode: "a",
      onNodeUuid: "a",
      resource: { id: "web", class: "ocf", type: "Dummy" },
      attributes: { CRM_meta_operation: "monitor", CRM_meta_interval: "10000" },
      canFail: false,
    },
  }, "b");
  const [order] = bench.take("lrm/cancel");
  assert.deepEqual(
    [order?.resource, order?.action, order?.intervalMs],
    ["web", "monitor", 10_000],
  );
  assert.deepEqual(bench.take("cib/apply"), []);
  bench.say("lrmd", { type: "lrm/cancelled", id: order?.id ?? "", found: true });
  const [write] = bench.take("cib/apply");
  assert.deepEqual(write?.changes, [{
    op: "delete",
    path: "/cib/status/node_state[@id='a']/lrm[@id='a']/lrm_resources/lrm_resource[@id='web']" +
      "/lrm_rsc_op[@id='web_monitor_10000']",
  }]);
  assert.deepEqual(bench.take("crmd/performed"), []);
  bench.say("cib", { type: "cib/applied", id: write?.id ?? "", ok: true });
  assert.deepEqual(bench.take("crmd/performed"), [
    { type: "crmd/performed", key: "3:1:0:uuid", ok: true },
  ]);
});

scenario("what a resource manager has forgotten is taken out of the CIB, and told as done", () => {
  const bench = new Bench({ a: standing.member + ` incarnation="1"` });
  bench.view(5, "b", "a");
  bench.joined("b", 5, bench.machine.state.joins);
  bench.order(5, "b", "web_delete");
  const [order] = bench.take("lrm/forget");
  bench.say("lrmd", { type: "lrm/forgotten", id: order?.id ?? "" });
  const [write] = bench.take("cib/apply");
  assert.match(JSON.stringify(write?.changes), /"delete".*lrm_resource\[@id='web'\]"/);
  bench.say("cib", { type: "cib/applied", id: write?.id ?? "", ok: false, error: "no quorum" });
  assert.deepEqual(bench.take("crmd/performed"), [
    { type: "crmd/performed", key: "1:1:0:uuid", ok: false, error: "no quorum" },
  ]);
});

scenario(
  "a result that is being written is not written again when the CIB changes meanwhile",
  () => {
    const bench = new Bench({ a: standing.member + ` incarnation="1"` });
    bench.view(5, "b", "a");
    bench.joined("b", 5, bench.machine.state.joins);
    for (const resource of ["web", "db"]) {
      bench.say("lrmd", { type: "lrm/result", result: result(`${resource}_start`, 1) });
    }
    bench.say("lrmd", { type: "lrm/result", result: result("web_stop", 3) });
    assert.equal(bench.take("cib/apply").length, 2);
    changed(bench, { op: "modify", path: "/cib/status", set: { x: "1" } });
    assert.deepEqual(
      bench.take("cib/apply"),
      [],
      "both are under way, the third waits for its turn",
    );
  },
);

scenario(
  "an operation that was taken back is no result: its asker hears of it, the CIB does not",
  () => {
    const bench = new Bench({ a: standing.member + ` incarnation="1"` });
    bench.view(5, "b", "a");
    bench.joined("b", 5, bench.machine.state.joins);
    bench.say("tengine", {
      type: "crmd/perform",
      view: 5,
      key: "3:1:0:uuid",
      action: {
        id: 3,
        kind: "rsc_op",
        task: "monitor",
        operationKey: "web_monitor_10000",
        onNode: "a",
        onNodeUuid: "a",
        resource: { id: "web", class: "ocf", type: "Dummy" },
        attributes: { CRM_meta_interval: "10000" },
        canFail: false,
      },
    }, "b");
    const [order] = bench.take("lrm/execute");
    assert.ok(order);
    bench.say("lrmd", {
      type: "lrm/result",
      id: order.id,
      result: {
        ...result("web_monitor", 1),
        operation: order.operation,
        status: 1,
        output: "void",
      },
    });
    assert.deepEqual(bench.take("cib/apply"), []);
    assert.deepEqual(bench.take("crmd/performed"), [
      { type: "crmd/performed", key: "3:1:0:uuid", ok: false, error: "void" },
    ]);
  },
);
