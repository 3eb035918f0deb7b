/**
 * Whose votes count, when nodes come and go: by hand.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Quorum } from "../../plugins/handler/quorum/contract.ts";
import { clashing, epochAfter, epochText, mayChoose, placeOf } from "../runtime/epoch.ts";
import { begun, covers, type Electorate, inForce, settled, together } from "./electorate.ts";
import type { PeerMessage } from "./protocol.ts";
import { readSaved, savedKey, writeSaved } from "./saved.ts";
import { Bench, formed } from "./testing/small_cluster.ts";
import { settingsOf } from "./state.ts";
import { holdsQuorum } from "./view.ts";
import { scenarios } from "../runtime/testing/transcript.ts";

const scenario = scenarios("ccm_electorate");

const sorted = (text: string) => [...text].sort().join("");

/** Who counts, to the knowledge of a node in a view. */
const electorate = (bench: Bench, node: string) => bench.view(node)?.electorate.join("") ?? "";

/** Takes nodes out of what every heartbeat names. */
function remove(bench: Bench, names: string): void {
  bench.nodes = bench.nodes.filter((node) => !names.includes(node));
  bench.hear();
}

/** Puts nodes into what every heartbeat names, and starts them. */
function bring(bench: Bench, names: string): void {
  bench.nodes = [...new Set([...bench.nodes, ...names])].sort();
  for (const node of names) bench.start(node);
}

/** A cluster of these, which others may join. */
const open = (nodes: string) => formed(nodes, { joins: true });

/** What is said of whose votes count: the change is a view of the same members. */
const isChange = (message: PeerMessage) => message.type === "propose" && message.proposal.basis > 0;

scenario("a node that joins becomes a member, and then counts", () => {
  const bench = open("abc");
  const changers = new Set<string>();
  bench.lose = (from, _to, message) => {
    if (isChange(message)) changers.add(from);
    return false;
  };
  bring(bench, "d");
  assert.deepEqual([...changers], ["a"], "the coordinator alone asks for it");
  for (const node of "abcd") {
    assert.equal(bench.members(node), "abcd!");
    assert.equal(electorate(bench, node), "abcd");
  }
  // Two of four are no majority any more.
  bench.die("a");
  bench.die("b");
  assert.equal(bench.members("c"), "cd");
});

scenario("until the members are in step a node that joined is a member without a vote", () => {
  const bench = formed("abc", { joins: true, settledBy: ["cib"] });
  bring(bench, "d");
  assert.equal(bench.members("a"), "abcd!");
  assert.equal(electorate(bench, "a"), "abc");
  const { epoch } = bench.view("a")!;
  // It does not count if it is about another view, or from another service.
  bench.give("a", "cib", { type: "ccm/settled", view: epoch - 1 });
  bench.give("a", "crmd", { type: "ccm/settled", view: epoch });
  bench.run();
  assert.equal(electorate(bench, "a"), "abc");
  bench.give("a", "cib", { type: "ccm/settled", view: epoch });
  bench.run();
  assert.equal(electorate(bench, "d"), "abcd");
});

scenario("who joins a minority does not make it a majority", () => {
  const bench = open("abc");
  bench.die("b");
  bench.die("c");
  assert.equal(bench.members("a"), "a");
  bring(bench, "de");
  bench.pass(60_000);
  assert.equal(sorted(bench.members("a")), "ade");
  assert.equal(electorate(bench, "a"), "abc");
  // b and c are two of three.
  bench.cut.add("a>b").add("a>c").add("d>b").add("d>c").add("e>b").add("e>c");
  bench.cut.add("b>a").add("c>a").add("b>d").add("c>d").add("b>e").add("c>e");
  bench.start("b");
  bench.start("c");
  bench.pass(60_000);
  assert.equal(bench.members("b"), "bc!");
  assert.equal(sorted(bench.members("a")), "ade");
  bench.cut.clear();
  bench.hear();
  bench.pass(60_000);
  assert.equal(sorted(bench.members("a")), "!abcde");
  assert.equal(electorate(bench, "a"), "abcde");
});

scenario("a dead node that is removed does not count, and those who are left need fewer", () => {
  const bench = open("abcde");
  bench.die("d");
  bench.die("e");
  remove(bench, "de");
  assert.equal(bench.members("a"), "abc!");
  assert.equal(electorate(bench, "a"), "abc");
  bench.die("c");
  assert.equal(bench.members("a"), "ab!");
});

