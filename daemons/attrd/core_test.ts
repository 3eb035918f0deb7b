import assert from "node:assert/strict";
import { applyChanges } from "../cib/doors/document.ts";
import { attributesMax, changesAtOnceMax, valueBytesMax } from "./limits.ts";
import { attrdRules } from "./protocol.ts";
import { Rates } from "./rate.ts";
import { scenarios } from "../runtime/testing/transcript.ts";
import { SmallCluster } from "./testing/small_cluster.ts";
import { expanded } from "./value.ts";
import { Refusal } from "../runtime/reader.ts";

const scenario = scenarios("attrd_core");
const three = () => new SmallCluster(["a", "b", "c"]);

scenario("an attribute gets into the CIB and to the other nodes, and leaves them", () => {
  const cluster = three();
  assert.equal(cluster.update("a", "x", { value: "5" })?.ok, true);
  assert.deepEqual(cluster.inCib("a"), ["x=5"]);
  for (const node of ["a", "b", "c"]) assert.deepEqual(cluster.values(node), ["a x=5"]);
  assert.deepEqual(cluster.values("b", { node: "a", name: "x" }), ["a x=5"]);
  assert.deepEqual(cluster.values("b", { node: "b", name: "x" }), []);
  assert.equal(cluster.update("a", "x", { change: "delete" })?.ok, true);
  assert.deepEqual(cluster.inCib("a"), []);
  assert.deepEqual(cluster.values("b"), []);
});

scenario("the attribute has the element that the field knows", () => {
  const cluster = three();
  cluster.update("a", "#health-cpu", { value: "red" });
  cluster.update("a", "mine", { value: "1", set: "other" });
  const creates = cluster.writes.flatMap(({ changes }) => changes)
    .map((change) => change.op === "create" ? `${change.path} ${change.xml}` : change.path);
  assert.deepEqual(creates, [
    `/cib/status/node_state[@id='id-a'] <transient_attributes id="id-a"><instance_attributes ` +
    `id="status-id-a"><nvpair id="status-id-a-.health-cpu" name="#health-cpu" value="red"/>` +
    `</instance_attributes></transient_attributes>`,
    `/cib/status/node_state[@id='id-a']/transient_attributes[@id='id-a'] <instance_attributes ` +
    `id="other"><nvpair id="other-mine" name="mine" value="1"/></instance_attributes>`,
  ]);
});

scenario("a node sets an attribute of another; of a node that is no member it cannot", () => {
  const cluster = three();
  assert.equal(cluster.update("b", "x", { node: "a", value: "1" })?.ok, true);
  assert.deepEqual(cluster.inCib("a"), ["x=1"]);
  assert.deepEqual(cluster.inCib("b"), []);
  cluster.view(["a", "b"]);
  const refused = cluster.update("b", "x", { node: "c", value: "1" });
  assert.equal(refused?.why, "no such node");
  assert.match(refused?.error ?? "", /c is not a member .*Fix: /);
});

scenario("a node that does not answer for its attribute is not waited for without end", () => {
  const cluster = three();
  cluster.seats.get("a")!.machine.step = () => [];
  assert.equal(cluster.update("b", "x", { node: "a", value: "1" }), undefined);
  cluster.pass(4_999);
  assert.equal(cluster.updated("b"), undefined);
  cluster.pass(2);
  assert.equal(cluster.updated("b")?.why, "timeout");
});

scenario(
  "changes while an attribute is dampened are one write, and the wait is not prolonged",
  () => {
    const cluster = three();
    cluster.update("a", "x", { change: "both", value: "1", dampenMs: 5_000 });
    cluster.writes.length = 0;
    for (let value = 2; value < 50; value++) {
      cluster.pass(100);
      cluster.update("a", "x", { value: String(value) });
      assert.deepEqual(cluster.values("b"), [`a x=${value}`], "programs see it at once");
    }
    assert.deepEqual(cluster.inCib("a"), []);
    cluster.pass(200);
    assert.deepEqual(cluster.inCib("a"), ["x=49"]);
    assert.equal(cluster.writes.length, 1);
    // A value that is back before the time is up is no write at all.
    cluster.update("a", "x", { value: "1" });
    cluster.update("a", "x", { value: "49" });
    cluster.pass(10_000);
    assert.equal(cluster.writes.length, 1);
  },
);

