/**
 * The membership daemon, step by step.
 *
 * @module
 */
import assert from "node:assert/strict";
import { epochAfter } from "../runtime/epoch.ts";
import type { PeerMessage } from "./protocol.ts";
import { readSaved, savedKey } from "./saved.ts";
import { Bench, formed } from "./testing/small_cluster.ts";
import { settingsOf } from "./state.ts";
import { scenarios } from "../runtime/testing/transcript.ts";

const scenario = scenarios("ccm_core");

scenario("nodes that start one after the other are in one view, the first the most senior", () => {
  const bench = new Bench("abc");
  bench.start("b");
  assert.equal(bench.members("b"), "b");
  bench.start("c");
  assert.equal(bench.members("b"), "bc!");
  bench.start("a");
  for (const node of "abc") assert.equal(bench.members(node), "bca!");
  assert.deepEqual(bench.view("a"), bench.view("c"));
});

scenario("nodes that start together are in one view", () => {
  const bench = new Bench("abcde");
  bench.start(..."abcde");
  for (const node of "abcde") assert.equal([...bench.members(node)].sort().join(""), "!abcde");
});

scenario("the death of the coordinator costs a row, two rounds and no waiting", () => {
  const bench = formed("abcde");
  const { at } = bench;
  bench.said.length = 0;
  bench.die("a");
  for (const node of "bcde") assert.equal(bench.members(node), "bcde!");
  assert.equal(bench.at, at, "no timer was needed");
  assert.equal(bench.said.filter((line) => line.endsWith(" propose")).length, 3);
  assert.equal(bench.said.filter((line) => line.endsWith(" promise")).length, 3);
  assert.equal(bench.said.filter((line) => line.endsWith(" commit")).length, 3);
});

scenario("a proposal is promised only when the promise is on disk", () => {
  const bench = formed("abc");
  const promised = bench.seats.get("c")!.machine.state.promised;
  const saved = readSaved(bench.seats.get("c")!.disk.get(savedKey), ["x"]);
  assert.equal(saved.promised, promised);
  assert.equal(saved.incarnation, 1);
  // And in the right order: the save stands before the promise.
  const { machine } = bench.seats.get("c")!;
  bench.die("b");
  const epoch = epochAfter(machine.state.promised, "a");
  const rows = machine.state.rows;
  const members = ["a", "c"].map((node) => ({
    node,
    incarnation: rows.get(node)!.incarnation,
    bornOn: 1,
  }));
  const { electorates } = machine.state;
  const electors = ["a", "b", "c"];
  const proposal = { epoch, proposer: "a", members, previous: [], electorates, electors, basis: 0 };
  const body = JSON.parse(JSON.stringify({ type: "propose", proposal }));
  const effects = machine.step(machine.state, {
    type: "message",
    at: bench.at,
    from: { node: "a", service: "ccm" },
    message: { type: "peer", body },
  });
  const kinds = effects.map((effect) =>
    effect.type === "send" && effect.message.type === "peer"
      ? (effect.message.body as PeerMessage).type
      : effect.type
  );
  assert.ok(kinds.indexOf("save") < kinds.indexOf("promise"), kinds.join(" "));
  assert.ok(kinds.includes("promise"));
});

scenario("a minority acts no more at once; the majority goes on", () => {
  const bench = formed("abcde");
  for (const one of "ab") {
    for (const other of "cde") {
      bench.cut.add(`${one}>${other}`);
      bench.cut.add(`${other}>${one}`);
    }
  }
  bench.hear();
  assert.equal(bench.members("a"), "ab");
  assert.equal(bench.members("c"), "cde!");
  const types = bench.seats.get("a")!.told.map((message) => message.type);
  assert.deepEqual(types.slice(-2), ["ccm/evicted", "ccm/view"]);
  bench.cut.clear();
  bench.hear();
  // Those who kept the quorum are senior.
  for (const node of "abcde") assert.equal(bench.members(node), "cdeab!");
});

