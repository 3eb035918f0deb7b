/**
 * A test of the testers: each planted bug is found, by the invariant that it breaks, within so many
 * seeds; without it the same seeds are clean.
 *
 * @module
 */
import assert from "node:assert/strict";
import { bugs } from "./bugs/mod.ts";
import { type Bug, runScenario, type ScenarioOptions } from "./scenario.ts";

/** Seeds tried at most; about every second finds its bug. */
const seedsMax = 40;

const options = (bug: Bug, seed: number): ScenarioOptions => ({
  seed,
  minutes: 6,
  nodes: 5,
  daemons: bug.daemons,
  transport: bug.transport,
  faults: bug.faults,
});

for (const [name, bug] of Object.entries(bugs)) {
  Deno.test({
    name: `the planted bug ${name} is found`,
    permissions: "none",
    fn() {
      for (let seed = 1; seed <= seedsMax; seed++) {
        const { violations } = runScenario({ ...options(bug, seed), bug });
        const [violation] = violations;
        if (violation === undefined) continue;
        assert.ok(
          bug.breaks.includes(violation.invariant),
          `seed ${seed}: ${violation.invariant}: ${violation.text}`,
        );
        assert.deepEqual(runScenario(options(bug, seed)).violations, [], `seed ${seed} without it`);
        return;
      }
      assert.fail(`the bug ${name} was not found in ${seedsMax} seeds`);
    },
  });
}