scenario("a node that dies and is not removed goes on counting", () => {
  const bench = open("abc");
  bench.die("c");
  bench.pass(60_000);
  assert.equal(electorate(bench, "a"), "abc");
  bench.die("b");
  assert.equal(bench.members("a"), "a");
});

scenario(
  "a node that somebody hears goes on counting, though the coordinator's heartbeat lacks it",
  () => {
    const bench = open("abc");
    for (const two of ["a>c", "c>a"]) bench.cut.add(two);
    bench.hear();
    bench.pass(60_000);
    assert.equal(bench.members("a"), "ab!");
    // Only a's heartbeat received the order to remove c.
    const tell = (of: string, names: string) => {
      const nodes = [...names].map((name) => ({
        name,
        kind: "normal" as const,
        status: "active" as const,
        generation: 1,
        links: [],
      }));
      bench.give(of, "heartbeat", { type: "heartbeat/connectivity", node: of, nodes });
      bench.run();
    };
    tell("a", "ab");
    assert.equal(electorate(bench, "a"), "abc");
    tell("b", "ab");
    assert.equal(electorate(bench, "a"), "ab");
  },
);

/** Half of two is enough for who was with the other before, as `quorum/two_node` has it. */
const twoNode: Quorum = {
  decide({ members, nodes, previous }) {
    const there = members.filter((name) => nodes.includes(name));
    if (there.length * 2 !== nodes.length) return there.length * 2 > nodes.length ? "yes" : "no";
    return nodes.length === 2 && there.some((name) => previous.includes(name)) ? "yes" : "no";
  },
};

scenario(
  "one of two that goes on alone takes in nobody: both might, and outvote each other",
  () => {
    const bench = new Bench("ab", { joins: true }, [twoNode]);
    bench.start("a", "b");
    bench.die("b");
    assert.equal(bench.members("a"), "a!");
    bring(bench, "d");
    bench.pass(60_000);
    assert.equal(bench.members("a"), "ad!");
    assert.equal(electorate(bench, "a"), "ab");
    // It may remove the other node, which an operator reported as dead; then it takes in others.
    remove(bench, "b");
    bench.pass(60_000);
    assert.equal(electorate(bench, "a"), "ad");
  },
);

scenario("without quorum nothing is changed, whatever heartbeat names", () => {
  const bench = open("abcde");
  for (const node of "cde") bench.die(node);
  remove(bench, "cde");
  bench.pass(60_000);
  assert.equal(bench.members("a"), "ab");
  assert.equal(electorate(bench, "a"), "abcde");
});

scenario("one of two that loses its own heartbeat does not go on alone", () => {
  const bench = new Bench("ab", {}, [twoNode]);
  bench.start("a", "b");
  assert.equal(bench.members("a"), "ab!");
  const { machine } = bench.seats.get("a")!;
  const effects = machine.step(
    machine.state,
    { type: "peer", at: bench.at, service: "heartbeat", up: false },
  );
  assert.ok(effects.some(({ type }) => type === "save"), "it proposes itself alone");
  assert.equal(machine.state.view, undefined);
  assert.deepEqual(machine.state.electorates.promised, [], "and that is without quorum");
});

scenario("the last of two nodes keeps its quorum while its heartbeat restarts", () => {
  const bench = new Bench("ab", {}, [twoNode]);
  bench.start("a", "b");
  bench.die("b");
  assert.equal(bench.members("a"), "a!");
  const { machine } = bench.seats.get("a")!;
  machine.step(machine.state, { type: "peer", at: bench.at, service: "heartbeat", up: false });
  assert.equal(bench.members("a"), "a!");
  bench.hear();
  assert.equal(bench.members("a"), "a!");
});

scenario("without heartbeat nothing is changed", () => {
  const bench = open("abc");
  bench.die("c");
  const { machine } = bench.seats.get("a")!;
  machine.state.connected = false;
  machine.state.named = new Set(["a", "b"]);
  bench.pass(5_000);
  assert.equal(electorate(bench, "a"), "abc");
});

