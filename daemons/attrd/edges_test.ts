/** What an attrd does at its bounds, when others end or are late, and what it reports. */
import assert from "node:assert/strict";
import type { Message } from "../runtime/messages.ts";
import { scenarios } from "../runtime/testing/transcript.ts";
import { attrd } from "./core.ts";
import { attributesMax, changesPerSecond, deletedMs, programsMax, waitingMax } from "./limits.ts";
import { Rates } from "./rate.ts";
import { SmallCluster } from "./testing/small_cluster.ts";
import { expanded } from "./value.ts";

const scenario = scenarios("attrd_edges");
const three = () => new SmallCluster(["a", "b", "c"]);

/** What a node's attrd reports of itself. */
function status(cluster: SmallCluster, node: string): unknown {
  cluster.say(node, { type: "status/query", id: "s" });
  const { told } = cluster.seats.get(node)!;
  const answers = told.filter((message): message is Extract<Message, { type: "status/answer" }> =>
    message.type === "status/answer"
  );
  return answers.at(-1)?.status;
}

scenario("the status counts attributes by their state, and holds no value", () => {
  const cluster = three();
  cluster.update("a", "x", { value: "secret" });
  cluster.update("a", "hidden", { value: "secret", private: true });
  cluster.update("a", "slow", { value: "secret", dampenMs: 60_000 });
  cluster.update("a", "gone", { value: "secret" });
  cluster.update("a", "gone", { change: "delete" });
  cluster.update("b", "y", { value: "1" });
  cluster.cibDoes = "hold";
  cluster.update("a", "late", { value: "secret" });
  const found = status(cluster, "a");
  assert.deepEqual(found, {
    node: "a",
    notInCib: [],
    attributes: 4,
    private: 1,
    dampened: ["slow"],
    deleted: 1,
    writing: true,
    refusedWrites: 0,
    mirrors: { b: 1, c: 0 },
    unanswered: [],
    quorate: true,
    refused: {},
  });
  assert(!JSON.stringify(found).includes("secret"));
});

scenario("the status names who has not answered, and counts refused writes", () => {
  const cluster = three();
  cluster.cibDoes = "refuse";
  cluster.update("a", "x", { value: "1" });
  cluster.seats.get("b")!.machine.step = () => [];
  cluster.view(["a", "b"], false);
  const { unanswered, quorate, refusedWrites } = Object(status(cluster, "a"));
  assert.deepEqual([unanswered, quorate, refusedWrites], [["b"], false, 0]);
});

scenario("a member that has not answered is asked again, until it leaves", () => {
  const cluster = three();
  cluster.members = ["a"]; // what the others say is lost
  cluster.say("a", { type: "ccm/view", view: viewOf(90, ["a", "b"]) }, "ccm");
  cluster.pass(4_000);
  cluster.view(["a"]);
  cluster.pass(10_000);
  assert.deepEqual(Object(status(cluster, "a")).unanswered, []);
});

scenario("what waits for a cib that ends is answered as busy, and can be set again", () => {
  const cluster = three();
  cluster.reach("a", ["cib"]);
  cluster.cibDoes = "hold";
  assert.equal(cluster.update("a", "standby", { lifetime: "forever", value: "on" }), undefined);
  cluster.update("a", "x", { value: "1" });
  cluster.reach("a", []);
  assert.match(cluster.updated("a", "u1")?.error ?? "", /the cib of this node has ended/);
  assert.equal(cluster.updated("a", "u1")?.why, "busy");
  cluster.cibDoes = "take";
  cluster.reach("a", ["cib"]);
  assert.deepEqual(cluster.inCib("a"), ["x=1"]);
});

scenario("ccm and heartbeat that come back are asked again; without ccm a node is alone", () => {
  const cluster = three();
  cluster.update("b", "x", { value: "1" });
  cluster.reach("a", ["ccm", "heartbeat"]);
  assert.deepEqual(cluster.values("a", { name: "x" }), ["b x=1"]);
  cluster.reach("a", []);
  assert.equal(cluster.update("a", "y", { node: "b", value: "1" })?.why, "no such node");
  assert.deepEqual(Object(status(cluster, "a")).mirrors, {});
  cluster.reach("a", ["ccm", "heartbeat"]);
  assert.equal(cluster.update("a", "y", { node: "b", value: "1" })?.ok, true);
});

scenario("the same value again is answered, and neither saved, sent nor written", () => {
  const cluster = three();
  cluster.update("a", "x", { value: "1" });
  const serials = () => [...cluster.seats.values()].map(({ machine }) => machine.state.serial);
  const before = serials();
  cluster.writes.length = 0;
  assert.equal(cluster.update("a", "x", { value: "1" })?.ok, true);
  assert.deepEqual([serials(), cluster.writes], [before, []]);
  cluster.update("a", "x", { change: "both", value: "1", dampenMs: 100 });
  assert.notDeepEqual(serials(), before, "another dampening is a change");
});