scenario("a set keeps the dampening, dampen changes it alone, and 0 writes what waits", () => {
  const cluster = three();
  assert.equal(
    cluster.update("a", "x", { change: "dampen", dampenMs: 1 })?.why,
    "no such attribute",
  );
  cluster.update("a", "x", { value: "1" });
  cluster.update("a", "x", { change: "dampen", dampenMs: 60_000 });
  cluster.update("a", "x", { value: "2", dampenMs: 0 });
  assert.deepEqual(cluster.inCib("a"), ["x=1"]);
  cluster.update("a", "x", { change: "dampen", dampenMs: 0 });
  assert.deepEqual(cluster.inCib("a"), ["x=2"]);
});

scenario("a deletion is dampened as well", () => {
  const cluster = three();
  cluster.update("a", "x", { value: "1", dampenMs: 1_000 });
  cluster.pass(1_000);
  cluster.update("a", "x", { change: "delete" });
  assert.deepEqual(cluster.values("b"), cluster.inCib("a").map((pair) => `a ${pair}`));
  cluster.pass(1_000);
  assert.deepEqual(cluster.inCib("a"), []);
});

scenario("a private attribute is known to every node and never gets into the CIB", () => {
  const cluster = three();
  cluster.update("a", "x", { value: "1", private: true, dampenMs: 10 });
  cluster.update("a", "x", { value: "2" });
  cluster.pass(1_000);
  assert.deepEqual(cluster.values("c"), ["a x=2"]);
  assert.equal(cluster.writes.length, 0);
  cluster.update("a", "x", { change: "delete" });
  assert.deepEqual(cluster.values("c"), []);
});

scenario("values add up as scores do", () => {
  for (
    const [value, before, after] of [
      ["value++", undefined, "1"],
      ["value++", "4", "5"],
      ["value+=3", "4", "7"],
      ["value+=-3", "4", "1"],
      ["value++", "INFINITY", "1000000"],
      ["value+=INFINITY", "1", "1000000"],
      ["value+=x", "7", "7"],
      ["value++", "text", "1"],
      ["values++", "1", "values++"],
      ["value", "1", "value"],
    ] as const
  ) assert.equal(expanded(value, before), after, `${value} after ${before}`);
  const cluster = three();
  for (const node of ["a", "b", "c", "b"]) {
    cluster.update(node, "n", { node: "a", value: "value++" });
  }
  assert.deepEqual(cluster.inCib("a"), ["n=4"]);
});

scenario("what was acknowledged is written by the next coordinator, once it takes writes", () => {
  const cluster = three();
  cluster.cibDoes = "hold";
  assert.equal(cluster.update("a", "x", { value: "1" })?.ok, true);
  cluster.update("a", "y", { value: "2" });
  assert.equal(cluster.writes.length, 1, "one write at a time");
  cluster.cibDoes = "take";
  cluster.release(false); // lost with the coordinator
  cluster.pass(250);
  assert.deepEqual(cluster.inCib("a"), ["x=1", "y=2"]);
});

scenario(
  "a write that is refused is repeated after pauses that grow, and at once in a new view",
  () => {
    const cluster = three();
    cluster.cibDoes = "refuse";
    cluster.update("a", "x", { value: "1" });
    cluster.pass(10_000);
    assert.equal(cluster.writes.length, 6, "at 0, 0.25, 0.75, 1.75, 3.75, 7.75 s and not more");
    cluster.cibDoes = "take";
    cluster.view(["a", "b", "c"]);
    assert.deepEqual(cluster.inCib("a"), ["x=1"]);
  },
);

