import assert from "node:assert/strict";
import fc from "fast-check";
import { parse, type XmlElement } from "@std/xml";
import { writeGraph } from "../graph/graph_xml.ts";
import { violations } from "./graph_properties.ts";
import { schedule } from "../doors/engine.ts";
import { primitiveIds, randomCib, randomCluster } from "./random_cib.ts";
import { simulate } from "../simulate/simulation.ts";
import { unpack } from "../unpack/mod.ts";
import type { TransitionGraph } from "../../runtime/transition.ts";

const nowS = 1_700_000_000;
const cibOf = (text: string): XmlElement => parse(text).root;
const graphOf = (text: string): TransitionGraph => schedule(cibOf(text), { nowS }).graph;

/** The same clusters each time; `deno task fuzz engine` tries others. */
const runs = { numRuns: 150, seed: 1 } as const;

Deno.test("no graph goes in circles, starts too early or breaks a mandatory order", () => {
  fc.assert(
    fc.property(randomCluster, (cluster) => {
      assert.deepEqual(violations(cluster, graphOf(randomCib(cluster))), []);
    }),
    runs,
  );
});

Deno.test("groups, clones and promotions: the same input always gives the same graph", () => {
  fc.assert(
    fc.property(randomCluster, (cluster) => {
      const text = randomCib(cluster);
      assert.equal(writeGraph(graphOf(text)), writeGraph(graphOf(text)));
    }),
    { numRuns: 50, seed: 1 },
  );
});

Deno.test("after the transition nothing that is not cloned is active on two healthy nodes", () => {
  fc.assert(
    fc.property(randomCluster, (cluster) => {
      const { output } = simulate({ cib: cibOf(randomCib(cluster)), nowS, depth: "simulate" });
      assert.ok(output);
      const set = unpack(output, nowS);
      const lone = cluster.resources
        .filter(({ kind }) => kind === "primitive" || kind === "group").flatMap(primitiveIds);
      for (const id of lone) {
        const resource = set.resourceById.get(id);
        // Without quorum, or leave to stop, what was active twice may have to stay so.
        if (resource === undefined || !resource.managed || !set.quorate) continue;
        const healthy = resource.runningOn.filter(({ online, unclean }) => online && !unclean);
        assert.ok(healthy.length <= 1, `${id} is active on ${healthy.map(({ name }) => name)}`);
      }
    }),
    runs,
  );
});
