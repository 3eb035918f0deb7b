/**
 * A service that cannot start on one node: it is moved, since the failure counts; and without the feature
 * set it is tried there for ever, which the same test sees.
 *
 * @module
 */
import assert from "node:assert/strict";
import { noFeatureSet } from "./bugs/coordination.ts";
import { clusterWorld, dummy, whereRuns } from "./scenario_cluster.ts";

/** Starts of the service on the node where they fail, and where it runs in the end. */
function afterFailedStart(planted: boolean): { readonly starts: number; readonly runs: string[] } {
  let troubled = "";
  let starts = 0;
  const world = clusterWorld({
    seed: 11,
    resources: dummy("web"),
    ...(planted ? { replace: noFeatureSet } : {}),
    onObservation: (seen) => {
      if (seen.type !== "operation" || seen.action !== "start" || seen.phase !== "begins") return;
      if (seen.node === troubled) starts++;
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
  assert.deepEqual(world.violations, []);
  return { starts, runs: whereRuns(world, "web").filter((name) => name !== node) };
}

Deno.test({
  name: "a service that failed to start on a node is moved, since failures count",
  permissions: "none",
  fn() {
    const { starts, runs } = afterFailedStart(false);
    assert.ok(starts <= 2, `${starts} starts`);
    assert.equal(runs.length, 1);
  },
});

Deno.test({
  name: "without the feature set it is tried on that node for ever",
  permissions: "none",
  fn() {
    const { starts, runs } = afterFailedStart(true);
    assert.ok(starts > 3, `${starts} starts`);
    assert.deepEqual(runs, []);
  },
});
