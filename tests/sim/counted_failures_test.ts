/**
 * A service that cannot start on one node is moved: its failure counts, in a CIB that named no feature
 * set when the cluster began.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Machine } from "../../daemons/runtime/machine.ts";
import { failuresUncounted } from "./bugs/coordination.ts";
import { CountedFailureChecker } from "./checkers/counted_failures.ts";
import { clusterWorld, dummy, initialCib, whereRuns } from "./scenario_cluster.ts";
import type { World } from "./world.ts";

/** A service that runs, dies, and cannot start where it ran. */
function history(bug?: (machine: Machine) => Machine) {
  let troubled = "";
  let starts = 0;
  const options = {
    seed: 11,
    resources: dummy("web"),
    // Without a count it would be started where it belongs, again and again.
    constraints: `<rsc_location id="home" rsc="web" node="n2" score="100"/>`,
  };
  assert.doesNotMatch(initialCib(options), /crm_feature_set/);
  const world: World = clusterWorld({
    ...options,
    ...(bug === undefined ? {} : { replace: bug }),
    checkers: (world, fail) => [new CountedFailureChecker(world, fail, 3_600)],
    onObservation: (seen) => {
      if (seen.type !== "operation" || seen.action !== "start") return;
      if (seen.phase === "begins" && seen.node === troubled) starts++;
    },
  });
  world.powerOnAll();
  world.runMs(20_000);
  const [node = ""] = whereRuns(world, "web");
  assert.notEqual(node, "");
  troubled = node;
  world.node(node).trouble.set("start web", "fails");
  world.node(node).loseResource("web");
  world.runMs(15_000);
  return { world, starts, node };
}

Deno.test({
  name: "a service that failed to start on a node is moved, since failures count",
  permissions: "none",
  fn() {
    const { world, starts, node } = history();
    assert.deepEqual(world.violations, []);
    assert.ok(starts <= 2, `${starts} starts`);
    assert.equal(whereRuns(world, "web").filter((name) => name !== node).length, 1);
  },
});

Deno.test({
  name: "the planted bug failures-uncounted is found: it would be started there again and again",
  permissions: "none",
  fn() {
    const { world } = history(failuresUncounted);
    assert.equal(world.violations[0]?.invariant, "RSC6", JSON.stringify(world.violations));
  },
});
