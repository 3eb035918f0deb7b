/**
 * Scores as crm_simulate 3.0.3 shows them (-s) for the same clusters: the numbers were read off its
 * output.
 */
import assert from "node:assert/strict";
import { schedule } from "../doors/engine.ts";
import { cibOf, dummy } from "../testing/small_cib.ts";
import { capacityLines } from "./trace.ts";

/** How much each resource would stay where it is: every sum of them tells who was heard. */
const weights = { p: 0, a: 1, b: 10, c: 100, d: 1000, e: 10000 } as const;
type Name = keyof typeof weights;

const primitive = (id: Name): string =>
  dummy(
    id,
    `<meta_attributes id="${id}-m"><nvpair id="${id}-s" name="resource-stickiness" value="${
      weights[id]
    }"/></meta_attributes>`,
  );
const group = (id: string, ...members: readonly Name[]): string =>
  `<group id="${id}">${members.map(primitive).join("")}</group>`;
const withScore = (score: string) => (dependent: string, primary: string): string =>
  `<rsc_colocation id="${dependent}-${primary}" rsc="${dependent}" with-rsc="${primary}" ` +
  `score="${score}"/>`;
const together = withScore("INFINITY");

/** The score with which a resource chose, on the node where all run. */
function scoreOf(id: Name, resources: string, constraints: string): number | undefined {
  const cib = cibOf({
    nodes: [
      { name: "n1", state: "online", active: Object.keys(weights) },
      { name: "n2", state: "online" },
    ],
    resources,
    constraints,
    options: { "stonith-enabled": "false" },
  });
  const { scoreRecords } = schedule(cib, { nowS: 1 });
  return scoreRecords.find(({ phase, resource, node }) =>
    phase === "pcmk__primitive_assign" && resource === id && node === "n1"
  )?.score;
}

const heard: readonly (readonly [string, Name, string, string, number])[] = [
  ["a group with it", "p", primitive("p") + group("g", "a", "b"), together("g", "p"), 11],
  [
    "what is with the last member is heard once",
    "p",
    primitive("p") + group("g", "a", "b") + primitive("c"),
    together("g", "p") + together("c", "b"),
    111,
  ],
  [
    "what is with a group that is not placed yet is heard",
    "p",
    primitive("p") + group("g", "a", "b") + primitive("c"),
    together("g", "p") + together("c", "g"),
    111,
  ],
  [
    "those further away count by the product of the scores on the way",
    "a",
    primitive("a") + group("g", "c", "d"),
    withScore("4001")("g", "a"),
    6,
  ],
  [
    "a chain",
    "a",
    primitive("a") + primitive("b") + primitive("c"),
    together("b", "a") + together("c", "b"),
    111,
  ],
];
for (const [name, id, resources, constraints, expected] of heard) {
  Deno.test(`colocated: ${name}`, () => {
    assert.equal(scoreOf(id, resources, constraints), expected);
  });
}

Deno.test("what is said of a group counts for its first member only", () => {
  const constraints = `<rsc_location id="l" rsc="g" node="n1" score="500"/>`;
  assert.equal(scoreOf("a", group("g", "a", "b"), constraints), 511);
  assert.equal(scoreOf("b", group("g", "a", "b"), constraints), 10);
});

Deno.test("of what a node does not say that it provides, the first use is free", () => {
  const uses = (id: string): string =>
    dummy(
      id,
      `<utilization id="${id}-u"><nvpair id="${id}-cpu" name="cpu" value="2"/></utilization>`,
    );
  const cib = cibOf({
    nodes: [{ name: "n1", state: "online" }],
    resources: uses("a") + uses("b"),
    options: { "stonith-enabled": "false" },
  });
  assert.deepEqual(capacityLines(schedule(cib, { nowS: 1 }).set), [
    "Original: n1 capacity:",
    "pcmk__finalize_assignment: a utilization on n1: cpu=2",
    "pcmk__finalize_assignment: b utilization on n1: cpu=2",
    "Remaining: n1 capacity: cpu=-2",
  ]);
});

Deno.test("a colocation by the id of a node is one by its name, where both are the same", () => {
  // By name the nodes themselves are compared; by any other attribute, its values.
  const names = ["n1", "n2", "n3", "n4"];
  // Who opts in lists the nodes in an order of its own.
  const locations = ["p", "g", "c", "d", "k"].flatMap((id, from) =>
    names.map((_, at) =>
      `<rsc_location id="${id}-${at}" rsc="${id}" node="${names[(from + at) % 4]}" ` +
      `score="${(from * at) % 5}"/>`
    )
  ).join("");
  const resources = primitive("p") + group("g", "a", "b") + primitive("c") + primitive("d") +
    `<clone id="k">${primitive("e")}</clone>`;
  for (let seed = 0; seed < 64; seed++) {
    const bit = (at: number): boolean => (seed >> at & 1) === 1;
    const constraints = (by: string): string =>
      [
        ["g", "p", bit(0) ? "INFINITY" : "-50"],
        ["c", "g", bit(1) ? "-INFINITY" : "7"],
        ["d", "c", bit(2) ? "500" : "-500"],
        ["d", "k", bit(3) ? "INFINITY" : "9"],
        ["k", "p", bit(4) ? "30" : "-30"],
        ["p", "d", bit(5) ? "1" : "-INFINITY"],
      ].map(([dependent, primary, score]) =>
        `<rsc_colocation id="${dependent}-${primary}" rsc="${dependent}" with-rsc="${primary}" ` +
        `score="${score}"${by}/>`
      ).join("");
    const scoresBy = (by: string): readonly string[] => {
      const cib = cibOf({
        nodes: names.map((name, at) => ({
          name,
          state: at === 2 ? "offline" as const : "online" as const,
          ...(at === 0 ? { active: Object.keys(weights) } : {}),
        })),
        resources,
        constraints: locations + constraints(by),
        options: { "stonith-enabled": "false", "symmetric-cluster": "false" },
      });
      return schedule(cib, { nowS: 1 }).scores;
    };
    assert.deepEqual(scoresBy(""), scoresBy(` node-attribute="#id"`), `seed ${seed}`);
  }
});

Deno.test("a decision without scores is the same decision", () => {
  const cib = cibOf({
    nodes: [{ name: "n1", state: "online" }, { name: "n2", state: "online" }],
    resources: primitive("p") + primitive("a"),
    constraints: together("a", "p"),
    options: { "stonith-enabled": "false" },
  });
  const traced = schedule(cib, { nowS: 1 });
  const untraced = schedule(cib, { nowS: 1, traced: false });
  assert.deepEqual(untraced.graph, traced.graph);
  assert.ok(traced.scores.length > 0);
  assert.deepEqual(untraced.scores, []);
});
