/**
 * Runs a few seeds of the simulated world and checks that a seed determines a history.
 * `deno task interop seeds` runs more, and `deno task sim --seeds 1000` as many as there is time for.
 *
 * @module
 */
import assert from "node:assert/strict";
import { banRealWorld } from "./ban.ts";
import { all, run, testSeeds } from "./seeds.ts";

testSeeds({ all: 1, membership: 4, changing: 3, sizes: 1 });

Deno.test({
  name: "one seed is one history, another seed another",
  permissions: "none",
  fn() {
    const one = run({ ...all, seed: 7, minutes: 1 });
    const again = run({ ...all, seed: 7, minutes: 1 });
    const other = run({ ...all, seed: 8, minutes: 1 });
    assert.equal(again.trace, one.trace);
    assert.equal(again.events, one.events);
    assert.notEqual(other.trace, one.trace);
  },
});

Deno.test({
  name: "in the simulated world nobody can look at the real one",
  permissions: "none",
  fn() {
    const restore = banRealWorld();
    try {
      assert.throws(() => Date.now(), /simulated world/);
      assert.throws(() => Math.random(), /simulated world/);
      assert.throws(() => setTimeout(() => {}, 1), /simulated world/);
    } finally {
      restore();
    }
    assert.ok(Date.now() > 0);
  },
});
