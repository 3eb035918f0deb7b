/** The parts of an agreement by themselves: order of members, sets, electorates, what is on disk. */
import assert from "node:assert/strict";
import type { View } from "../runtime/messages.ts";
import { sha256 } from "../runtime/sha256.ts";
import {
  begun,
  covers,
  type Electorate,
  type Electorates,
  foreign,
  inForce,
  latest,
  promising,
  sameNodes,
  settled,
  together,
} from "./electorate.ts";
import { foundingWaitMs, hearStrangers, listenLeftMs } from "./founding.ts";
import { place } from "./graph.ts";
import type { Row } from "./protocol.ts";
import { readSaved, writeSaved } from "./saved.ts";
import { membersOf, previousOf, primaryView } from "./seniority.ts";
import { emptyState, settingsOf } from "./state.ts";

const row = (node: string, hears: string, more: Partial<Row> = {}): Row => ({
  node,
  incarnation: 1,
  serial: 1,
  hears: Object.fromEntries([...hears].map((name) => [name, 1])),
  promised: 0,
  pending: 0,
  electorates: begun(["a", "b"]),
  ...more,
});
const view = (epoch: number, quorate: boolean, members: string, bornOn = 1): View => ({
  epoch,
  quorate,
  electorate: [],
  members: [...members].map((node) => ({ node, incarnation: 1, bornOn })),
});

Deno.test("the view before is the newest quorate one, else the largest, the oldest, the newest", () => {
  const of = (...views: readonly (View | undefined)[]) =>
    primaryView(views.map((one) => row("a", "", one === undefined ? {} : { view: one })))?.epoch;
  assert.equal(of(), undefined);
  assert.equal(of(undefined), undefined);
  assert.equal(of(view(1, true, "a"), view(2, true, "a")), 2);
  assert.equal(of(view(2, true, "a"), view(1, true, "a")), 2);
  assert.equal(of(view(1, true, "a"), view(9, false, "abc")), 1);
  assert.equal(of(view(9, false, "abc"), view(1, true, "a")), 1);
  assert.equal(of(view(1, false, "abc"), view(2, false, "ab")), 1);
  assert.equal(of(view(1, false, "ab"), view(2, false, "abc")), 2);
  assert.equal(of(view(1, false, "ab", 5), view(2, false, "ab", 6)), 1, "the older coordinator");
  assert.equal(of(view(1, false, "ab", 6), view(2, false, "ab", 5)), 2);
  assert.equal(of(view(1, false, "ab"), view(2, false, "ab")), 2);
  assert.equal(of(view(2, false, "ab"), view(1, false, "ab")), 2);
});

Deno.test("who was a member without a break keeps its age; the others are as old as the view", () => {
  const old = view(5, true, "cab", 3);
  const rows = [
    row("a", "", { view: old }),
    row("b", "", { view: old, incarnation: 2 }),
    row("c", ""),
    row("d", "", { view: view(4, true, "d", 2) }),
  ];
  const ages = (of: readonly Row[]) =>
    membersOf(of, 7).map(({ node, incarnation, bornOn }) => `${node}${incarnation}:${bornOn}`);
  assert.deepEqual(ages(rows), ["a1:3", "b2:7", "c1:7", "d1:7"]);
  // It may be in an older view, if it has its age there too.
  const behind = row("c", "", { view: view(4, true, "c", 3) });
  assert.deepEqual(ages([rows[0]!, behind]), ["a1:3", "c1:3"]);
  const again = row("c", "", { view: view(4, true, "c", 4) });
  assert.deepEqual(ages([rows[0]!, again]), ["a1:3", "c1:7"]);
  assert.deepEqual(previousOf(rows), ["a", "b", "c"]);
  assert.deepEqual(previousOf([row("a", "", { view: view(1, false, "ab") })]), []);
  assert.deepEqual(previousOf([row("a", "")]), []);
});

Deno.test("of as many votes the larger set wins; of equal sets that with the senior nodes", () => {
  const place_ = (node: string, pairs: string, votes: string, primary?: View) => {
    const names = [...new Set(pairs.replaceAll(" ", ""))].sort();
    const rows = new Map(names.map((name) => {
      const hears = pairs.split(" ").filter((pair) => pair.includes(name))
        .map((pair) => pair.replace(name, "")).join("");
      return [name, row(name, hears, primary === undefined ? {} : { view: primary })];
    }));
    return place(rows, node, (name) => votes.includes(name) ? 1 : 0).join("");
  };
  assert.equal(place_("a", "ab ac bc", "abc"), "abc");
  assert.equal(place_("a", "ab ac ad cd", "a"), "acd", "more nodes");
  assert.equal(place_("b", "ab ac ad cd", "a"), "b", "the rest");
  assert.equal(place_("a", "ab ac ad cd", "ab"), "ab", "more votes");
  assert.equal(place_("c", "ac bc", "abc"), "ac");
  assert.equal(place_("c", "ac bc", "abc", view(1, true, "bca")), "bc");
});

