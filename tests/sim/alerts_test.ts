/**
 * Alerts are never in the way of recovery: each node has 10,000 a minute for a recipient that hangs.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { AlertsState } from "../../daemons/alerts/mod.ts";
import type { EventsState } from "../../daemons/events/mod.ts";
import type { Observation } from "./observation.ts";
import { clusterWorld, dummy, whereRuns } from "./scenario_cluster.ts";

const resources = dummy("web").replace(
  "<operations>",
  `<instance_attributes id="web-p"><nvpair id="web-p1" name="sim_start_ms" value="1"/>
   </instance_attributes><operations>`,
);

/** Milliseconds from the death of the node of a service to the service elsewhere; and the world. */
function failover(seed: number, alertsAMinute: number) {
  let active = NaN;
  const world = clusterWorld({
    seed,
    resources,
    alertsAMinute,
    onObservation: (one: Observation, nowUs) => {
      if (one.type === "active") active = nowUs / 1_000;
    },
  });
  world.fencing.takes = { minUs: 1_000, maxUs: 2_000 };
  world.powerOnAll();
  world.runMs(65_000);
  const [holder = ""] = whereRuns(world, "web");
  const beganMs = world.kernel.nowUs / 1_000;
  world.node(holder).powerOff("by the test");
  world.runMs(3_000);
  assert.deepEqual(world.violations, []);
  assert.equal(whereRuns(world, "web").length, 1);
  return { ms: active - beganMs, world, holder };
}

for (const seed of [1, 2]) {
  Deno.test(
    `10,000 alerts a minute to a recipient that hangs cost a failover nothing (seed ${seed})`,
    {
      permissions: "none",
    },
    () => {
      const quiet = failover(seed, 1);
      const { ms, world, holder } = failover(seed, 10_000);
      // The death is noticed within a deadtime and a keepalive; what comes then takes as long as before.
      assert.ok(ms < 850, `${ms} ms`);
      assert.ok(Math.abs(ms - quiet.ms) < 150, `${ms} ms, and ${quiet.ms} ms without alerts`);
      for (const node of world.nodes) {
        if (node.name === holder) continue;
        const { lanes } = node.state("alerts") as AlertsState;
        const lane = lanes.get("flood flood-hangs");
        assert.ok((lane?.dropped ?? 0) > 9_000, `${node.name} has counted ${lane?.dropped} drops`);
        assert.ok((lane?.queue.length ?? Infinity) <= 256);
        assert.ok((lanes.get("flood flood-fine")?.delivered ?? 0) > 9_900);
        const { segments } = node.state("events") as EventsState;
        const reports = segments.flatMap(({ lines }) => lines).filter((one) =>
          one.includes('"kind":"alert"') && one.includes(" dropped")
        );
        assert.ok(reports.length >= 1, "the drops are events");
      }
    },
  );
}
