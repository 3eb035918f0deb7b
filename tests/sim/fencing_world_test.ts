/**
 * One seed of each world made for fencing, and seeds of halves that ended each other once: `deno task interop seeds` runs more.
 *
 * @module
 */
import assert from "node:assert/strict";
import { fencingWorlds } from "./fencing_plans.ts";
import { fencingFaults, harmlessFaults } from "./order.ts";
import { run } from "./seeds.ts";

const world = {
  seed: 1,
  minutes: 4,
  daemons: "all",
  transport: "stand-in",
  lies: false,
} as const;

for (const fencing of fencingWorlds) {
  Deno.test({
    name: `the world "${fencing}" keeps the invariants`,
    permissions: "none",
    fn() {
      const nodes = fencing === "halves" ? 2 : 3;
      const { violations } = run({ ...world, fencing, nodes, faults: fencingFaults });
      assert.deepEqual(violations, []);
    },
  });
}

// The network is cut while the important resource starts; while a device is at work; twice, so that a
// delay is left of the first cut; a node is restarted before anybody has seen it leave.
for (const seed of [71, 89, 20, 28, 603]) {
  Deno.test({
    name: `of two nodes that are cut apart every five seconds one survives, seed ${seed}`,
    permissions: "none",
    fn() {
      const cuts = { faults: ["partition"], faultEveryMs: 5_000 } as const;
      const { violations, counts } = run({ ...world, seed, fencing: "halves", nodes: 2, ...cuts });
      assert.deepEqual(violations, []);
      assert.equal(counts.bothShot, 0);
    },
  });
}

Deno.test({
  name: "short pauses, overload, loss of 20 % and clock jumps have nobody fenced",
  permissions: "none",
  fn() {
    const options = { harmless: true, faults: harmlessFaults, keepaliveMs: 500, deadtimeMs: 5_000 };
    const { violations, counts } = run({ ...world, ...options, nodes: 3 });
    assert.deepEqual(violations, []);
    assert.equal(counts.fencedWithoutCause, 0);
  },
});