scenario("an attribute that the CIB refuses does not keep the others out", () => {
  const cluster = three();
  cluster.refuses = /name="bad/;
  cluster.cibDoes = "hold";
  cluster.update("a", "first", { value: "1" });
  for (const name of ["a1", "a2", "bad1", "a3", "bad2", "a4"]) {
    assert.equal(cluster.update("a", name, { value: "1" })?.ok, true);
  }
  cluster.cibDoes = "take";
  cluster.release(true);
  cluster.pass(5_000);
  const good = ["a1=1", "a2=1", "a3=1", "a4=1", "first=1"];
  assert.deepEqual(cluster.inCib("a"), good);
  const { log } = cluster.seats.get("a")!;
  assert.ok(log.some((line) => /^Attribute bad1 is not in the CIB: no /.test(line)));
  // They are tried again, more and more seldom, and hold up nothing that is set meanwhile.
  cluster.pass(60_000);
  const { length } = cluster.writes;
  cluster.pass(60_000);
  assert.ok(cluster.writes.length - length <= 6, `${cluster.writes.length - length} writes`);
  cluster.update("a", "later", { value: "1" });
  assert.deepEqual(cluster.inCib("a"), [...good, "later=1"]);
  cluster.refuses = undefined;
  cluster.pass(31_000);
  assert.deepEqual(cluster.inCib("a"), [
    ...good.slice(0, 4),
    "bad1=1",
    "bad2=1",
    "first=1",
    "later=1",
  ]);
});

scenario("a name that would not be shown as it is is refused before it is acknowledged", () => {
  const cluster = three();
  for (const lifetime of ["reboot", "forever", "utilization"] as const) {
    for (const name of ["x\u200b", "\u202ex", "a\tb"]) {
      const answer = cluster.update("a", name, { lifetime, value: "1" });
      assert.equal(answer?.why, "refused", `${lifetime} ${JSON.stringify(name)}`);
      assert.match(answer?.error ?? "", /holds the character \\u[0-9a-f]{4}.*Fix: /);
    }
    assert.equal(cluster.update("a", "x", { lifetime, value: "1" })?.ok, true);
  }
});

scenario(
  "permanent attributes that are set at once all stay, and none takes the id of another",
  () => {
    const cluster = three();
    cluster.cibDoes = "hold";
    const update = { lifetime: "forever" } as const;
    for (const name of ["x", "y z", "n", "n"]) {
      const value = name === "n" ? "value++" : "1";
      assert.equal(cluster.update("a", name, { ...update, value }), undefined);
    }
    assert.equal(cluster.held.length, 1, "one after another");
    for (let left = 4; left > 0; left--) cluster.release(true);
    const values = ["a x=1", "a y z=1", "a n=2"];
    assert.deepEqual(cluster.values("c", { lifetime: "forever", node: "a" }), values);
    cluster.cibDoes = "take";
    const refused = cluster.update("a", "y/z", { ...update, value: "2" });
    assert.equal(refused?.why, "refused");
    assert.match(refused?.error ?? "", /the id of y z/);
    assert.deepEqual(cluster.values("c", { lifetime: "forever", node: "a" }), values);
  },
);

scenario("the next write waits until this node's copy of the CIB holds the last one", () => {
  const cluster = three();
  cluster.cibDoes = "hold";
  cluster.update("a", "x", { lifetime: "forever", value: "1" });
  cluster.update("a", "y", { lifetime: "forever", value: "2" });
  cluster.update("a", "z", { value: "3" });
  const [first] = cluster.held.splice(0);
  assert.ok(first);
  const { version } = cluster.seats.get("a")!.machine.state.replica;
  assert.ok(version);
  const later = { ...version, epoch: version.epoch + 1, numUpdates: 0 };
  cluster.say("a", { type: "cib/applied", id: first.id, ok: true, version: later }, "cib");
  assert.equal(cluster.held.length, 0);
  cluster.change(first.changes);
  assert.equal(cluster.held.length, 1);
  for (let left = 3; left > 0; left--) cluster.release(true);
  assert.deepEqual(cluster.values("c", { lifetime: "forever" }), ["a x=1", "a y=2"]);
  assert.deepEqual(cluster.inCib("a"), ["z=3"]);
});

scenario("changes that wait for a cib that ends are all answered", () => {
  const cluster = three();
  cluster.cibDoes = "hold";
  for (const name of ["x", "y"]) cluster.update("a", name, { lifetime: "forever", value: "1" });
  const { machine } = cluster.seats.get("a")!;
  const effects = machine.step(
    machine.state,
    { type: "peer", at: 0, service: "cib", up: false },
  );
  const answers = effects.flatMap((effect) =>
    effect.type === "send" && effect.message.type === "attrd/updated" ? [effect.message.why] : []
  );
  assert.deepEqual(answers, ["busy", "busy"]);
});

