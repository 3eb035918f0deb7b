/**
 * Finds the largest set of nodes that all hear each other, exactly: a greedy search would miss a
 * majority around a bridge node.
 *
 * The algorithm is branch and bound with a greedy colouring as the bound. Nodes of one colour do
 * not hear each other, so a clique contains at most one node of each colour. Nodes that hear all
 * others are removed first, which leaves little to search in a mostly working network.
 *
 * @module
 */

/** An undirected graph of nodes with weights. */
export interface Graph {
  /** Nodes by preference: among the heaviest cliques the one with the earliest nodes is chosen. */
  readonly nodes: readonly string[];
  /** Whether two different nodes hear each other. Symmetric. */
  readonly linked: (one: string, other: string) => boolean;
  /** Positive. */
  readonly weight: (node: string) => number;
}

/** The heaviest clique, in the order of `nodes`; of equally heavy ones the most preferred. */
export function heaviestClique({ nodes, linked, weight }: Graph): string[] {
  const links = nodes.map((one) => nodes.map((other) => one !== other && linked(one, other)));
  const weights = nodes.map(weight);
  const search = new Search(links, weights);
  const everywhere = nodes.map((_, at) => links[at]!.every((is, other) => is || other === at));
  let candidates = nodes.map((_, at) => at).filter((at) => !everywhere[at]);
  let missing = search.heaviest(candidates, 0);
  const chosen = new Set<number>();
  // For each node in order of preference: is there an equally heavy clique that also contains it?
  for (const at of [...candidates]) {
    if (!candidates.includes(at)) continue;
    const rest = candidates.filter((other) => links[at]![other]);
    const needed = missing - weights[at]!;
    if (needed <= 0 || search.heaviest(rest, needed) >= needed) {
      chosen.add(at);
      candidates = rest;
      missing = needed;
    } else {
      candidates = candidates.filter((other) => other !== at);
    }
  }
  return nodes.filter((_, at) => everywhere[at] || chosen.has(at));
}

class Search {
  readonly #links: readonly (readonly boolean[])[];
  readonly #weights: readonly number[];
  #best = 0;
  #enough = Infinity;

  constructor(links: readonly (readonly boolean[])[], weights: readonly number[]) {
    this.#links = links;
    this.#weights = weights;
  }

  /** Weight of the heaviest clique among them. Stops at `enough`, unless that is 0. */
  heaviest(candidates: readonly number[], enough: number): number {
    this.#best = 0;
    this.#enough = enough > 0 ? enough : Infinity;
    this.#grow(candidates, 0);
    return this.#best;
  }

  #grow(candidates: readonly number[], weight: number): void {
    this.#best = Math.max(this.#best, weight);
    if (candidates.length === 0) return;
    const { order, bounds } = this.#colour(candidates);
    for (let last = order.length - 1; last >= 0; last--) {
      if (this.#best >= this.#enough || weight + bounds[last]! <= this.#best) return;
      const at = order[last]!;
      const rest: number[] = [];
      for (let before = 0; before < last; before++) {
        if (this.#links[at]![order[before]!]) rest.push(order[before]!);
      }
      this.#grow(rest, weight + this.#weights[at]!);
    }
  }

  /** Nodes by colour; `bounds`: the maximum weight of a clique of the nodes up to here. */
  #colour(candidates: readonly number[]): { order: number[]; bounds: number[] } {
    const colours: number[][] = [];
    for (const at of candidates) {
      const colour = colours.find((nodes) => nodes.every((other) => !this.#links[at]![other]));
      if (colour) colour.push(at);
      else colours.push([at]);
    }
    const order: number[] = [];
    const bounds: number[] = [];
    let bound = 0;
    for (const colour of colours) {
      const before = bound;
      for (const at of colour) {
        bound = Math.max(bound, before + this.#weights[at]!);
        order.push(at);
        bounds.push(bound);
      }
    }
    return { order, bounds };
  }
}
