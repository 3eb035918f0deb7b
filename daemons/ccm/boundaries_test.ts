/**
 * The edges of the membership: how long nodes wait for a picture to settle, what a quiet cluster
 * says, exactly half, and the limits of a configuration.
 *
 * @module
 */
import assert from "node:assert/strict";
import { ccm } from "./core.ts";
import { begun } from "./electorate.ts";
import { component, linked } from "./graph.ts";
import { savedKey, writeSaved } from "./saved.ts";
import { Bench, formed } from "./testing/small_cluster.ts";
import { nodesMax, sameMembers, settingsOf } from "./state.ts";
import { scenarios } from "../runtime/testing/transcript.ts";

const scenario = scenarios("ccm_boundaries");

const part = (bench: Bench, one: string, other: string, cut: boolean) => {
  for (const link of [`${one}>${other}`, `${other}>${one}`]) {
    if (cut) bench.cut.add(link);
    else bench.cut.delete(link);
  }
  bench.hear();
};

scenario(
  "a quiet cluster repeats its rows, each as often as it is set, and says nothing else",
  () => {
    const bench = formed("abc");
    bench.pass(5_000);
    const serials = () =>
      [..."abc"].map((node) => bench.seats.get(node)!.machine.state.rows.get(node)!.serial);
    const before = serials();
    const told = bench.seats.get("a")!.told.length;
    bench.said.length = 0;
    bench.pass(10_000);
    assert.deepEqual(serials(), before, "nothing has changed");
    assert.deepEqual([...new Set(bench.said.map((line) => line.split(" ")[1]))], ["rows"]);
    // Ten times, three nodes, each to the two others.
    assert.equal(bench.said.length, 60);
    assert.equal(bench.seats.get("a")!.told.length, told);
  },
);

scenario(
  "a picture that keeps changing is decided after four times the wait, and not before",
  () => {
    const settleMs = 1_000;
    const bench = formed("abcd", { settleMs });
    const undecided = () => bench.seats.get("a")!.machine.state.unsettled?.decided === false;
    part(bench, "a", "b", true);
    const since = bench.at;
    for (let time = 0; time < 7; time++) {
      bench.pass(500);
      part(bench, "c", "d", time % 2 === 0);
      assert.equal(undecided(), true, `after ${bench.at - since} ms`);
    }
    bench.pass(499);
    assert.equal(undecided(), true, `after ${bench.at - since} ms`);
    bench.pass(1);
    assert.equal(bench.at - since, 4 * settleMs);
    assert.equal(undecided(), false);
  },
);

scenario("each change of the picture is waited for in full, once it has come to rest", () => {
  const settleMs = 1_000;
  const bench = formed("abcd", { settleMs });
  const undecided = () => bench.seats.get("a")!.machine.state.unsettled?.decided === false;
  part(bench, "a", "b", true);
  bench.pass(900);
  part(bench, "c", "d", true);
  bench.pass(999);
  assert.equal(undecided(), true);
  bench.pass(1);
  assert.equal(undecided(), false);
  // What changes after a decision begins a wait of its own.
  bench.pass(10_000);
  part(bench, "c", "d", false);
  assert.equal(undecided(), true);
});

scenario("exactly half of the nodes may not act; one more may", () => {
  const bench = formed("abcd");
  for (const one of "ab") for (const other of "cd") part(bench, one, other, true);
  bench.pass(10_000);
  assert.deepEqual([..."abcd"].map((node) => bench.view(node)?.quorate), [
    false,
    false,
    false,
    false,
  ]);
  const other = formed("abcde");
  for (const one of "ab") for (const two of "cde") part(other, one, two, true);
  other.pass(10_000);
  assert.deepEqual([..."abcde"].map((node) => other.view(node)?.quorate), [
    false,
    false,
    true,
    true,
    true,
  ]);
});

scenario("a lost commit is repeated only to who waits for it", () => {
  const bench = formed("abcd");
  let lost = 0;
  bench.lose = (_from, to, { type }) => to === "c" && type === "commit" && lost++ < 1;
  bench.die("d");
  bench.said.length = 0;
  bench.pass(2_000);
  const commits = bench.said.filter((line) => line.endsWith(" commit"));
  // Each of the others may repeat it; nobody repeats it to the others.
  assert.ok(commits.length > 0);
  assert.deepEqual(commits.filter((line) => line[2] !== "c"), []);
  bench.said.length = 0;
  bench.pass(10_000);
  assert.deepEqual(bench.said.filter((line) => line.endsWith(" commit")), []);
});