scenario("an evicted node keeps its own attributes and passes nothing on", () => {
  const cluster = three();
  cluster.update("a", "x", { value: "1" });
  cluster.say("a", { type: "ccm/evicted" }, "ccm");
  assert.equal(cluster.update("a", "y", { node: "b", value: "1" })?.why, "no such node");
  assert.equal(cluster.update("a", "x", { value: "2" })?.ok, true);
  assert.deepEqual(cluster.values("a", { node: "a", name: "x" }), ["a x=2"]);
});

scenario("a change is passed on once: the next node does not send it further", () => {
  const cluster = three();
  const update = { change: "set", lifetime: "reboot", name: "x", value: "1", node: "c" };
  const body = { type: "attrd/update", id: "p1", update };
  cluster.peerSays("a", "b", body);
  assert.deepEqual(cluster.values("c"), []);
});

scenario("another node's change and clear are made for a member, and for nobody else", () => {
  const cluster = three();
  const update = { change: "set", lifetime: "reboot", name: "x", value: "1" };
  cluster.view(["a", "b"]);
  cluster.peerSays("a", "c", { type: "attrd/update", id: "p1", update });
  assert.deepEqual(cluster.values("a"), []);
  cluster.peerSays("a", "b", { type: "attrd/update", id: "p2", update });
  assert.deepEqual(cluster.values("a"), ["a x=1"]);
  cluster.say("b", { type: "attrd/clear", id: "c1", node: "a" });
  assert.equal(cluster.updated("b", "c1")?.ok, true);
  assert.deepEqual(cluster.values("a"), []);
});

scenario("the answers that wait for other nodes have a bound, and each its own time", () => {
  const cluster = three();
  cluster.seats.get("b")!.machine.step = () => [];
  for (let at = 0; at < waitingMax; at++) {
    cluster.pass(10);
    assert.equal(cluster.update("a", "x", { node: "b", value: "1" }), undefined);
  }
  assert.match(
    cluster.update("a", "x", { node: "b", value: "1" })?.error ?? "",
    /256 changes wait/,
  );
  cluster.pass(5_000 - 10 * (waitingMax - 1));
  assert.equal(cluster.updated("a", "u1")?.why, "timeout");
  assert.equal(cluster.updated("a", "u2"), undefined, "it was asked 10 ms later");
  cluster.pass(10);
  assert.equal(cluster.updated("a", "u2")?.why, "timeout");
});

scenario("the changes that wait for the CIB have a bound", () => {
  const cluster = three();
  cluster.cibDoes = "hold";
  const update = { lifetime: "forever", value: "on" } as const;
  // One is with the CIB; so many wait behind it.
  for (let at = 0; at < waitingMax + 1; at++) {
    cluster.pass(10);
    assert.equal(cluster.update("a", "standby", update), undefined);
  }
  assert.match(cluster.update("a", "standby", update)?.error ?? "", /256 changes wait already/);
  cluster.release(true);
  assert.equal(cluster.update("a", "standby", { ...update, change: "delete" })?.ok, undefined);
});

scenario("only attributes of one life are dampened, and a set needs a value", () => {
  const cluster = three();
  const refused = (more: Parameters<SmallCluster["update"]>[2]) =>
    cluster.update("a", "x", more)?.error ?? "";
  assert.match(refused({ lifetime: "forever", change: "dampen" }), /of one life are dampened/);
  assert.match(refused({ lifetime: "forever" }), /no value/);
  assert.match(refused({}), /no value/);
  assert.equal(cluster.update("a", "x", { lifetime: "forever", change: "delete" })?.ok, true);
  assert.equal(cluster.writes.length, 0);
});

scenario("a deleted attribute is kept out of the CIB until a late write of it cannot come", () => {
  const cluster = three();
  cluster.update("a", "x", { value: "1" });
  cluster.update("a", "x", { change: "delete" });
  const deleted = () => Object(status(cluster, "a")).deleted;
  cluster.pass(deletedMs - 1);
  cluster.view(["a", "b"]);
  assert.equal(deleted(), 1);
  cluster.pass(1);
  cluster.view(["a", "b", "c"]);
  assert.equal(deleted(), 0);
});

scenario("a private attribute that is deleted leaves nothing to write", () => {
  const cluster = three();
  cluster.update("a", "x", { value: "1", private: true });
  cluster.update("a", "x", { change: "delete" });
  assert.equal(Object(status(cluster, "a")).deleted, 0);
  assert.equal(cluster.writes.length, 0);
});

scenario("saved attributes that cannot be read are dropped with a warning", () => {
  for (const saved of ["{", "[]", '{"generation":1,"values":{"x":1},"deleted":[]}']) {
    const cluster = three();
    const seat = cluster.seats.get("a")!;
    seat.disk.set("attributes", new TextEncoder().encode(saved));
    cluster.start("a");
    assert.deepEqual(cluster.values("a"), []);
    assert.match(seat.log.join("\n"), /saved attributes of this node are not used/);
  }
});

