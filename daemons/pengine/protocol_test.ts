import assert from "node:assert/strict";
import fc from "fast-check";
import { graph } from "./protocol.ts";
import { randomCib, randomCluster } from "./testing/random_cib.ts";
import { transitionOf } from "./transition_of.ts";

Deno.test("every graph that the engine makes is one that its reader takes, whole", {
  permissions: "none",
}, () => {
  fc.assert(
    fc.property(randomCluster, (cluster) => {
      const made = transitionOf(randomCib(cluster), 1_700_000_000).graph;
      // As it comes from another process.
      const sent: unknown = JSON.parse(JSON.stringify(made));
      assert.deepEqual(graph(sent), sent);
      assert.deepEqual(JSON.parse(JSON.stringify(graph(made))), sent);
    }),
    { numRuns: 60, seed: 1 },
  );
});