scenario(
  "a configuration at its limits is taken, with the patience that follows from the deadtime",
  () => {
    const names = (count: number) => Array.from({ length: count }, (_, at) => `n${at}`);
    const take = (change: object) =>
      settingsOf({ nodes: ["b", "a"], deadtimeMs: 500, ...change }, []);
    assert.doesNotThrow(() => take({ nodes: ["a"] }));
    assert.throws(() => take({ nodes: names(nodesMax + 1) }), /101 nodes: name 1 to 100/);
    assert.throws(() => take({ deadtimeMs: -1 }), /must be above 0/);
    assert.throws(() => take({ deadtimeMs: NaN }), /must be above 0/);
    const { nodes, settleMs, rowEveryMs, rowStaleMs, joins, settledBy, votes } = take({});
    assert.deepEqual(nodes, ["a", "b"]);
    assert.deepEqual([settleMs, rowEveryMs, rowStaleMs], [600, 1_000, 4_000]);
    assert.deepEqual([joins, settledBy, votes], [false, [], {}]);
    const slow = take({ deadtimeMs: 2_000 });
    assert.deepEqual([slow.rowEveryMs, slow.rowStaleMs], [2_000, 8_000]);
    assert.equal(take({ settleMs: 7 }).settleMs, 7);
  },
);

scenario("members are the same if names, lives and ages are", () => {
  const member = { node: "a", incarnation: 1, bornOn: 1 };
  assert.equal(sameMembers([member], [{ ...member }]), true);
  for (const change of [{ node: "b" }, { incarnation: 2 }, { bornOn: 2 }]) {
    assert.equal(sameMembers([member], [{ ...member, ...change }]), false, JSON.stringify(change));
  }
  assert.equal(sameMembers([member], []), false);
});

scenario("nodes are linked if each hears the other in the life that it has", () => {
  const bench = formed("abc");
  const rows = new Map(bench.seats.get("a")!.machine.state.rows);
  assert.equal(linked(rows, "a", "b"), true);
  const b = rows.get("b")!;
  for (
    const changed of [
      { ...b, incarnation: b.incarnation + 1 },
      { ...b, hears: { ...b.hears, a: 9 } },
      { ...b, electorates: { ...b.electorates, origin: b.electorates.origin + 1 } },
    ]
  ) {
    assert.equal(linked(new Map(rows).set("b", changed), "a", "b"), false);
    assert.equal(linked(new Map(rows).set("b", changed), "b", "a"), false);
  }
  assert.equal(linked(rows, "a", "z"), false);
  assert.deepEqual(component(rows, "c"), ["a", "b", "c"]);
});

scenario("a cluster that forms and stays leaves a line for each view, and nothing else", () => {
  const bench = new Bench("ab");
  const log: string[] = [];
  bench.start("a");
  const { machine } = bench.seats.get("a")!;
  const step = machine.step;
  machine.step = (state, event) => {
    const effects = step(state, event);
    for (const effect of effects) {
      if (effect.type === "log") log.push(`${effect.level}: ${effect.text}`);
    }
    return effects;
  };
  bench.start("b");
  bench.pass(20_000);
  assert.equal(log.length, 1, log.join("\n"));
  assert.match(log[0]!, /^notice: view \S+: a b$/);
});

scenario("the status says in which view the node is, since when, and whom it hears", () => {
  const bench = formed("ab");
  bench.pass(1_500);
  const { machine } = bench.seats.get("a")!;
  const ask = () => {
    const [answer] = machine.step(machine.state, {
      type: "message",
      at: bench.at,
      from: { node: "b", service: "client-1" },
      message: { type: "status/query", id: "s" },
    });
    assert.ok(answer?.type === "send" && answer.message.type === "status/answer");
    assert.deepEqual([answer.to, answer.message.id], [{ node: "b", service: "client-1" }, "s"]);
    return answer.message.status as Readonly<Record<string, unknown>>;
  };
  const { view, ...rest } = ask();
  const { epoch, quorate, members, electorate } = { ...view as object } as Record<string, unknown>;
  assert.equal(epoch, bench.view("a")!.epoch);
  assert.deepEqual([quorate, electorate], [true, ["a", "b"]]);
  assert.deepEqual(members, bench.view("a")!.members);
  assert.deepEqual(rest, {
    sinceMs: 1_500,
    hears: { b: 1 },
    refused: {},
    incompatible: [],
    foundingRefused: "",
    strangers: [],
    withholding: [],
    accused: null,
    absent: [],
    notAgreed: [],
  });
  bench.die("b");
  machine.step(machine.state, { type: "stop", at: bench.at });
  assert.equal(ask().view, null);
});