scenario("a bridge node stays with those it was with, and nobody fights for it", () => {
  const bench = formed("abcde");
  bench.die("b");
  bench.start("b"); // now acdeb
  for (const one of "ab") {
    for (const other of "de") {
      bench.cut.add(`${one}>${other}`);
      bench.cut.add(`${other}>${one}`);
    }
  }
  bench.hear();
  bench.pass(5_000);
  // Both halves have three with c; a is the most senior.
  assert.equal(bench.members("c"), "acb!");
  assert.equal(bench.members("d"), "de");
  const { epoch } = bench.view("c")!;
  bench.pass(60_000);
  assert.equal(bench.view("c")!.epoch, epoch);
  assert.equal(bench.members("d"), "de");
});

scenario("one deaf direction is enough to part two nodes", () => {
  const bench = formed("abc");
  bench.cut.add("b>c");
  bench.hear();
  bench.pass(5_000);
  assert.equal(bench.members("a"), "ab!");
  assert.equal(bench.members("b"), "ab!");
  assert.equal(bench.members("c"), "c");
});

scenario("a daemon that restarts leaves and joins again, and its epochs keep rising", () => {
  const bench = formed("abc");
  const before = bench.view("a")!;
  bench.start("a");
  const after = bench.view("a")!;
  assert.ok(after.epoch > before.epoch);
  assert.equal(bench.members("a"), "bca!");
  assert.equal(after.members.at(-1)!.incarnation, 2);
  assert.equal(after.members.at(-1)!.bornOn, after.epoch);
});

scenario("a commit that was lost is repeated", () => {
  const bench = formed("abc");
  let lost = 0;
  bench.lose = (_from, to, { type }) => to === "c" && type === "commit" && lost++ < 1;
  bench.die("b");
  assert.equal(bench.members("a"), "ac!");
  assert.equal(bench.members("c"), "abc!");
  const { epoch } = bench.view("a")!;
  bench.pass(2_000);
  assert.equal(bench.members("c"), "ac!");
  assert.equal(bench.view("c")!.epoch, epoch);
  assert.ok(lost >= 1);
});

scenario("a proposal that nobody answers is made again, and the next takes over if need be", () => {
  const bench = formed("abcd");
  bench.lose = (from, _to, { type }) => type === "propose" && from === "a";
  bench.die("d");
  assert.equal(bench.members("a"), "abcd!");
  bench.pass(5_000);
  for (const node of "abc") assert.equal(bench.members(node), "abc!");
});

scenario("a commit to an earlier life, or of an old view, is not taken up", () => {
  const bench = formed("abc");
  const old = bench.view("c")!;
  bench.die("a");
  const view = bench.view("c")!;
  assert.ok(view.epoch > old.epoch);
  const body = { type: "commit", epoch: old.epoch, members: old.members };
  bench.give("c", "ccm", { type: "peer", body: JSON.parse(JSON.stringify(body)) }, "b");
  bench.run();
  assert.deepEqual(bench.view("c"), view);
  bench.start("c");
  const again = bench.view("c")!;
  bench.give("c", "ccm", {
    type: "peer",
    body: JSON.parse(JSON.stringify({ ...body, ...view })),
  }, "b");
  bench.run();
  assert.deepEqual(bench.view("c"), again);
});

scenario("who stops in good order is not waited for", () => {
  const bench = formed("abc");
  const { machine } = bench.seats.get("a")!;
  const { at } = bench;
  const effects = machine.step(machine.state, { type: "stop", at });
  assert.equal(effects.at(-1)?.type, "stopped");
  for (const effect of effects) {
    if (effect.type !== "send" || effect.to.service !== "ccm") continue;
    for (const other of "bc") bench.give(other, "ccm", effect.message, "a");
  }
  bench.seats.delete("a");
  bench.run();
  assert.equal(bench.members("b"), "bc!");
  assert.equal(bench.at, at);
});

