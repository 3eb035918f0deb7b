/**
 * The local resource manager of a node dies and is started again: no service is touched, nothing is
 * probed, and the monitors go on within a second of its return.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Observation } from "./observation.ts";
import { clusterWorld, dummy, whereRuns } from "./scenario_cluster.ts";

Deno.test({
  name: "when lrmd dies alone, services are not touched and their monitors go on at once",
  permissions: "none",
  fn() {
    for (const seed of [1, 2, 3]) {
      const seen: { readonly at: number; readonly observation: Observation }[] = [];
      const services = ["web", "db", "ip"];
      const world = clusterWorld({
        seed,
        resources: services.map((id) => dummy(id)).join(""),
        onObservation: (observation, nowUs) => seen.push({ at: nowUs / 1000, observation }),
      });
      world.powerOnAll();
      world.runMs(20_000);
      const [name] = whereRuns(world, "web");
      assert.ok(name, "web runs");
      const watched = services.filter((id) => whereRuns(world, id)[0] === name);
      world.runMs(1_000);
      seen.length = 0;
      world.node(name).killProcess("lrmd");
      world.runMs(20_000);
      assert.deepEqual(world.violations, []);
      const back = seen.find(({ observation }) =>
        observation.type === "process up" && observation.node === name &&
        observation.services.includes("lrmd")
      );
      assert.ok(back, "it is started again");
      const operations = seen.flatMap(({ at, observation }) =>
        observation.type === "operation" && observation.phase === "begins"
          ? [{ at, ...observation }]
          : []
      );
      for (const { action, resource, intervalMs } of operations) {
        assert.equal(action, "monitor", `seed ${seed}: ${action} of ${resource}`);
        assert.ok(intervalMs > 0, `seed ${seed}: ${resource} was probed`);
      }
      for (const id of watched) {
        const next = operations.find(({ at, resource, node }) =>
          at > back.at && resource === id && node === name
        );
        assert.ok(next, `seed ${seed}: ${id} is watched again`);
        assert.ok(next.at - back.at <= 1_000, `seed ${seed}: ${next.at - back.at} ms`);
        const count = operations.filter(({ at, resource }) => at > back.at && resource === id);
        // Every second, and not twice.
        assert.ok(Math.abs(count.length - (seen.at(-1)!.at - back.at) / 1000) <= 2);
      }
    }
  },
});
