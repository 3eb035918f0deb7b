/**
 * Placement by capacity: what nodes provide and resources use up.
 *
 * @module
 */
import { type Candidate, INFINITY, type Node, type Resource, type WorkingSet } from "../model.ts";
import { sortCandidates } from "./candidate_order.ts";
import { compareCapacity } from "./capacity.ts";
import { addByColocations, primariesBy } from "./colocated_scores.ts";
import { effectOf } from "./colocation.ts";
import { asDependent, asPrimary } from "./colocations_of.ts";
import { addLocation } from "./criteria.ts";
import { copyCandidates, isUsable } from "./node.ts";
import { currentNode } from "./resource.ts";

/**
 * Bans nodes that have no room for a resource and what must be with it. If all these together fit
 * nowhere, the resource alone decides.
 *
 * @returns the allowed node with most room, where several resources have to fit together
 */
export function banInsufficientCapacity(set: WorkingSet, resource: Resource): Node | undefined {
  if (set.options.placementStrategy === "default") return undefined;
  const together = colocatedWith(resource, resource, new Set());
  const needed = new Map<string, number>();
  for (const one of together) {
    if (one.provisional && !isPartOf(one, together)) addUtilization(needed, one);
  }
  let roomiest: Node | undefined;
  let anyFits = false;
  for (const { node, score } of resource.allowed.values()) {
    if (!isUsable(node) || score < 0) continue;
    if (fits(node, needed)) anyFits = true;
    if (roomiest === undefined || compareCapacity(node, roomiest) < 0) roomiest = node;
  }
  const needs = anyFits ? needed : ownUtilization(resource);
  for (const { node, score } of [...resource.allowed.values()]) {
    if (isUsable(node) && score >= 0 && !fits(node, needs)) {
      addLocation(set, resource, node, -INFINITY);
    }
  }
  return together.size > 1 && !anyFits ? roomiest : undefined;
}

function isPartOf(resource: Resource, among: ReadonlySet<Resource>): boolean {
  for (let up = resource.parent; up !== undefined; up = up.parent) if (among.has(up)) return true;
  return false;
}

function ownUtilization(resource: Resource): Map<string, number> {
  const needs = new Map<string, number>();
  addUtilization(needs, resource);
  return needs;
}

function addUtilization(into: Map<string, number>, resource: Resource): void {
  if (resource.variant === "primitive") {
    if (!resource.provisional) return;
    for (const [name, value] of resource.utilization) into.set(name, (into.get(name) ?? 0) + value);
  } else if (resource.variant === "clone") {
    // One instance stands for what a node would have to hold.
    const [first] = resource.children;
    if (first !== undefined) addUtilization(into, first);
  } else {
    for (const child of resource.children) addUtilization(into, child);
  }
}

function fits(node: Node, needs: ReadonlyMap<string, number>): boolean {
  for (const [name, value] of needs) {
    if (value > 0 && value > (node.free.get(name) ?? 0)) return false;
  }
  return true;
}

/** The resource and all that must be with it, directly or by others. */
function colocatedWith(resource: Resource, origin: Resource, found: Set<Resource>): Set<Resource> {
  if (found.has(resource)) return found;
  found.add(resource);
  if (resource.variant === "group" && resource.group?.colocated !== false) {
    for (const child of resource.children) colocatedWith(child, origin, found);
  }
  for (const colocation of asDependent(resource)) {
    const { primary, score } = colocation;
    if (score < INFINITY || isOrHolds(primary, origin)) continue;
    if (effectOf(resource, primary, colocation, true) === "location") {
      colocatedWith(primary, origin, found);
    }
  }
  for (const colocation of asPrimary(resource)) {
    const { dependent, score } = colocation;
    if (score < INFINITY || isOrHolds(dependent, origin)) continue;
    // Which instance the dependent goes with is not known.
    if (resource.variant === "clone" && dependent.variant !== "clone") continue;
    if (effectOf(dependent, resource, colocation, true) === "location") {
      colocatedWith(dependent, origin, found);
    }
  }
  return found;
}

/** Whether `outer` is `inner`, or something that it is a part of. */
function isOrHolds(outer: Resource, inner: Resource): boolean {
  for (let one: Resource | undefined = inner; one !== undefined; one = one.parent) {
    if (one === outer) return true;
  }
  return false;
}

/** Resources in the order in which they choose: by priority, then by what they lose by waiting. */
export function sortResources(set: WorkingSet): void {
  const all = set.nodes.map((node) => candidateOf(node));
  const nodes = sortCandidates(set, all, undefined).map((candidate) => candidate.node);
  const tables = new Map<Resource, Map<Node, Candidate>>();
  for (const resource of set.resources) tables.set(resource, preferences(resource));
  const scoreOn = (resource: Resource, node: Node | undefined) =>
    node === undefined ? -INFINITY : tables.get(resource)?.get(node)?.score ?? -INFINITY;
  set.resources.sort((a, b) => {
    if (a.priority !== b.priority) return b.priority - a.priority;
    const here = (one: Resource) => one.runningOn.length > 0 ? currentNode(one) : undefined;
    const scoreA = scoreOn(a, here(a)), scoreB = scoreOn(b, here(b));
    if (scoreA !== scoreB) return scoreB - scoreA;
    for (const node of nodes) {
      const onA = scoreOn(a, node), onB = scoreOn(b, node);
      if (onA !== onB) return onB - onA;
    }
    return 0;
  });
}

/** What a resource thinks of the nodes, with those it depends on heard. */
function preferences(resource: Resource): Map<Node, Candidate> {
  // The last member of a group hears all the others, since each goes with the one before.
  const last = resource.variant === "group" ? resource.children.at(-1) : undefined;
  const table = copyCandidates((last ?? resource).allowed);
  addByColocations(table, primariesBy(asDependent(last ?? resource)), {
    owner: last ?? resource,
    rollback: true,
    forward: true,
  });
  return table;
}

function candidateOf(node: Node): Candidate {
  return { node, score: node.score, discovery: "always", count: 0 };
}