scenario(
  "who promised a change and crashed obeys both: it does not act with a removed node",
  () => {
    const bench = open("abc");
    bench.die("c");
    // a installs it and dies before b hears the commit.
    bench.lose = (_from, to, message) => to === "b" && message.type === "commit";
    remove(bench, "c");
    assert.equal(electorate(bench, "a"), "ab");
    assert.equal(electorate(bench, "b"), "abc");
    bench.lose = () => false;
    const { disk } = bench.seats.get("b")!;
    const { electorates } = readSaved(disk.get(savedKey), ["x"]);
    assert.deepEqual(inForce(electorates).map(({ nodes }) => nodes.join("")), ["abc", "ab"]);
    // b crashes too, and comes back with c and without a.
    bench.die("b");
    for (const other of "bc") bench.cut.add(`a>${other}`).add(`${other}>a`);
    bench.nodes = ["a", "b", "c"];
    bench.start("b", "c");
    bench.pass(60_000);
    assert.equal(sorted(bench.members("b")), "bc", "two of abc, but one of ab");
    // With a it is settled, and c counts again as heartbeat names it.
    bench.cut.clear();
    bench.hear();
    bench.pass(60_000);
    assert.equal(sorted(bench.members("b")), "!abc");
    assert.equal(electorate(bench, "b"), "abc");
  },
);

scenario("a node that was removed and comes back does not act by what it remembers", () => {
  const bench = open("abcde");
  bench.die("d");
  bench.die("e");
  remove(bench, "de");
  bench.die("c");
  assert.equal(bench.members("a"), "ab!");
  // d, e and c would be three of five; c knows better.
  bench.nodes = [..."abcde"];
  for (const one of "ab") {
    for (const other of "cde") bench.cut.add(`${one}>${other}`).add(`${other}>${one}`);
  }
  bench.start("c", "d", "e");
  bench.pass(60_000);
  assert.equal(sorted(bench.members("c")), "cde");
  assert.equal(bench.members("a"), "ab!");
  // Back among the others, and named, they are members that count.
  bench.cut.clear();
  bench.hear();
  bench.pass(60_000);
  assert.equal(sorted(bench.members("a")), "!abcde");
  assert.equal(electorate(bench, "d"), "abcde");
});

scenario("a proposal that reached nobody binds nobody once its proposer has given it up", () => {
  const bench = open("abcdefg");
  for (const other of "bcdefg") bench.cut.add(`a>${other}`).add(`${other}>a`);
  // Its heartbeat still takes the others for alive, but for one: it proposes a view, again and again.
  bench.give("a", "heartbeat", {
    type: "heartbeat/connectivity",
    node: "a",
    nodes: bench.nodes.map((name) => ({
      name,
      kind: "normal",
      status: name === "f" ? "dead" : "active",
      generation: 1,
      links: [],
    })),
    strangers: [],
    founded: [],
  });
  bench.run();
  bench.pass(20_000);
  // The others go on, and two nodes are removed.
  bench.seats.delete("f");
  bench.die("g");
  remove(bench, "fg");
  bench.pass(5_000);
  assert.deepEqual([bench.members("a"), electorate(bench, "b")], ["a", "abcde"]);
  bench.die("d");
  bench.die("e");
  bench.pass(5_000);
  assert.equal(sorted(bench.members("b")), "bc");
  bench.cut.clear();
  bench.hear();
  bench.pass(5_000);
  for (const node of "abc") assert.equal(sorted(bench.members(node)), "!abc");
});

scenario("a change that nobody promised is proposed again", () => {
  const bench = open("abc");
  let lost = 0;
  bench.lose = (_from, _to, message) => isChange(message) && lost++ < 5;
  bring(bench, "d");
  assert.equal(electorate(bench, "a"), "abc");
  bench.pass(10_000);
  assert.equal(electorate(bench, "d"), "abcd");
  assert.ok(lost > 5);
});

scenario("a change is promised only in the view that it is made from", () => {
  const bench = open("abc");
  let change: PeerMessage | undefined;
  bench.lose = (_from, to, message) => {
    if (isChange(message) && to === "c") change = message;
    return isChange(message);
  };
  bring(bench, "d");
  assert.ok(change?.type === "propose");
  bench.lose = () => false;
  // The same, as if c were in another view by now.
  const { state } = bench.seats.get("c")!.machine;
  const { promised } = state;
  const { proposal } = change;
  const [first, ...others] = proposal.members;
  for (
    const wrong of [
      { ...proposal, basis: proposal.basis - 1 },
      { ...proposal, members: [{ ...first!, bornOn: first!.bornOn + 1 }, ...others] },
      { ...proposal, epoch: epochAfter(proposal.epoch, "b") },
    ]
  ) {
    bench.give("c", "ccm", { type: "peer", body: json({ type: "propose", proposal: wrong }) }, "a");
    bench.run();
    assert.equal(state.promised, promised, JSON.stringify(wrong));
  }
});

