/**
 * Which side of a cluster that may have been cut in two halves is the more important one.
 *
 * @module
 */
import type { Standing } from "../runtime/transition.ts";
import type { WorkingSet } from "./model.ts";

/**
 * How the nodes that are here compare with those that are not; undefined if that does not matter:
 * without `priority-fencing-delay`, and for a majority, as no other side can act then.
 */
export function standingOf({ options, nodes }: WorkingSet): Standing | undefined {
  const delayMs = Math.floor(options.priorityFencingDelayMs / 1000) * 1000;
  if (delayMs <= 0) return undefined;
  const members = nodes.filter(({ kind }) => kind === "cluster");
  const [here, lost] = [true, false].map((online) =>
    members.filter((node) => node.online === online).map(({ priority }) => priority)
  );
  if (here === undefined || lost === undefined || here.length > lost.length) return undefined;
  const difference = Math.max(0, ...here) - Math.max(0, ...lost);
  const side = difference > 0 ? "higher" : difference < 0 ? "lower" : "equal";
  return { delayMs, side };
}
