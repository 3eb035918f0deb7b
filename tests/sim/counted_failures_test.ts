/**
 * A service that cannot start on one node is moved: its failure counts, in a CIB that named no feature
 * set when the cluster began.
 *
 * @module
 */
import assert from "node:assert/strict";
import { clusterWorld, dummy, initialCib, whereRuns } from "./scenario_cluster.ts";

Deno.test({
  name: "a service that failed to start on a node is moved, since failures count",
  permissions: "none",
  fn() {
    let troubled = "";
    let starts = 0;
    const options = { seed: 11, resources: dummy("web") };
    assert.doesNotMatch(initialCib(options), /crm_feature_set/);
    const world = clusterWorld({
      ...options,
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
    assert.deepEqual(world.violations, []);
    assert.ok(starts <= 2, `${starts} starts`);
    assert.equal(whereRuns(world, "web").filter((name) => name !== node).length, 1);
  },
});
