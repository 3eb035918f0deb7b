/**
 * Where a resource runs.
 *
 * @module
 */
import type { ClusterState, ResourceState } from "../../status/cluster_state.ts";

/** Names of the nodes, sorted; with `promoted` only those where it is promoted. */
export function runningOn(
  { resources }: ClusterState,
  id: string,
  promoted: boolean,
): readonly string[] {
  const nodes = new Set<string>();
  for (const one of resources.flatMap((top) => under(top, id))) {
    if (promoted && one.state !== "Promoted" && one.state !== "Master") continue;
    for (const name of one.runsOn) nodes.add(name);
  }
  return [...nodes].sort();
}

/** The primitives of a resource, wherever it stands in another one. */
function under(of: ResourceState, id: string): readonly ResourceState[] {
  const isIt = of.id === id || of.id.replace(/:\d+$/, "") === id;
  if (isIt) return primitives(of);
  return of.members.flatMap((member) => under(member, id));
}

const primitives = (of: ResourceState): readonly ResourceState[] =>
  of.members.length === 0 ? [of] : of.members.flatMap(primitives);
