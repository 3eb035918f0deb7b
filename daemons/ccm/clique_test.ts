import assert from "node:assert/strict";
import { Random } from "../runtime/random.ts";
import { heaviestClique } from "./clique.ts";

/** Every pair that is linked, as "ab cd". */
const graph = (nodes: string, pairs: string, weights: Record<string, number> = {}) => {
  const linked = new Set(pairs.split(" ").flatMap((pair) => [pair, [...pair].reverse().join("")]));
  return {
    nodes: [...nodes],
    linked: (one: string, other: string) => linked.has(one + other),
    weight: (node: string) => weights[node] ?? 1,
  };
};

const cases: readonly (readonly [name: string, graph: ReturnType<typeof graph>, found: string])[] =
  [
    ["nobody", graph("", ""), ""],
    ["one", graph("a", ""), "a"],
    ["strangers: the preferred one", graph("ba", ""), "b"],
    ["all", graph("abc", "ab ac bc"), "abc"],
    ["one link is missing: the preferred of the two stays", graph("abc", "ab ac"), "ab"],
    ["the same, preferred otherwise", graph("acb", "ab ac"), "ac"],
    ["a bridge: the half that is preferred", graph("abcde", "ab ac bc cd ce de"), "abc"],
    ["a bridge, the other half is preferred", graph("cdeab", "ab ac bc cd ce de"), "cde"],
    ["a greedy search would take ab", graph("abcde", "ab cd ce de"), "cde"],
    ["a ring of five", graph("abcde", "ab bc cd de ea"), "ab"],
    ["the heavier, not the larger", graph("abc", "ab", { c: 3 }), "c"],
  ];

for (const [name, given, found] of cases) {
  Deno.test(`the heaviest clique: ${name}`, () => {
    assert.equal(heaviestClique(given).join(""), found);
  });
}

/** All sets, tried one by one: the heaviest, and of these the one with the earliest nodes. */
function naive({ nodes, linked, weight }: ReturnType<typeof graph>): string {
  let best: readonly [weight: number, choice: number] = [-1, 0];
  for (let set = 0; set < 1 << nodes.length; set++) {
    // The first node is the highest bit: among equal weights the larger number is preferred.
    const chosen = nodes.filter((_, at) => (set >> (nodes.length - 1 - at) & 1) === 1);
    if (!chosen.every((one, at) => chosen.slice(at + 1).every((other) => linked(one, other)))) {
      continue;
    }
    const sum = chosen.reduce((total, node) => total + weight(node), 0);
    if (sum > best[0] || (sum === best[0] && set > best[1])) best = [sum, set];
  }
  return nodes.filter((_, at) => (best[1] >> (nodes.length - 1 - at) & 1) === 1).join("");
}

Deno.test("the heaviest clique is what trying all sets finds", () => {
  const random = new Random(1);
  for (let round = 0; round < 1_000; round++) {
    const nodes = random.shuffle([..."abcdefgh"]).slice(0, random.between(1, 8));
    const density = random.fraction();
    const pairs: string[] = [];
    for (const one of nodes) {
      for (const other of nodes) if (one < other && random.chance(density)) pairs.push(one + other);
    }
    const weights = Object.fromEntries(nodes.map((node) => [node, random.between(1, 3)]));
    const given = graph(nodes.join(""), pairs.join(" "), weights);
    assert.equal(
      heaviestClique(given).join(""),
      naive(given),
      JSON.stringify([nodes, pairs, weights]),
    );
  }
});

Deno.test("sixty-four nodes with many links missing take no time", () => {
  const random = new Random(2);
  const nodes = Array.from({ length: 64 }, (_, at) => `n${at}`);
  for (const density of [0.5, 0.8, 0.9, 0.98]) {
    const linked = new Set<string>();
    for (const one of nodes) {
      for (const other of nodes) {
        if (one < other && random.chance(density)) {
          linked.add(`${one} ${other}`);
          linked.add(`${other} ${one}`);
        }
      }
    }
    const hear = (one: string, other: string) => linked.has(`${one} ${other}`);
    const began = performance.now();
    const clique = heaviestClique({ nodes, linked: hear, weight: () => 1 });
    assert.ok(performance.now() - began < 2_000, `density ${density}`);
    assert.ok(clique.every((one) => clique.every((other) => one === other || hear(one, other))));
  }
});