scenario("without quorum changes are taken, and written when there is one", () => {
  const cluster = three();
  cluster.view(["a"], false);
  assert.equal(cluster.update("a", "x", { value: "1" })?.ok, true);
  assert.equal(cluster.writes.length, 0);
  cluster.view(["a", "b", "c"]);
  assert.deepEqual(cluster.inCib("a"), ["x=1"]);
  assert.deepEqual(cluster.values("c"), ["a x=1"]);
});

scenario("nothing is written for a node that the coordinator has not taken in in this life", () => {
  const cluster = three();
  const set = { in_ccm: "false", join: "down" };
  const path = "/cib/status/node_state[@id='id-a']";
  cluster.change([{ op: "modify", path, set }]);
  cluster.update("a", "x", { value: "1" });
  assert.equal(cluster.writes.length, 0);
  cluster.change([{
    op: "modify",
    path,
    set: { in_ccm: "true", join: "member", incarnation: "9" },
  }]);
  assert.equal(cluster.writes.length, 0);
  cluster.change([{ op: "modify", path, set: { incarnation: "1" } }]);
  assert.deepEqual(cluster.inCib("a"), ["x=1"]);
});

scenario("attributes outlive their daemon, and not their node", () => {
  const cluster = three();
  cluster.update("a", "x", { value: "1", dampenMs: 60_000 });
  cluster.update("a", "gone", { value: "1" });
  cluster.update("a", "gone", { change: "delete" });
  cluster.update("a", "hidden", { value: "1", private: true });
  cluster.incarnations.set("a", 2);
  cluster.start("a");
  cluster.view(["a", "b", "c"]);
  assert.deepEqual(cluster.inCib("a"), ["x=1"], "a dampening ends with the daemon");
  assert.deepEqual(cluster.values("b"), ["a x=1", "a hidden=1"]);
  cluster.incarnations.set("a", 3);
  cluster.seats.get("a")!.generation = 2;
  cluster.start("a");
  cluster.view(["a", "b", "c"]);
  assert.deepEqual(cluster.inCib("a"), []);
  assert.deepEqual(cluster.values("b"), []);
});

scenario("a heartbeat that was restarted alone does not end the attributes", () => {
  const cluster = three();
  cluster.update("a", "x", { value: "1" });
  cluster.seats.get("a")!.generation = 2;
  cluster.connectivity("a");
  cluster.start("a");
  assert.deepEqual(cluster.values("b"), ["a x=1"]);
});

scenario(
  "until the life of the node is known nothing is acknowledged, and what is set then is newer",
  () => {
    const cluster = three();
    cluster.update("a", "x", { value: "1" });
    const seat = cluster.seats.get("a")!;
    const known = seat.generation;
    cluster.connectivity = () => {};
    cluster.start("a");
    assert.equal(cluster.update("a", "x", { value: "2" }), undefined);
    for (let at = 0; at < 300; at++) cluster.update("a", "x", { value: "2" });
    assert.equal(cluster.updated("a")?.why, "busy");
    cluster.say("a", {
      type: "heartbeat/connectivity",
      node: "a",
      nodes: [{ name: "a", kind: "normal", status: "active", generation: known, links: [] }],
    }, "heartbeat");
    assert.deepEqual(cluster.values("b"), ["a x=2"]);
  },
);

scenario("a node that left takes its attributes with it, on both sides of a cut", () => {
  const cluster = three();
  cluster.update("c", "x", { value: "1" });
  cluster.view(["a", "b"]);
  cluster.change([{ op: "delete", path: "/cib/status/node_state[@id='id-c']" }]);
  assert.deepEqual(cluster.values("a"), []);
  cluster.view(["a", "b", "c"]);
  assert.deepEqual(cluster.values("a"), ["c x=1"]);
});

scenario("what others have missed they ask for", () => {
  const cluster = three();
  cluster.update("a", "x", { value: "1" });
  cluster.members = ["b", "c"]; // what a says is lost
  cluster.update("a", "x", { value: "2" });
  assert.deepEqual(cluster.values("b", { name: "x" }), ["a x=1"]);
  cluster.members = ["a", "b", "c"];
  cluster.update("a", "y", { value: "3" });
  assert.deepEqual(cluster.values("b"), ["a x=2", "a y=3"]);
});

