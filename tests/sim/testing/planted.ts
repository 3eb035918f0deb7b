/**
 * How a planted bug is tested: it is found, by the invariant that it breaks, within so many seeds;
 * without it the same seed is clean.
 *
 * @module
 */
import assert from "node:assert/strict";
import { type Bug, runScenario, type ScenarioOptions } from "../scenario.ts";

/** Seeds tried at most; about every second finds its bug. */
const seedsMax = 40;

/** The seed that showed it soonest when it was planted, then all others. */
const seedsOf = ({ seed: best = 1 }: Bug): readonly number[] => {
  const seeds = Array.from({ length: seedsMax }, (_, at) => at + 1);
  return [best, ...seeds.filter((seed) => seed !== best)];
};

/** Many faults: they are what shows a bug. */
const options = (bug: Bug, seed: number): ScenarioOptions => ({
  seed,
  minutes: 6,
  nodes: bug.nodes ?? 5,
  faultEveryMs: bug.faultEveryMs ?? 5_000,
  daemons: bug.daemons,
  transport: bug.transport,
  faults: bug.faults,
  ...(bug.fencing === undefined ? {} : { fencing: bug.fencing }),
  ...(bug.later === undefined ? {} : { later: bug.later }),
  ...(bug.weather ? { weather: bug.weather } : {}),
  ...(bug.lies === undefined ? {} : { lies: true }),
  ...(bug.soonS === undefined ? {} : { stopAtMs: bug.soonS * 1_000 }),
});

/** Registers the test of one bug. */
export function isFound(name: string, bug: Bug): void {
  Deno.test({
    name: `the planted bug ${name} is found`,
    permissions: "none",
    fn() {
      for (const seed of seedsOf(bug)) {
        const { violations } = runScenario({ ...options(bug, seed), bug });
        const [violation] = violations;
        if (violation === undefined) continue;
        assert.ok(
          bug.breaks.includes(violation.invariant),
          `seed ${seed}: ${violation.invariant}: ${violation.text}`,
        );
        // As long as it took the bug to be found, and no longer.
        const stopAtMs = violation.atUs / 1_000;
        assert.deepEqual(
          runScenario({ ...options(bug, seed), stopAtMs }).violations,
          [],
          `seed ${seed} without it`,
        );
        return;
      }
      assert.fail(`the bug ${name} was not found in ${seedsMax} seeds`);
    },
  });
}