scenario("a daemon is heard as long as its rows are not stale, and then no more", () => {
  for (const [afterMs, heard] of [[4_000, true], [4_001, false]] as const) {
    const bench = formed("ab");
    const { machine } = bench.seats.get("a")!;
    const at = machine.state.rowAtMs.get("b")!;
    machine.step(machine.state, { type: "timer", at: at + afterMs, name: "rows" });
    assert.equal(machine.state.rowAtMs.has("b"), heard, `${afterMs} ms`);
  }
});

scenario(
  "a proposal that nobody promises is made again after pauses that double, up to a bound",
  () => {
    const bench = formed("abc");
    const proposed: number[] = [];
    bench.lose = (from, _to, { type }) => {
      if (from === "a" && type === "propose") proposed.push(bench.at);
      return type === "propose" || type === "promise";
    };
    bench.die("c");
    bench.pass(40_000);
    const pauses = proposed.slice(1).map((at, index) => at - proposed[index]!);
    assert.deepEqual(pauses.slice(0, 6), [300, 600, 1_200, 2_400, 4_800, 4_800]);
  },
);

scenario("the next in seniority proposes after its patience, if the first is silent", () => {
  const bench = formed("abcd");
  bench.lose = (from, _to, { type }) => type === "propose" && from !== "c";
  const { at } = bench;
  let first: number | undefined;
  const lose = bench.lose;
  bench.lose = (from, to, message) => {
    if (from === "c" && message.type === "propose") first ??= bench.at;
    return lose(from, to, message);
  };
  bench.die("d");
  bench.pass(5_000);
  // It is the third: twice the patience, or later if it has promised another one meanwhile.
  assert.ok(first !== undefined && first - at >= 300, `${first}`);
  for (const node of "abc") assert.equal(bench.members(node), "abc!");
});

scenario("who subscribes hears the view at once; who has gone hears nothing more", () => {
  const bench = formed("ab");
  const { machine } = bench.seats.get("a")!;
  const say = (service: string) =>
    machine.step(machine.state, {
      type: "message",
      at: bench.at,
      from: { node: "a", service },
      message: { type: "ccm/subscribe" },
    });
  const view = { type: "ccm/view", view: bench.view("a")! };
  assert.deepEqual(say("crmd"), [{ type: "send", to: { service: "crmd" }, message: view }]);
  assert.equal(machine.state.subscribers.has("crmd"), true);
  const peer = (service: string, up: boolean) =>
    machine.step(machine.state, { type: "peer", at: bench.at, service, up });
  assert.deepEqual(peer("crmd", true), []);
  assert.equal(machine.state.subscribers.has("crmd"), true);
  assert.deepEqual(peer("crmd", false), []);
  assert.equal(machine.state.subscribers.has("crmd"), false);
  const [asked] = peer("heartbeat", true);
  assert.ok(asked?.type === "send" && asked.message.type === "heartbeat/subscribe");
});

scenario("each start is another life, on disk before anybody hears of it", () => {
  const bench = new Bench("ab");
  bench.start("a");
  assert.equal(bench.seats.get("a")!.machine.state.incarnation, 1);
  bench.start("a");
  const { machine } = bench.seats.get("a")!;
  assert.equal(machine.state.incarnation, 2);
});

scenario(
  "a life is not numbered below the clock: a disk that was restored names an earlier one",
  () => {
    const lifeOf = (wallMs: number, saved: ReadonlyMap<string, Uint8Array>) => {
      const machine = ccm({ nodes: ["a", "b"], deadtimeMs: 1_000 }, { quorum: [] });
      machine.step(machine.state, { type: "start", at: 0, wallMs, seed: 1, node: "a", saved });
      return machine.state.incarnation;
    };
    const first = { incarnation: 41, promised: 0, electorates: begun(["a", "b"]) };
    const snapshot = new Map([[savedKey, writeSaved(first)]]);
    assert.equal(lifeOf(1_700_000_000_500, snapshot), 1_700_000_000);
    assert.equal(lifeOf(1_700_000_009_000, snapshot), 1_700_000_009);
    assert.equal(lifeOf(1_000, snapshot), 42, "a clock that was set back");
  },
);