scenario("a view is quorate only if it is so under each electorate that may be in force", () => {
  const settings = settingsOf({ nodes: ["a"], deadtimeMs: 500 }, [twoNode]);
  const at = (version: number, nodes: string): Electorate => ({ version, nodes: [...nodes] });
  const ask = (members: string, promised: readonly Electorate[], electors: string) =>
    holdsQuorum(settings, {
      epoch: 99,
      proposer: "a",
      members: [...members].map((node) => ({ node, incarnation: 1, bornOn: 1 })),
      previous: [],
      electorates: { committed: at(5, "abc"), promised, origin: 1 },
      electors: [...electors],
      basis: 0,
    });
  assert.ok(ask("ab", [], "abc"));
  assert.ok(!ask("ad", [], "abc"));
  assert.ok(!ask("ab", [at(7, "abcd")], "abcd"));
  assert.ok(!ask("ab", [at(7, "abcde"), at(9, "abc")], "abc"), "one in the midst counts too");
  assert.ok(ask("abd", [at(7, "abcde"), at(9, "abc")], "abc"));
  assert.ok(!ask("ab", [], "abcd"), "and whom it is to be itself");
});

scenario(
  "who has promised a change is put out at once if the rest of its view cannot carry it",
  () => {
    const bench = formed("abc", { joins: true, settledBy: ["cib"] });
    bring(bench, "de");
    bench.lose = (_from, to, message) => to === "b" && message.type === "commit";
    bench.give("a", "cib", { type: "ccm/settled", view: bench.view("a")!.epoch });
    bench.run();
    assert.equal(electorate(bench, "a"), "abcde");
    const { told, machine: { state } } = bench.seats.get("b")!;
    assert.equal(state.view?.electorate.join(""), "abc");
    assert.equal(inForce(state.electorates).length, 2);
    told.length = 0;
    bench.lose = () => true;
    for (const one of "ab") {
      for (const other of "cde") bench.cut.add(`${one}>${other}`).add(`${other}>${one}`);
    }
    bench.hear();
    assert.ok(told.some(({ type }) => type === "ccm/evicted"), "two of five, though two of three");
  },
);

scenario("who has no vote draws nobody away from those who have", () => {
  const bench = formed("abc", { joins: true, settledBy: ["cib"] });
  bring(bench, "def");
  assert.equal(bench.view("a")?.members.length, 6);
  for (const one of "ab") {
    for (const other of "def") bench.cut.add(`${one}>${other}`).add(`${other}>${one}`);
  }
  bench.hear();
  bench.pass(5_000);
  assert.equal(bench.members("c"), "abc!");
});

scenario("a proposal that does not know what its receiver promised is not promised", () => {
  const bench = open("abc");
  bench.die("c");
  const { state } = bench.seats.get("b")!.machine;
  const promised: Electorate = { version: epochAfter(state.promised, "c"), nodes: ["b", "c"] };
  state.electorates = { ...state.electorates, promised: [promised] };
  const epoch = epochAfter(promised.version, "a");
  const proposal = {
    epoch,
    proposer: "a",
    members: bench.view("b")!.members,
    previous: [],
    electorates: { ...state.electorates, promised: [] },
    electors: ["a", "b", "c"],
    basis: 0,
  };
  bench.give("b", "ccm", { type: "peer", body: json({ type: "propose", proposal }) }, "a");
  bench.run();
  assert.notEqual(state.promised, epoch);
});

scenario("two clusters that began apart do not become one", () => {
  const bench = open("abc");
  const other = new Bench("d");
  other.start("d");
  assert.equal(other.members("d"), "d!");
  bench.nodes = [..."abcd"];
  bench.keep("d", other.seats.get("d")!.disk);
  bench.start("d");
  bench.pass(60_000);
  assert.equal(bench.members("a"), "abc!");
  assert.equal(electorate(bench, "a"), "abc");
});

