/**
 * Attributes of nodes decide: a promotion score makes the instance of a node the promoted one, and the
 * next score another one when that node dies.
 */
import assert from "node:assert/strict";
import { clusterWorld, dummy } from "./scenario_cluster.ts";
import type { World } from "./world.ts";

const promotedOn = (world: World): string[] =>
  world.nodes.filter(({ up, resources }) => up && resources.get("db")?.promoted === true)
    .map(({ name }) => name);

function set(world: World, node: string, value: string, on = node): void {
  world.node(node).ask("attrd", {
    type: "attrd/update",
    id: `score of ${on}`,
    update: { change: "set", name: "master-db", lifetime: "reboot", value, node: on },
  });
}

Deno.test("a promotion score leads to a promotion, and moves it when its node dies", {
  permissions: "none",
}, () => {
  for (const seed of [1, 2, 3]) {
    const world = clusterWorld({
      seed,
      resources: `<clone id="dbs"><meta_attributes id="dbs-m">` +
        `<nvpair id="dbs-m-p" name="promotable" value="true"/></meta_attributes>${
          dummy("db")
        }</clone>`,
      clones: ["db"],
    });
    world.fencing.takes = { minUs: 1_000, maxUs: 2_000 };
    world.powerOnAll();
    world.runMs(8_000);
    assert.equal(world.nodes.filter(({ resources }) => resources.has("db")).length, 3);
    assert.deepEqual(promotedOn(world), [], "nobody has a score");
    set(world, "n2", "10");
    set(world, "n1", "5", "n3"); // of another node
    world.runMs(5_000);
    assert.deepEqual(promotedOn(world), ["n2"]);
    world.node("n2").powerOff("by the test");
    world.runMs(6_000);
    assert.deepEqual(promotedOn(world), ["n3"]);
    // The new life of n2 begins without its score.
    world.node("n2").powerOn();
    world.runMs(8_000);
    assert.deepEqual(promotedOn(world), ["n3"]);
    assert.deepEqual(world.violations, []);
  }
});