const electorate = (version: number, nodes: string): Electorate => ({ version, nodes: [...nodes] });
const known = (
  committed: Electorate,
  promised: readonly Electorate[] = [],
  origin = 7,
): Electorates => ({
  committed,
  promised,
  origin,
});

Deno.test("what several know of electorates together is what any of them may have agreed on", () => {
  const one = known(electorate(5, "ab"), [electorate(7, "abc")]);
  assert.deepEqual(together([one]), one);
  const newer = known(electorate(7, "abc"));
  assert.deepEqual(together([one, newer]), known(electorate(7, "abc")));
  assert.deepEqual(together([newer, one]), known(electorate(7, "abc")));
  const other = known(electorate(5, "ab"), [electorate(6, "ad"), electorate(8, "abc")]);
  assert.deepEqual(
    together([one, other]),
    known(electorate(5, "ab"), [electorate(6, "ad"), electorate(8, "abc")]),
  );
  // All configurations that differ are binding, regardless of who reports them.
  const [small, large] = [begun(["a", "b"]), begun(["c", "b", "a"])];
  assert.deepEqual(together([small, large]), together([large, small]));
  assert.deepEqual(together([small, large]).committed, electorate(0, "abc"));
  assert.deepEqual(together([small, large]).promised, [electorate(0, "ab")]);
  const [first, second] = [begun(["a", "b"]), begun(["a", "c"])];
  assert.deepEqual(together([second, first]).committed, electorate(0, "ac"));
  assert.throws(() => together([]), RangeError);
});

Deno.test("a promise adds an electorate, the latest of each set of nodes; a commit ends them all", () => {
  const start = begun(["b", "a"]);
  assert.deepEqual(start.committed, electorate(0, "ab"));
  const promised = promising(promising(start, electorate(3, "abc")), electorate(5, "abc"));
  assert.deepEqual(promised.promised, [electorate(5, "abc")]);
  assert.deepEqual(promising(promised, electorate(4, "abc")).promised, [electorate(5, "abc")]);
  assert.deepEqual(inForce(promised), [electorate(0, "ab"), electorate(5, "abc")]);
  assert.deepEqual([latest(start), latest(promised)], [electorate(0, "ab"), electorate(5, "abc")]);
  const after = settled(promised, electorate(5, "abc"));
  assert.deepEqual([after.committed, after.promised], [electorate(5, "abc"), []]);
  assert.ok(after.origin > 0);
  assert.equal(settled(after, electorate(9, "abcd")).origin, after.origin, "it is one cluster");
  assert.notEqual(settled(begun(["a", "c"]), electorate(5, "ac")).origin, after.origin);
  assert.equal(settled(begun(["a", "b"]), electorate(6, "ab")).origin, after.origin);
});

Deno.test("a proposal covers what a node knows, or is not promised by it", () => {
  const proposal = (electorates: Electorates, electors: string) => ({
    electorates,
    electors: [...electors],
  });
  const own = known(electorate(5, "ab"), [electorate(7, "abc")]);
  assert.equal(covers(proposal(own, "ab"), own), true);
  assert.equal(
    covers(proposal(known(electorate(5, "ab")), "ab"), own),
    false,
    "a promise is missing",
  );
  assert.equal(covers(proposal(known(electorate(5, "ab")), "abc"), own), true, "it is settled on");
  assert.equal(covers(proposal(known(electorate(4, "ab")), "abc"), own), false, "it is older");
  assert.equal(covers(proposal(known(electorate(8, "ab")), "ab"), own), true, "all that is void");
  const later = known(electorate(5, "ab"), [electorate(8, "abc")]);
  assert.equal(covers(proposal(later, "ab"), own), true);
  assert.equal(covers(proposal(own, "ab"), later), false);
  const [a, b, none] = [
    known(electorate(1, "a"), [], 1),
    known(electorate(1, "a"), [], 2),
    begun([]),
  ];
  assert.deepEqual([foreign(a, b), foreign(a, a), foreign(a, none), foreign(none, a)], [
    true,
    false,
    false,
    false,
  ]);
  assert.equal(sameNodes({ nodes: ["a", "b"] }, { nodes: ["a"] }), false);
  assert.equal(sameNodes({ nodes: ["a", "b"] }, { nodes: ["a", "c"] }), false);
});