scenario("a daemon that says nothing is left out, though its node's heart beats", () => {
  const bench = formed("abc");
  bench.seats.get("c")!.machine.step = () => [];
  bench.pass(10_000);
  assert.equal(bench.members("a"), "ab!");
  assert.equal(bench.members("b"), "ab!");
});

scenario("without heartbeat a daemon is alone at once", () => {
  const bench = formed("abc");
  const { machine, told } = bench.seats.get("a")!;
  const event = { type: "peer", at: bench.at, service: "heartbeat", up: false } as const;
  const effects = machine.step(machine.state, event);
  assert.ok(effects.some((effect) => effect.type === "send" && effect.to.service === "client"));
  assert.equal(machine.state.view, undefined);
  assert.ok(told.length > 0);
});

scenario("what peers say is looked at before it is believed", () => {
  const bench = formed("ab");
  const view = bench.view("a");
  for (
    const body of [
      null,
      7,
      "rows",
      [],
      {},
      { type: "rows" },
      { type: "rows", rows: [{}] },
      { type: "rows", rows: [{ node: "zz", incarnation: 1, serial: 1, promised: 1, pending: 0 }] },
      { type: "propose", proposal: { epoch: 1e9 } },
      { type: "propose", proposal: { epoch: -64, proposer: "b", members: [], previous: [] } },
      { type: "propose", proposal: { epoch: 6400, proposer: "b", members: [], previous: [] } },
      { type: "promise", epoch: "1" },
      { type: "commit", proposal: { epoch: 6465, proposer: "b", members: [], previous: [] } },
      { type: "nonsense" },
    ] as const
  ) {
    bench.give("a", "ccm", { type: "peer", body: JSON.parse(JSON.stringify(body)) }, "b");
    bench.run();
    assert.deepEqual(bench.view("a"), view, JSON.stringify(body));
  }
});

scenario("a damaged file is refused: a lower epoch would break what was promised", () => {
  const bench = new Bench("abc");
  const damaged = new TextEncoder().encode('{"incarnation":1,"pro');
  bench.keep("a", new Map([[savedKey, damaged]]));
  assert.throws(() => bench.start("a"), /Cannot read the saved membership .* damaged/);
});

scenario("a configuration that cannot work is refused", () => {
  const config = { nodes: ["a", "b"], deadtimeMs: 500 };
  assert.throws(() => settingsOf({ ...config, nodes: [] }, []), /name 1 to 100 nodes/);
  assert.throws(() => settingsOf({ ...config, nodes: ["a", "a"] }, []), /named twice/);
  const clash = ["byu", "ckg"];
  assert.throws(() => settingsOf({ ...config, nodes: clash }, []), /ckg and byu would give/);
  assert.throws(() => settingsOf({ ...config, deadtimeMs: 0 }, []), /must be above 0/);
  const bench = new Bench("abc");
  assert.throws(() => bench.start("x"), /this node is "x"/);
});

scenario("a row of a node that is heard is believed only from that node", () => {
  const bench = formed("abc");
  const { machine } = bench.seats.get("a")!;
  const before = machine.state.rows.get("b")!;
  const { epoch } = bench.view("a")!;
  const forged = { ...before, serial: before.serial + 1_000, hears: {} };
  const body = JSON.parse(JSON.stringify({ type: "rows", rows: [forged], ask: false }));
  bench.give("a", "ccm", { type: "peer", body }, "c");
  bench.run();
  assert.deepEqual(machine.state.rows.get("b"), before);
  bench.pass(3_000);
  assert.equal(bench.view("a")!.epoch, epoch);
  assert.equal(bench.members("a"), "abc!");
  // The others report what they know of a node that this one does not hear.
  bench.cut.add("b>a");
  bench.hear();
  bench.give("a", "ccm", { type: "peer", body }, "c");
  bench.run();
  assert.equal(machine.state.rows.get("b")!.serial, forged.serial);
});
