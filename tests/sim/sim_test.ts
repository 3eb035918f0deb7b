/**
 * Runs a few seeds of the simulated world; `determinism_test.ts` shows that a seed determines one.
 * `deno task interop seeds` runs more, and `deno task sim --seeds 1000` as many as there is time for.
 *
 * @module
 */
import assert from "node:assert/strict";
import { banRealWorld } from "./ban.ts";
import { testSeeds } from "./seeds.ts";

testSeeds({ all: 1, membership: 2, changing: 3, sizes: 1 });

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
