/**
 * Every reason for and against running a resource on a node: the node's own, failures, what the
 * configuration says of the resource and of what it is part of, capacity.
 *
 * @module
 */
import {
  type Colocation,
  INFINITY,
  type Node,
  type Resource,
  Role,
  type WorkingSet,
} from "../model.ts";
import { nodeAttribute } from "../place/node.ts";
import { primitivesOf, topmost } from "../place/resource.ts";
import { locationName, pairElement } from "./elements.ts";
import { banReasons, failureReason } from "./failure.ts";
import { healthReason, nodeReasons } from "./node_reasons.ts";
import type { Reason } from "./reason.ts";

/** All reasons, those of the node first. */
export function placeReasons(
  set: WorkingSet,
  resource: Resource,
  node: Node,
): readonly Reason[] {
  const failures = failureReason(set, resource, node);
  const health = set.options.nodeHealthStrategy === "none" ? undefined : healthReason(node);
  return [
    ...nodeReasons(set, node),
    ...(health === undefined ? [] : [health]),
    ...(failures === undefined ? [] : [failures]),
    ...banReasons(set, resource, node),
    ...symmetryReasons(set, resource, node),
    ...constraintReasons(set, resource, node),
    ...groupReasons(resource, node),
    ...cloneReasons(resource, node),
    ...capacityReasons(set, resource, node),
    ...stickiness(resource, node),
    ...discovery(resource, node),
  ];
}

/** In a cluster that is not symmetric, a node is allowed by a constraint or not at all. */
function symmetryReasons({ options }: WorkingSet, resource: Resource, node: Node): Reason[] {
  if (options.symmetric || resource.allowed.has(node)) return [];
  const text = "no location constraint allows it, and symmetric-cluster is false";
  return [{ kind: "symmetry", text }];
}

/** Its own constraints, and those of what it is part of. */
function constraintReasons(set: WorkingSet, resource: Resource, node: Node): Reason[] {
  const reasons: Reason[] = [];
  const { nodeHealthStrategy } = set.options;
  for (let one: Resource | undefined = resource; one !== undefined; one = one.parent) {
    for (const { id, role, scores } of one.locations) {
      const score = scores.get(node);
      if (score === undefined || score === 0 || id === nodeHealthStrategy) continue;
      const promoted = role > Role.started ? " for the promoted role" : "";
      const text = `${locationName(set, id)}${promoted}`;
      reasons.push({ kind: "location", text, score, element: id });
    }
    for (const colocation of one.withThis) reasons.push(...withReasons(colocation, node));
    for (const { id, dependent, score } of one.thisWith) {
      const there = [...primitivesOf(dependent)].some(({ runningOn }) => runningOn.includes(node));
      if (!there) continue;
      const text = `colocation "${id}" of "${dependent.id}" with it`;
      reasons.push({ kind: "colocation", text, score, element: id });
    }
  }
  return reasons;
}

/** What a resource must be with, or apart from. */
function withReasons(
  { id, primary, score, nodeAttribute: name }: Colocation,
  node: Node,
): Reason[] {
  const value = nodeAttribute(node, name);
  const places = [...primitivesOf(primary)].flatMap(({ allocatedTo }) => allocatedTo ?? []);
  const there = places.some((place) =>
    place === node || (value !== undefined && nodeAttribute(place, name) === value)
  );
  const where = there
    ? "which is there"
    : places.length === 0
    ? "which runs nowhere"
    : `which is on ${[...new Set(places.map(({ name }) => name))].join(", ")}`;
  const reason = (score: number): Reason[] => [{
    kind: "colocation",
    text: `colocation "${id}" with "${primary.id}", ${where}`,
    score,
    element: id,
  }];
  if (there) return score === 0 ? [] : reason(score);
  return score >= INFINITY ? reason(-INFINITY) : [];
}

/** A member of a group follows the one before it. */
function groupReasons({ parent, id }: Resource, node: Node): Reason[] {
  if (parent?.variant !== "group" || parent.group?.colocated === false) return [];
  const before = parent.children[parent.children.findIndex((one) => one.id === id) - 1];
  if (before === undefined || before.allocatedTo === node) return [];
  const where = before.allocatedTo === undefined
    ? "runs nowhere"
    : `is on ${before.allocatedTo.name}`;
  const text = `"${before.id}", the member before it in group "${parent.id}", ${where}`;
  return [{ kind: "group", text, score: -INFINITY, element: parent.id }];
}

/** A node takes so many instances of a clone. */
function cloneReasons(resource: Resource, node: Node): Reason[] {
  const clone = resource.parent;
  if (clone?.clone === undefined) return [];
  const others = clone.children.filter((one) => one !== resource && one.allocatedTo === node);
  const { nodeMax } = clone.clone;
  if (others.length < nodeMax) return [];
  const text = `${others.map(({ id }) => `"${id}"`).join(", ")} of clone "${clone.id}" is there, ` +
    `and its clone-node-max is ${nodeMax}`;
  return [{ kind: "clone", text, score: -INFINITY, element: clone.id }];
}

/** What it needs and the node does not have. */
function capacityReasons({ options }: WorkingSet, resource: Resource, node: Node): Reason[] {
  if (options.placementStrategy === "default" || resource.allocatedTo === node) return [];
  return [...resource.utilization].flatMap(([name, needed]): Reason[] => {
    const [all, free] = [node.utilization.get(name) ?? 0, node.free.get(name) ?? 0];
    if (needed <= 0 || needed <= free) return [];
    const has = needed > all ? `${node.name} provides ${all}` : `${free} of ${all} is left`;
    const element = pairElement(resource, name);
    return [{
      kind: "capacity",
      text: `capacity: it needs ${name}=${needed}, and ${has}`,
      score: -INFINITY,
      ...(element === undefined ? {} : { element }),
    }];
  });
}

function stickiness(resource: Resource, node: Node): Reason[] {
  if (resource.stickiness === 0 || !resource.runningOn.includes(node)) return [];
  const element = pairElement(resource, "resource-stickiness");
  const text = "its stickiness, since it is there";
  const score = resource.stickiness;
  return [{ kind: "stickiness", text, score, ...(element === undefined ? {} : { element }) }];
}

function discovery(resource: Resource, node: Node): Reason[] {
  if (!topmost(resource).exclusiveDiscovery) return [];
  if (resource.allowed.get(node)?.discovery === "exclusive") return [];
  const text = "a location constraint with resource-discovery=exclusive names other nodes only";
  return [{ kind: "discovery", text, score: -INFINITY }];
}
