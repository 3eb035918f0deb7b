/**
 * What constraints order, as a node without quorum sees it: which resources hang together, and how
 * deep in the order each of them is.
 *
 * @module
 */
import { elementAt } from "../cib/doors/path.ts";
import type { XmlElement } from "@std/xml";
import { elements } from "./state.ts";

/** Where a resource is in what is ordered. */
export interface Place {
  /** Of all that hang together by order, one name. */
  readonly chain: string;
  /** It starts after everything that is less deep, and stops before it. */
  readonly depth: number;
}

/** The place of each; a resource that nothing orders is a chain of its own. */
export function chainsOf(
  root: XmlElement | undefined,
  resources: readonly string[],
): ReadonlyMap<string, Place> {
  const pairs = root === undefined ? [] : pairsOf(root);
  const chains = new Map(resources.map((resource) => [resource, resource]));
  const depths = new Map(resources.map((resource) => [resource, 0]));
  // As often as an order can be long: one that goes in a circle ends there.
  for (let round = 0; round < resources.length; round++) {
    let changed = false;
    for (const [first, then] of pairs) {
      const [before, after] = [chains.get(first), chains.get(then)];
      if (before === undefined || after === undefined) continue;
      if (before !== after) {
        for (const [name, chain] of chains) if (chain === after) chains.set(name, before);
        changed = true;
      }
      const depth = depths.get(first)! + 1;
      if (depths.get(then)! >= depth) continue;
      depths.set(then, depth);
      changed = true;
    }
    if (!changed) break;
  }
  return new Map(resources.map((name) => [name, {
    chain: chains.get(name)!,
    depth: depths.get(name)!,
  }]));
}

/** Each pair that must be stopped in the reverse order of its start. */
function pairsOf(root: XmlElement): (readonly [first: string, then: string])[] {
  const constraints = elementAt(root, "/cib/configuration/constraints");
  const pairs: (readonly [string, string])[] = [];
  for (const order of elements(constraints, "rsc_order")) {
    const { first, then, kind = "Mandatory", symmetrical = "true" } = order.attributes;
    if (kind === "Optional" || symmetrical === "false") continue;
    if (first !== undefined && then !== undefined) pairs.push([first, then]);
    // Members of a set follow each other, and the sets do, unless they say that they do not.
    let before: string[] = [];
    for (const set of elements(order, "resource_set")) {
      const names = elements(set, "resource_ref").map(({ attributes }) => attributes.id ?? "");
      const [head] = names;
      if (head === undefined) continue;
      const inRow = set.attributes.sequential !== "false";
      if (inRow) names.slice(1).forEach((name, at) => pairs.push([names[at]!, name]));
      const ends = inRow ? [head] : names;
      for (const one of before) for (const other of ends) pairs.push([one, other]);
      before = inRow ? names.slice(-1) : names;
    }
  }
  return pairs;
}
