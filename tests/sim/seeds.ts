/**
 * Sets of seeds of the simulated world, and what must come of them: a few seeds in `deno task test`,
 * many in `deno task interop seeds`.
 *
 * @module
 */
import assert from "node:assert/strict";
import { banRealWorld } from "./ban.ts";
import { runScenario, type ScenarioOptions, type ScenarioResult } from "./scenario.ts";

/** Runs it in a world that cannot look at the real one. */
export function run(options: ScenarioOptions): ScenarioResult {
  const restore = banRealWorld();
  try {
    return runScenario(options);
  } finally {
    restore();
  }
}

/** Every daemon, over the real heartbeat. */
export const all = { minutes: 6, nodes: 5, daemons: "all", transport: "heartbeat" } as const;
/** The daemons of the membership alone, over a faster heartbeat. */
const membership = { minutes: 10, nodes: 5, daemons: "membership", transport: "stand-in" } as const;

/** Fails with the first violation of an invariant. */
function clean(results: readonly ScenarioResult[]): void {
  for (const { seed, violations } of results) {
    const [first] = violations;
    assert.equal(
      first,
      undefined,
      `seed ${seed}: ${first?.invariant}: ${first?.text}; see deno task sim --seed ${seed}`,
    );
  }
}

/** A run in which nothing happens proves nothing: what must have been counted. */
const counted = {
  all: [
    "crash",
    "acknowledged",
    "documents",
    "starts",
    "received",
    "receivedByClients",
    "retransmitted",
    "windows",
    "gauged",
    "orderedStarts",
    "recurred",
    "answered",
    "fences",
    "calm",
  ],
  membership: ["partitions"],
  changing: ["joined", "removed", "cameBack", "changes", "links", "broken changes"],
} as const;

/** Fails where nothing of some kind has happened in any run. */
function judges(results: readonly ScenarioResult[], names: readonly string[]): void {
  for (const name of names) {
    const sum = results.reduce((sum, { counts }) => sum + (counts[name] ?? 0), 0);
    assert.ok(sum > 0, `nothing was counted as "${name}"`);
  }
}

/** So many seeds, from the first. */
const seeds = (count: number, from = 1): readonly number[] =>
  Array.from({ length: count }, (_, at) => from + at);

/** Seeds of each set. */
export interface SeedCounts {
  readonly all: number;
  readonly membership: number;
  readonly changing: number;
  /** Of each number of nodes. */
  readonly sizes: number;
}

/** Declares one test for each set. */
export function testSeeds(count: SeedCounts): void {
  const test = (name: string, fn: () => void) => Deno.test({ name, permissions: "none", fn });

  test("every daemon over the real heartbeat keeps the invariants under all faults", () => {
    const results = seeds(count.all).map((seed) => run({ ...all, seed }));
    clean(results);
    judges(results, counted.all);
  });

  test("the membership of five nodes keeps the invariants", () => {
    const results = seeds(count.membership, 0).map((seed) => run({ ...membership, seed }));
    clean(results);
    judges(results, counted.membership);
  });

  test("a membership whose nodes come and go keeps them, over both kinds of heartbeat", () => {
    const changing = { ...membership, nodes: 3, later: 4 };
    const results = [
      ...seeds(count.changing).map((seed) => run({ ...changing, seed })),
      run({ ...changing, seed: 1, transport: "heartbeat", minutes: 5 }),
    ];
    clean(results);
    judges(results, counted.changing);
  });

  for (const nodes of [1, 2, 3, 8]) {
    test(`the membership of ${nodes} nodes keeps the invariants`, () =>
      clean(seeds(count.sizes).map((seed) => run({ ...membership, nodes, seed, minutes: 6 }))));
  }
}