scenario("the number of answering pseudo-members is logged when it changes, and only then", () => {
  const cluster = new SmallCluster(["a"], {
    connectivity: { attribute: "pingd", multiplier: 10, dampenMs: 0 },
  });
  const seat = cluster.seats.get("a")!;
  cluster.connectivity("a"); // there are none
  seat.pings = ["ping", "dead", "ping"];
  for (let times = 0; times < 3; times++) cluster.connectivity("a");
  assert.deepEqual(cluster.inCib("a"), ["pingd=20"]);
  assert.deepEqual(seat.log.filter((line) => line.includes("pseudo-members")), [
    "2 of 3 pseudo-members answer: pingd=20",
  ]);
});

Deno.test("a stop saves and answers what waited for further changes", () => {
  const { machine } = three().seats.get("a")!;
  const from = { node: "a", service: "client-1" };
  const update = { change: "set", lifetime: "reboot", name: "x", value: "1" } as const;
  const message = { type: "attrd/update", id: "u", update } as const;
  const other = { ...message, update: { ...update, value: "2" } };
  const waits = machine.step(machine.state, { type: "message", at: 1, from, message }, true);
  assert.deepEqual(waits, []);
  const alone = machine.step(machine.state, { type: "message", at: 1, from, message });
  assert(alone.some(({ type }) => type === "save"), "nothing more waits: it is settled at once");
  machine.step(machine.state, { type: "message", at: 1, from, message: other }, true);
  const last = machine.step(machine.state, { type: "stop", at: 2 });
  const orders = last.map((effect) => effect.type === "send" ? effect.message.type : effect.type);
  assert.deepEqual(orders.slice(0, 2), ["save", "attrd/updated"]);
  assert.equal(orders.at(-1), "stopped");
});

Deno.test("another node that asks before the life of this one is known is not answered", () => {
  const machine = attrd();
  const start = { type: "start", at: 0, wallMs: 0, node: "a", seed: 1, saved: new Map() } as const;
  machine.step(machine.state, start);
  const from = { node: "b", service: "attrd" };
  const message: Message = { type: "peer", body: { at: 0, of: 1, part: '{"type":"ask"}' } };
  assert.deepEqual(machine.step(machine.state, { type: "message", at: 1, from, message }), []);
});

Deno.test("scores are read as the field reads them, within their bounds", () => {
  for (
    const [value, before, after] of [
      ["value+= +2", "3", "5"],
      ["value+=-INFINITY", "5", "-999995"],
      ["value++", "-infinity", "-999999"],
      ["value+=2000000", "0", "1000000"],
      ["value+=1", "-2000000", "-999999"],
      ["value+=", "3", "3"],
      ["value++", "1000000", "1000000"],
      ["a value++", "1", "a value++"],
    ] as const
  ) assert.equal(expanded(value, before), after, `${value} after ${before}`);
});

Deno.test("a program's changes come back with time, and a forgotten program begins again", () => {
  const rates = new Rates();
  while (rates.take("one", 0));
  let taken = 0;
  while (rates.take("one", 500)) taken++;
  assert.equal(taken, changesPerSecond / 2);
  for (let at = 0; at < programsMax - 1; at++) rates.take(`other${at}`, 500);
  assert.equal(rates.take("one", 500), false, "it is not forgotten yet");
  for (let at = 0; at < programsMax; at++) rates.take(`more${at}`, 500);
  assert.equal(rates.take("one", 500), true);
});

function viewOf(epoch: number, nodes: readonly string[]) {
  return {
    epoch,
    quorate: true,
    electorate: ["a", "b", "c"],
    members: nodes.map((node) => ({ node, incarnation: 1, bornOn: 1 })),
  };
}

Deno.test("a member that says it has attributes without end fills no memory", () => {
  const cluster = three();
  cluster.update("b", "x", { value: "1" });
  const mirrorOf = () => cluster.seats.get("a")!.machine.state.mirrors.get("b");
  for (let round = 0; round < 8; round++) {
    const mirror = mirrorOf();
    if (mirror === undefined) break;
    const { life, serial } = mirror;
    const values = Object.fromEntries(
      Array.from({ length: 100 }, (_, at) => [
        `lie${round}_${at}`,
        { value: "", dampenMs: 0, private: false },
      ]),
    );
    const said = { type: "changed", life, from: serial, serial: serial + 1, values, deleted: [] };
    cluster.peerSays("a", "b", said);
    assert((mirrorOf()?.values.size ?? 0) <= attributesMax);
  }
  assert.match(JSON.stringify(Object(status(cluster, "a")).refused), /malformed b attrd/);
});
