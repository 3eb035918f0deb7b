/**
 * Which of the nodes that a resource may run on is asked first.
 *
 * @module
 */
import { type Candidate, INFINITY, type Node, type WorkingSet } from "../model.ts";
import { compareCapacity } from "./capacity.ts";
import { isUsable } from "./node.ts";

/** Best node first: score, then (by strategy) free capacity and load, then where it runs, then name. */
export function sortCandidates(
  set: WorkingSet,
  candidates: Candidate[],
  active: Node | undefined,
): Candidate[] {
  const { placementStrategy } = set.options;
  return candidates.sort((a, b) => {
    const scoreA = isUsable(a.node) ? a.score : -INFINITY;
    const scoreB = isUsable(b.node) ? b.score : -INFINITY;
    if (scoreA !== scoreB) return scoreB - scoreA;
    if (placementStrategy !== "minimal") {
      if (placementStrategy === "balanced") {
        const order = compareCapacity(a.node, b.node);
        if (order !== 0) return order;
      }
      if (a.node.resourceCount !== b.node.resourceCount) {
        return a.node.resourceCount - b.node.resourceCount;
      }
      // As few nodes as possible are used: where it runs counts by its stickiness alone.
      if (a.node === active) return -1;
      if (b.node === active) return 1;
    }
    return a.node.name < b.node.name ? -1 : a.node.name > b.node.name ? 1 : 0;
  });
}
