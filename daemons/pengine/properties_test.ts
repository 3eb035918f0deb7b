/**
 * What holds for every cluster: tried on invented ones.
 *
 * @module
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { schedule } from "./doors/engine.ts";
import { cibOf, type ClusterSketch, dummy, fencing, type NodeSketch } from "./testing/small_cib.ts";
import type { Synapse, TransitionGraph } from "../runtime/transition.ts";

const nowS = 1_700_000_000;
const runs = 150;

interface Case {
  readonly sketch: ClusterSketch;
  readonly primitives: readonly string[];
  /** Mandatory orders, first and then. */
  readonly orders: readonly (readonly [string, string])[];
  /** Constraints one by one, for shuffling. */
  readonly constraints: readonly string[];
}

/** A cluster of up to 4 nodes and 6 primitives, with any history that could have come about. */
const anyCase: fc.Arbitrary<Case> = fc.record({
  states: fc.array(
    fc.constantFrom<NodeSketch["state"]>(
      "online",
      "online",
      "online",
      "lost",
      "offline",
      "shutdown",
    ),
    { minLength: 1, maxLength: 4 },
  ),
  resources: fc.array(
    fc.record({
      home: fc.nat(4),
      probed: fc.boolean(),
      stopped: fc.constantFrom(false, false, false, true),
      stickiness: fc.constantFrom(0, 0, 100),
    }),
    { minLength: 1, maxLength: 6 },
  ),
  orders: fc.array(fc.tuple(fc.nat(5), fc.nat(5)), { maxLength: 5 }),
  colocations: fc.array(
    fc.tuple(fc.nat(5), fc.nat(5), fc.constantFrom("INFINITY", "-INFINITY", "50", "-50")),
    { maxLength: 4 },
  ),
  locations: fc.array(
    fc.tuple(fc.nat(5), fc.nat(3), fc.constantFrom("INFINITY", "-INFINITY", "10", "200")),
    { maxLength: 4 },
  ),
  quorate: fc.constantFrom(true, true, true, false),
}).map(({ states, resources, orders, colocations, locations, quorate }) => {
  const ids = resources.map((_, index) => `rsc${index}`);
  const id = (index: number) => ids[index % ids.length]!;
  const names = states.map((_, index) => `node${index}`);
  const nodes = states.map((state, index): NodeSketch => ({
    name: names[index]!,
    state,
    active: ids.filter((_, at) => resources[at]!.home === index && state !== "offline"),
    probed: ids.filter((_, at) =>
      resources[at]!.home !== index && resources[at]!.probed && state === "online"
    ),
  }));
  const pairs = orders.map(([a, b]) => [Math.min(a, b) % ids.length, Math.max(a, b) % ids.length])
    .filter(([a, b]) => a! < b!).map(([a, b]) => [id(a!), id(b!)] as const);
  const constraints = [
    ...pairs.map(([a, b], n) => `<rsc_order id="order${n}" first="${a}" then="${b}"/>`),
    // Of two statements about one pair the later is heard first, so that their order matters.
    ...colocations.filter(([a, b], n) =>
      id(a) !== id(b) &&
      n === colocations.findIndex(([c, d]) => id(c) === id(a) && id(d) === id(b))
    ).map(([a, b, score], n) =>
      `<rsc_colocation id="with${n}" rsc="${id(a)}" with-rsc="${id(b)}" score="${score}"/>`
    ),
    ...locations.map(([a, node, score], n) =>
      `<rsc_location id="at${n}" rsc="${id(a)}" node="${
        names[node % names.length]
      }" score="${score}"/>`
    ),
  ];
  const xml = ids.map((one, at) =>
    dummy(
      one,
      `<meta_attributes id="${one}-meta">
        <nvpair id="${one}-stick" name="resource-stickiness" value="${resources[at]!.stickiness}"/>
        ${
        resources[at]!.stopped
          ? `<nvpair id="${one}-role" name="target-role" value="Stopped"/>`
          : ""
      }</meta_attributes>`,
    )
  );
  return {
    sketch: {
      nodes,
      resources: fencing + xml.join(""),
      constraints: constraints.join(""),
      options: { "stonith-enabled": "true" },
      quorate,
    },
    primitives: ids,
    orders: pairs,
    constraints,
  };
});

const graphOf = (sketch: ClusterSketch): TransitionGraph => schedule(cibOf(sketch), { nowS }).graph;

Deno.test("a graph has no circle, and waits only for what is in it", () => {
  fc.assert(
    fc.property(anyCase, ({ sketch }) => {
      ancestors(graphOf(sketch));
    }),
    { numRuns: runs, seed: 1 },
  );
});

