/**
 * A node's configuration has forgotten others: nodes that hear each other found one cluster or none.
 * With a planted bug, for which a stranger is nobody, there are two.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { CcmState } from "../../daemons/ccm/state.ts";
import { strangersIgnored } from "./bugs/founding.ts";
import { OneClusterChecker } from "./checkers/one_cluster.ts";
import { clusterPlans } from "./cluster.ts";
import { World } from "./world.ts";

const nodes = ["n1", "n2", "n3", "n4", "n5"];
const seeds = 12;

/** Each configuration forgets others of the five: what every node names, by seed. */
const worlds: readonly Readonly<Record<string, readonly string[]>>[] = [
  // One has forgotten all others.
  { n1: ["n1"] },
  // Two have forgotten three.
  { n1: ["n1", "n2"], n2: ["n1", "n2"] },
  // Two halves, and one that knows of all.
  { n1: ["n1", "n2"], n2: ["n1", "n2"], n3: ["n3", "n4"], n4: ["n3", "n4"] },
  // Nobody knows of anybody.
  Object.fromEntries(nodes.map((name) => [name, [name]])),
];

/** @param first is there long before the others. */
function run(seed: number, bug?: typeof strangersIgnored, first?: string): World {
  const named = worlds[seed % worlds.length] ?? {};
  const world = new World({
    seed,
    nodes,
    plans: (world) =>
      clusterPlans({
        nodes,
        named: (node) => named[node] ?? nodes,
        keepaliveMs: 100,
        deadtimeMs: 500,
        daemons: "membership",
        transport: "heartbeat",
        worldUs: () => world.kernel.nowUs,
        ...(bug === undefined ? {} : { replace: bug }),
      }),
    // MEM3 knows but one list of nodes; these worlds have several.
    checkers: (_world, fail) => [new OneClusterChecker(fail)],
  });
  if (first !== undefined) {
    world.node(first).powerOn();
    world.runMs(5_000);
    for (const name of nodes) if (name !== first) world.node(name).powerOn();
  } else world.powerOnAll();
  world.runMs(10_000);
  // Else the others would be right to found theirs while it is away.
  if (first !== undefined) return world;
  // Who was refused looks again, and who founded goes on.
  world.node("n1").powerOff("by the test");
  world.runMs(5_000);
  world.node("n1").powerOn();
  world.runMs(10_000);
  return world;
}

const ccmOf = (world: World, node: string) => world.node(node).state("ccm") as CcmState;

Deno.test({
  name: "nodes that forgot each other found one cluster at most, and the majority does",
  permissions: "none",
  fn() {
    for (let seed = 0; seed < seeds; seed++) {
      const world = run(seed);
      assert.deepEqual(world.violations, [], `seed ${seed}`);
      const kind = seed % worlds.length;
      const quorate = nodes.filter((name) => ccmOf(world, name).view?.quorate === true);
      const expected = [["n2", "n3", "n4", "n5"], ["n3", "n4", "n5"], [], []][kind];
      assert.deepEqual(quorate, expected, `seed ${seed}`);
      if (kind < 2) assert.match(ccmOf(world, "n1").foundingRefused, /^No cluster is founded: /);
    }
  },
});

Deno.test({
  name: "a node that forgot the others and was there first has the only cluster",
  permissions: "none",
  fn() {
    for (const seed of [0, 3, 4, 7]) {
      const world = run(seed, undefined, "n1");
      assert.deepEqual(world.violations, [], `seed ${seed}`);
      const quorate = nodes.filter((name) => ccmOf(world, name).view?.quorate === true);
      assert.deepEqual(quorate, ["n1"], `seed ${seed}`);
      assert.match(ccmOf(world, "n2").foundingRefused, /^No cluster is founded: /);
    }
  },
});

Deno.test({
  name: "the planted bug strangers-ignored is found",
  permissions: "none",
  fn() {
    for (let seed = 0; seed < worlds.length; seed++) {
      const [violation] = run(seed, strangersIgnored).violations;
      assert.equal(violation?.invariant, "MEM8", `seed ${seed}`);
    }
  },
});