Deno.test("what is on disk is read back, and anything else is refused", () => {
  const saved = { incarnation: 3, promised: 9, electorates: known(electorate(9, "abc")) };
  const bytes = writeSaved(saved);
  assert.deepEqual(readSaved(bytes, ["x"]), saved);
  assert.deepEqual(readSaved(undefined, ["b", "a"]), {
    incarnation: 0,
    promised: 0,
    electorates: begun(["a", "b"]),
  });
  // Until a view has agreed on an electorate, the configuration of now counts.
  const first = writeSaved({ ...saved, electorates: begun(["a", "b"]) });
  assert.deepEqual(readSaved(first, ["a", "c"]).electorates.committed, electorate(0, "ac"));
  const one = writeSaved({ ...saved, electorates: known(electorate(1, "ab")) });
  assert.deepEqual(readSaved(one, ["x"]).electorates.committed, electorate(1, "ab"));
  const damaged = (json: string, digest = sha256(json)) => () =>
    readSaved(new TextEncoder().encode(`${json}\n${digest}\n`), ["a"]);
  const json = JSON.stringify(saved);
  assert.throws(damaged(json, sha256("x")), /Cannot read the saved membership/);
  assert.throws(damaged(JSON.stringify({ ...saved, incarnation: 1.5 })), SyntaxError);
  assert.throws(damaged(JSON.stringify({ ...saved, promised: "9" })), SyntaxError);
  assert.throws(damaged(JSON.stringify({ ...saved, electorates: 1 })), SyntaxError);
});

Deno.test("a cluster is founded after listening, by more than half of all that are heard", () => {
  const settings = settingsOf({ nodes: ["a"], deadtimeMs: 500 }, []);
  assert.equal(listenLeftMs({ listenMs: 500 }, { listeningAtMs: undefined }, 9), Infinity);
  assert.equal(listenLeftMs({ listenMs: 0 }, { listeningAtMs: undefined }, 9), 0);
  assert.equal(listenLeftMs({ listenMs: 500 }, { listeningAtMs: 100 }, 400), 200);
  assert.equal(listenLeftMs({ listenMs: 500 }, { listeningAtMs: 100 }, 700), 0);
  const wait = (members: string, strangers: string, founded = "", version = 0) => {
    const state = emptyState();
    state.listeningAtMs = 0;
    state.strangers = [...strangers];
    state.founded = [...founded];
    const proposal = {
      members: [...members].map((node) => ({ node, incarnation: 1, bornOn: 1 })),
      electorates: known(electorate(version, "abc")),
    };
    const effects: Parameters<typeof foundingWaitMs>[4] = [];
    const first = foundingWaitMs(settings, state, proposal, 500, effects);
    foundingWaitMs(settings, state, proposal, 500, effects);
    return [first, effects.length];
  };
  assert.deepEqual(wait("abc", ""), [0, 0]);
  assert.deepEqual(wait("abc", "xy"), [0, 0], "three of five");
  assert.deepEqual(wait("abc", "xyz"), [Infinity, 1], "three of six, which is said once");
  assert.deepEqual(wait("ab", "c"), [0, 0], "one that is named is no stranger");
  assert.deepEqual(wait("abc", "", "x"), [Infinity, 1], "there is a cluster");
  assert.deepEqual(wait("abc", "", "a"), [0, 0], "by one of these");
  assert.deepEqual(wait("abc", "xyz", "x", 1), [0, 0], "it goes on");
  const heard = (version: number, before: string, now: string) => {
    const state = emptyState();
    state.electorates = known(electorate(version, "abc"));
    state.strangers = [...before];
    state.foundingRefused = "before";
    const effects: Parameters<typeof hearStrangers>[2] = [];
    hearStrangers(state, [...now], effects);
    return [state.strangers.join(""), effects.length, state.foundingRefused];
  };
  assert.deepEqual(heard(1, "", "yx"), ["xy", 1, "before"]);
  assert.deepEqual(heard(1, "xy", "yx"), ["xy", 0, "before"]);
  assert.deepEqual(heard(0, "", "x"), ["x", 0, "before"]);
  assert.deepEqual(heard(1, "x", ""), ["", 0, ""]);
});
