/**
 * Runs as many seeds of the simulated world as an ordinary test run has time for, and checks that a
 * seed determines a history. `deno task sim --seeds 1000` runs more.
 *
 * @module
 */
import assert from "node:assert/strict";
import { banRealWorld } from "./ban.ts";
import { runScenario, type ScenarioOptions, type ScenarioResult } from "./scenario.ts";

/** Runs it in a world that cannot look at the real one. */
function run(options: ScenarioOptions): ScenarioResult {
  const restore = banRealWorld();
  try {
    return runScenario(options);
  } finally {
    restore();
  }
}

const all = { minutes: 6, nodes: 5, daemons: "all", transport: "heartbeat" } as const;
const membership = { minutes: 10, nodes: 5, daemons: "membership", transport: "stand-in" } as const;

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

const total = (results: readonly ScenarioResult[], name: string): number =>
  results.reduce((sum, { counts }) => sum + (counts[name] ?? 0), 0);

Deno.test({
  name: "every daemon over the real heartbeat keeps the invariants, whatever the nemesis does",
  permissions: "none",
  fn() {
    const results = [1, 2, 3].map((seed) => run({ ...all, seed }));
    clean(results);
    // A run in which nothing happens proves nothing.
    const judged = [
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
    ];
    for (const name of judged) {
      assert.ok(total(results, name) > 0, `nothing was counted as "${name}"`);
    }
  },
});

Deno.test({
  name: "the membership of five nodes keeps the invariants in a dozen seeds",
  permissions: "none",
  fn() {
    const results = Array.from({ length: 12 }, (_, seed) => run({ ...membership, seed }));
    clean(results);
    assert.ok(total(results, "partitions") > 0);
  },
});

Deno.test({
  name: "a membership whose nodes come and go keeps the invariants, over both kinds of heartbeat",
  permissions: "none",
  fn() {
    const changing = { ...membership, nodes: 3, later: 4 };
    const results = [
      ...Array.from({ length: 8 }, (_, at) => run({ ...changing, seed: at + 1 })),
      run({ ...changing, seed: 1, transport: "heartbeat", minutes: 5 }),
    ];
    clean(results);
    for (const name of ["joined", "removed", "cameBack", "changes", "links", "broken changes"]) {
      assert.ok(total(results, name) > 0, `nothing was counted as "${name}"`);
    }
  },
});

for (const nodes of [1, 2, 3, 8]) {
  Deno.test({
    name: `the membership of ${nodes} nodes keeps the invariants`,
    permissions: "none",
    fn: () => clean([1, 2].map((seed) => run({ ...membership, nodes, seed, minutes: 6 }))),
  });
}

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