scenario("of two names that cannot be told apart the one that counts stays", () => {
  const [one, other] = ["ckg", "byu"];
  assert.equal(placeOf(one!), placeOf(other!));
  const known = (name: string) => name === one;
  assert.deepEqual([...clashing(["a", other!, one!], known)], [[other, one]]);
  assert.deepEqual([...clashing(["a", one!, other!], () => false)], [[one, other]]);
  const bench = new Bench("a", { joins: true });
  bench.nodes = ["a", one!];
  bench.config = { ...bench.config, nodes: bench.nodes };
  bench.start("a", one!);
  assert.equal(bench.view("a")?.members.length, 2);
  bench.nodes = ["a", one!, other!];
  bench.start(other!);
  bench.pass(10_000);
  assert.deepEqual(bench.view("a")?.electorate, ["a", one]);
  assert.deepEqual(bench.view(other!)?.members.map(({ node }) => node), [other]);
});

scenario("epochs rise from round to round, each the choice of one node", () => {
  const first = epochAfter(258, "alice");
  assert.ok(first > 258, "above what the older numbering had");
  assert.ok(mayChoose("alice", first) && !mayChoose("bob", first));
  assert.ok(
    epochAfter(first, "bob") > first && epochAfter(epochAfter(first, "bob"), "alice") > first,
  );
  assert.ok(epochAfter(2 ** 53 - 2 ** 21, "alice") <= Number.MAX_SAFE_INTEGER);
  assert.match(epochText(first), /^1\.[0-9a-z]{1,4}$/);
  assert.equal(epochText(258), "0.76");
});

scenario("what was saved is read again; of an older version too; nothing that is damaged", () => {
  const old = new TextEncoder().encode('{"incarnation":7,"promised":258}');
  const saved = readSaved(old, ["b", "a"]);
  assert.deepEqual(saved, { incarnation: 7, promised: 258, electorates: begun(["a", "b"]) });
  const electorates = settled(begun(["a", "b"]), { version: 99, nodes: ["a", "b", "c"] });
  const written = writeSaved({ incarnation: 8, promised: 99, electorates });
  assert.deepEqual(readSaved(written, ["x"]), { incarnation: 8, promised: 99, electorates });
  for (let at = 0; at < written.length - 1; at++) {
    const damaged = written.slice();
    damaged[at]! ^= 1;
    assert.throws(() => readSaved(damaged, ["x"]), /damaged/, `byte ${at}`);
    assert.throws(() => readSaved(written.slice(0, at), ["x"]), /damaged/, `${at} bytes`);
  }
});

scenario("a cluster of before goes on: its epochs rise, and its configuration counts", () => {
  const bench = new Bench("abc");
  for (const node of "abc") {
    const disk = new Map([[
      savedKey,
      new TextEncoder().encode('{"incarnation":4,"promised":6401}'),
    ]]);
    bench.keep(node, disk);
  }
  bench.start(..."abc");
  assert.equal(sorted(bench.members("a")), "!abc");
  assert.ok(bench.view("a")!.epoch > 6401);
  assert.equal(bench.view("a")!.members[0]!.incarnation, 5);
});

scenario("what several know together: the newest that is committed, and all later promises", () => {
  const at = (version: number, nodes: string): Electorate => ({ version, nodes: [...nodes] });
  const one = { committed: at(5, "abc"), promised: [at(7, "abcd"), at(9, "abc")], origin: 3 };
  const other = { committed: at(6, "abc"), promised: [at(8, "abcd")], origin: 3 };
  const old = { committed: at(3, "abcx"), promised: [at(4, "xyz")], origin: 3 };
  const known = together([one, old, other, begun([..."abc"])]);
  assert.deepEqual(known.committed, at(6, "abc"));
  assert.deepEqual(known.promised, [at(8, "abcd"), at(9, "abc")]);
  const proposal = { electorates: known, electors: [..."abc"] };
  assert.ok(covers(proposal, one) && covers(proposal, other));
  assert.ok(!covers(proposal, { ...one, committed: at(7, "abc"), promised: [] }));
  assert.ok(!covers(proposal, { ...one, promised: [at(9, "abcd")] }), "promised later than known");
  assert.ok(covers(proposal, { ...one, promised: [at(5, "xyz")] }), "void by now");
  assert.ok(!covers(proposal, { ...one, promised: [at(6, "xyz")] }));
});

const json = (value: unknown) => JSON.parse(JSON.stringify(value));
