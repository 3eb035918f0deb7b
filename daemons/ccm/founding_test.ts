/**
 * Who may found a cluster where strangers are heard: by hand.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Effect } from "../runtime/machine.ts";
import { Bench, formed } from "./testing/small_cluster.ts";
import { scenarios } from "../runtime/testing/transcript.ts";

const scenario = scenarios("ccm_founding");

/** Starts a node whose configuration has these nodes. */
function start(bench: Bench, node: string, nodes: string): void {
  bench.config = { ...bench.config, nodes: [...nodes] };
  bench.start(node);
}

/** What a node's daemon orders when its heartbeat hears these. */
function hears(bench: Bench, node: string, strangers: readonly string[]): readonly Effect[] {
  const { machine } = bench.seats.get(node)!;
  return machine.step(machine.state, {
    type: "message",
    at: bench.at,
    from: { node, service: "heartbeat" },
    message: {
      type: "heartbeat/connectivity",
      node,
      nodes: [{ name: node, kind: "normal", status: "active", generation: 1, links: [] }],
      strangers,
    },
  });
}

const logged = (effects: readonly Effect[]) =>
  effects.flatMap((effect) => effect.type === "log" ? [`${effect.level} ${effect.text}`] : []);

scenario("a node whose list has forgotten the others founds nothing; the majority does", () => {
  const bench = new Bench("abc");
  bench.cut.add("b>a").add("c>a").add("a>b").add("a>c");
  bench.strangers.set("a", ["c", "b"]);
  start(bench, "a", "a");
  start(bench, "b", "abc");
  start(bench, "c", "abc");
  assert.equal(bench.members("a"), "");
  assert.match(
    bench.seats.get("a")!.machine.state.foundingRefused,
    /^No cluster is founded: b, c have the key .* "nodes" has only a; .* Fix: write the same/,
  );
  assert.equal(bench.members("b"), "bc!");
  bench.strangers.set("a", []);
  bench.hear();
  assert.equal(bench.members("a"), "a!", "nobody is there any more");
  assert.equal(bench.seats.get("a")!.machine.state.foundingRefused, "");
});

scenario(
  "two halves that forgot each other found nothing; a stray node does not stop three",
  () => {
    const halves = new Bench("abcd");
    for (const one of "ab") for (const other of "cd") halves.cut.add(one + ">" + other);
    for (const one of "cd") for (const other of "ab") halves.cut.add(one + ">" + other);
    for (const [node, others] of [["a", "cd"], ["b", "cd"], ["c", "ab"], ["d", "ab"]] as const) {
      halves.strangers.set(node, [...others]);
      start(halves, node, "ab".includes(node) ? "ab" : "cd");
    }
    halves.pass(20_000);
    for (const node of "abcd") assert.doesNotMatch(halves.members(node), /!/);

    const stray = new Bench("abc");
    for (const node of "abc") stray.strangers.set(node, ["x"]);
    for (const node of "abc") stray.start(node);
    for (const node of "abc") assert.match(stray.members(node), /^...!$/);
  },
);

scenario(
  "a member alone that hears strangers is enough: the others cannot found without it",
  () => {
    const bench = new Bench("ab");
    bench.strangers.set("b", ["x", "y"]);
    for (const node of "ab") bench.start(node);
    bench.pass(20_000);
    for (const node of "ab") assert.doesNotMatch(bench.members(node), /!/);
    bench.strangers.delete("b");
    bench.hear();
    bench.pass(20_000);
    for (const node of "ab") assert.match(bench.members(node), /^..!$/);
  },
);

scenario("a node listens for strangers before it founds a cluster, and never again", () => {
  const bench = new Bench("a", { listenMs: 500 });
  bench.start("a");
  bench.pass(499);
  assert.equal(bench.members("a"), "");
  bench.pass(1);
  assert.equal(bench.members("a"), "a!");
  bench.start("a");
  assert.equal(bench.members("a"), "a!", "it was in a quorate view");
});

scenario("nothing is founded beside a cluster that has been, named or not", () => {
  const bench = new Bench("abc");
  bench.cut.add("b>a").add("c>a").add("a>b").add("a>c");
  start(bench, "a", "a");
  assert.equal(bench.members("a"), "a!");
  for (const node of "bc") bench.founded.set(node, ["a"]);
  for (const node of "bc") start(bench, node, "abc");
  bench.pass(20_000);
  const refused = (node: string) => bench.seats.get(node)!.machine.state.foundingRefused;
  for (const node of "bc") assert.doesNotMatch(bench.members(node), /!/);
  assert.match(refused("b"), /one of this name has been, by a, .* "nodes" there names this node/);
  for (const node of "bc") bench.strangers.set(node, ["a"]);
  for (const node of "bc") start(bench, node, "bc");
  bench.pass(20_000);
  for (const node of "bc") assert.doesNotMatch(bench.members(node), /!/);
  assert.match(refused("b"), /name those in "nodes" of this node's configuration/);
  // It is gone for good.
  for (const node of "bc") bench.founded.delete(node);
  bench.strangers.clear();
  bench.hear();
  bench.pass(20_000);
  for (const node of "bc") assert.match(bench.members(node), /^..!$/);
});

scenario("a cluster that is there goes on, and says once whom it hears", () => {
  const bench = formed("a");
  const [line = "", ...more] = logged(hears(bench, "a", ["x", "y"]));
  assert.match(line, /^crit x, y have the key and name this cluster, and are none of its nodes/);
  assert.deepEqual(more, []);
  assert.deepEqual(logged(hears(bench, "a", ["x", "y"])), []);
  assert.match(logged(hears(bench, "a", ["x", "z"])).join(), /^crit z has the key/);
  assert.equal(bench.members("a"), "a!");
  bench.strangers.set("a", ["x", "y", "z"]);
  bench.start("a");
  assert.equal(bench.members("a"), "a!", "a restart founds nothing");
});