scenario("attributes of the configuration are written there, and outlive their node", () => {
  const cluster = three();
  const update = { lifetime: "forever", value: "on" } as const;
  assert.equal(cluster.update("b", "standby", { ...update, node: "a" })?.ok, true);
  assert.deepEqual(cluster.values("c", { lifetime: "forever", node: "a" }), ["a standby=on"]);
  cluster.update("b", "cpu", { lifetime: "utilization", node: "a", value: "4" });
  assert.deepEqual(cluster.values("c", { lifetime: "utilization", node: "a" }), ["a cpu=4"]);
  cluster.update("b", "cpu", { lifetime: "utilization", node: "a", value: "value+=2" });
  assert.deepEqual(cluster.values("c", { lifetime: "utilization", node: "a" }), ["a cpu=6"]);
  assert.equal(cluster.update("a", "x", { ...update, node: "nobody" })?.why, "no such node");
  cluster.cibDoes = "refuse";
  assert.equal(cluster.update("a", "standby", { ...update, value: "off" })?.ok, false);
  cluster.cibDoes = "take";
  cluster.update("a", "standby", { lifetime: "forever", change: "delete" });
  assert.deepEqual(cluster.values("c", { lifetime: "forever", node: "a" }), []);
});

scenario("failures are counted in the CIB alone; shutdown is the cluster's", () => {
  const cluster = three();
  cluster.update("b", "fail-count-web#start_0", { node: "a", value: "value++" });
  assert.deepEqual(cluster.inCib("a"), ["fail-count-web#start_0=1"]);
  assert.deepEqual(cluster.values("c"), ["a fail-count-web#start_0=1"]);
  cluster.update("b", "fail-count-web#start_0", { node: "a", change: "delete" });
  assert.deepEqual(cluster.inCib("a"), []);
  assert.equal(cluster.update("a", "shutdown", { value: "1" })?.why, "refused");
});

scenario(
  "what the scheduler reads as a fact of a node is nobody's to set, for any lifetime",
  () => {
    const cluster = three();
    for (const lifetime of ["reboot", "forever"] as const) {
      for (const name of ["shutdown", "#uname", "#id", "#kind", "#is_dc", "#site-name"]) {
        for (const node of ["a", "b"]) {
          const outcome = cluster.update("a", name, { node, lifetime, value: "1" });
          assert.equal(outcome?.why, "refused", `${lifetime} ${name} of ${node}`);
        }
      }
    }
    assert.deepEqual(cluster.values("c"), []);
    assert.deepEqual(cluster.values("c", { lifetime: "forever", node: "b" }), []);
    assert.equal(cluster.update("a", "#health-cpu", { value: "green" })?.ok, true);
    // One that an older version has set can be taken away.
    const gone = cluster.update("a", "shutdown", { lifetime: "forever", change: "delete" });
    assert.equal(gone?.ok, true);
  },
);

scenario("what others write among the attributes stays", () => {
  const cluster = three();
  cluster.update("a", "x", { value: "1" });
  const set = "/cib/status/node_state[@id='id-a']/transient_attributes[@id='id-a']" +
    "/instance_attributes[@id='status-id-a']";
  const xml = '<nvpair id="shutdown" name="shutdown" value="7"/>';
  cluster.change([{ op: "create", path: set, xml }]);
  cluster.change([{ op: "delete", path: `${set}/nvpair[@id='status-id-a-x']` }]);
  assert.deepEqual(cluster.inCib("a"), ["shutdown=7", "x=1"]);
  cluster.say("a", { type: "attrd/clear", id: "u0" });
  assert.deepEqual(cluster.inCib("a"), ["shutdown=7"]);
});

scenario(
  "a write that was on its way when its attribute was deleted does not bring it back",
  () => {
    const cluster = three();
    cluster.cibDoes = "hold";
    cluster.update("a", "x", { value: "1" });
    const late = cluster.held.splice(0);
    cluster.cibDoes = "take";
    cluster.update("a", "x", { change: "delete" });
    // The cib gives up on the write, and yet it takes effect later.
    cluster.say("a", { type: "cib/applied", id: late[0]!.id, ok: false, error: "late" }, "cib");
    cluster.pass(30_000);
    cluster.change(late[0]!.changes);
    assert.deepEqual(cluster.inCib("a"), []);
  },
);