Deno.test("a primitive starts only after it was stopped, or its node fenced, everywhere else", () => {
  fc.assert(
    fc.property(anyCase, ({ sketch, primitives }) => {
      const graph = graphOf(sketch);
      const before = ancestors(graph);
      for (const { action } of graph.synapses) {
        if (action.task !== "start" || !primitives.includes(action.resource?.id ?? "")) continue;
        for (const node of sketch.nodes) {
          if (!node.active?.includes(action.resource!.id)) continue;
          const ended = [...before.get(action.id)!].some((one) =>
            (one.action.task === "stop" &&
              one.action.operationKey === `${action.resource!.id}_stop_0` &&
              (one.action.onNode === node.name || one.action.kind === "pseudo_event")) ||
            (one.action.task === "stonith" && one.action.onNode === node.name)
          );
          assert.ok(ended, `${action.operationKey} on ${action.onNode} though ${node.name} has it`);
        }
      }
    }),
    { numRuns: runs, seed: 1 },
  );
});

Deno.test("at most one start of each primitive", () => {
  fc.assert(
    fc.property(anyCase, ({ sketch, primitives }) => {
      const starts = graphOf(sketch).synapses.filter(({ action }) => action.task === "start");
      for (const id of primitives) {
        assert.ok(starts.filter(({ action }) => action.resource?.id === id).length <= 1);
      }
    }),
    { numRuns: runs, seed: 1 },
  );
});

Deno.test("mandatory orders hold between any two starts, and any two stops", () => {
  fc.assert(
    fc.property(anyCase, ({ sketch, orders }) => {
      const graph = graphOf(sketch);
      const before = ancestors(graph);
      const find = (id: string, task: string) =>
        graph.synapses.filter(({ action }) => action.operationKey === `${id}_${task}_0`);
      for (const [first, then] of orders) {
        for (const later of find(then, "start")) {
          for (const earlier of find(first, "start")) {
            assert.ok(before.get(later.action.id)!.has(earlier), `${first} then ${then}`);
          }
        }
        for (const later of find(first, "stop")) {
          for (const earlier of find(then, "stop")) {
            assert.ok(before.get(later.action.id)!.has(earlier), `stop ${then} then ${first}`);
          }
        }
      }
    }),
    { numRuns: runs, seed: 1 },
  );
});

Deno.test("the same input gives the same graph", () => {
  fc.assert(
    fc.property(anyCase, ({ sketch }) => {
      assert.deepEqual(graphOf(sketch), graphOf(sketch));
    }),
    { numRuns: 30, seed: 1 },
  );
});

Deno.test("the order of constraints, nodes and histories does not matter", () => {
  fc.assert(
    fc.property(anyCase, ({ sketch, constraints }) => {
      const turned: ClusterSketch = {
        ...sketch,
        constraints: constraints.toReversed().join(""),
        nodes: sketch.nodes.map((node) => ({
          ...node,
          active: (node.active ?? []).toReversed(),
          probed: (node.probed ?? []).toReversed(),
        })),
      };
      assert.deepEqual(shape(graphOf(turned)), shape(graphOf(sketch)));
    }),
    { numRuns: runs, seed: 1 },
  );
});

/**
 * A graph without its numbers. Which probes a restart waits for is left out: that follows chains
 * of orders as far as they were known when each was applied, in the original as well.
 */
function shape(graph: TransitionGraph): readonly string[] {
  const names = new Map(
    graph.synapses.map(({ action }) => [action.id, `${action.operationKey}@${action.onNode}`]),
  );
  const probes = new Set(
    graph.synapses.filter(({ action }) => action.operationKey.endsWith("_monitor_0"))
      .map(({ action }) => action.id),
  );
  return graph.synapses.map(({ action, inputs }) =>
    `${names.get(action.id)} after ${
      inputs.filter((id) => !probes.has(id)).map((id) => names.get(id)).sort().join(" ")
    }`
  ).sort();
}

/** All that comes before each action; fails if something comes before itself. */
function ancestors(graph: TransitionGraph): Map<number, ReadonlySet<Synapse>> {
  const synapses = new Map(graph.synapses.map((synapse) => [synapse.action.id, synapse]));
  const found = new Map<number, Set<Synapse>>();
  const path = new Set<number>();
  const never = new Set(graph.absent?.map((action) => action.id));
  const visit = (id: number): Set<Synapse> => {
    const known = found.get(id);
    if (known !== undefined) return known;
    if (never.has(id)) return new Set();
    const synapse = synapses.get(id);
    assert.ok(synapse !== undefined, `nothing in the graph has the number ${id}`);
    assert.ok(!path.has(id), `${synapse.action.operationKey} waits for itself`);
    path.add(id);
    const all = new Set<Synapse>();
    for (const input of synapse.inputs) {
      for (const one of visit(input)) all.add(one);
      all.add(synapses.get(input)!);
    }
    path.delete(id);
    found.set(id, all);
    return all;
  };
  for (const id of synapses.keys()) visit(id);
  return found;
}