scenario("a node has so many attributes, and no two with one id in the CIB", () => {
  const cluster = three();
  const { state } = cluster.seats.get("a")!.machine;
  for (let at = 0; at < attributesMax; at++) {
    cluster.pass(10);
    assert.equal(cluster.update("a", `x${at}`, { value: "1" })?.ok, true);
  }
  const excess = cluster.update("a", "one more", { value: "1" });
  assert.match(excess?.error ?? "", /512 attributes; limit 512.*Fix: /);
  // What was deleted makes room.
  cluster.update("a", "x0", { change: "delete" });
  cluster.pass(100);
  assert.equal(cluster.update("a", "x y", { value: "1" })?.ok, true);
  cluster.update("a", "x1", { change: "delete" });
  assert.match(cluster.update("a", "x.y", { value: "1" })?.error ?? "", /the id of x y/);
  assert.ok(state.own.size + state.deleted.size <= attributesMax);
  const long = "v".repeat(valueBytesMax);
  let refused: string | undefined;
  for (let at = 10; at < 90; at++) {
    cluster.pass(10);
    refused = cluster.update("a", `x${at}`, { value: long })?.error;
    if (refused !== undefined) break;
  }
  assert.match(refused ?? "", /bytes; limit 262144/);
});

scenario("a program may change so much, and others as much beside it", () => {
  const rates = new Rates();
  let taken = 0;
  while (rates.take("one", 0)) taken++;
  assert.equal(taken, changesAtOnceMax);
  assert.equal(rates.take("other", 0), true);
  assert.equal(rates.take("one", 9), false);
  assert.equal(rates.take("one", 20), true);
});

scenario("reachable pseudo-members make an attribute, once each has had its time", () => {
  const connectivity = { attribute: "pingd", multiplier: 100, dampenMs: 1_000 };
  const cluster = new SmallCluster(["a", "b"], { connectivity });
  const seat = cluster.seats.get("a")!;
  seat.pings = ["init", "ping"];
  cluster.connectivity("a");
  cluster.pass(1_000);
  assert.deepEqual(cluster.inCib("a"), []);
  seat.pings = ["ping", "ping"];
  cluster.connectivity("a");
  cluster.pass(1_000);
  assert.deepEqual(cluster.inCib("a"), ["pingd=200"]);
  seat.pings = ["ping", "dead"];
  cluster.connectivity("a");
  assert.deepEqual(cluster.inCib("a"), ["pingd=200"], "dampened");
  cluster.pass(1_000);
  assert.deepEqual(cluster.inCib("a"), ["pingd=100"]);
});

scenario("messages are read field by field", () => {
  const { read } = attrdRules["attrd/update"];
  const update = { change: "set", name: "x", lifetime: "reboot", value: "1" };
  const asks = (more: Record<string, unknown>) =>
    read({ type: "attrd/update", id: "1", update: { ...update, ...more } });
  assert.ok(!(asks({}) instanceof Refusal));
  for (
    const wrong of [
      { name: "" },
      { name: "ä".repeat(200) },
      { name: "__proto__" },
      { value: "v".repeat(valueBytesMax + 1) },
      { value: "\0" },
      { change: "keep" },
      { lifetime: "a day" },
      { dampenMs: -1 },
      { dampenMs: 1e12 },
      { set: "a b" },
      { set: "1" },
      { private: "yes" },
    ]
  ) assert.ok(asks(wrong) instanceof Refusal, JSON.stringify(wrong));
});

scenario("the changes fit a CIB that another wrote by hand", () => {
  const cluster = three();
  const path = "/cib/status/node_state[@id='id-a']";
  cluster.change([{
    op: "create",
    path,
    xml: `<transient_attributes id="id-a"><instance_attributes id="status-id-a">` +
      `<nvpair id="by-hand" name="x" value="0"/></instance_attributes></transient_attributes>`,
  }]);
  assert.deepEqual(cluster.values("b"), ["a x=0"]);
  cluster.update("a", "x", { value: "1" });
  assert.deepEqual(cluster.inCib("a"), ["x=1"]);
  assert.ok(applyChanges(cluster.cib, []).ok);
});
