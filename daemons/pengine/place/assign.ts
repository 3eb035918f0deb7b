/**
 * Placing resources of any kind, and applying a colocation between any two kinds.
 *
 * @module
 */
import type { Colocation, Node, Resource, WorkingSet } from "../model.ts";
import { INFINITY } from "../model.ts";
import { applyToBundle, assignBundle } from "./bundle.ts";
import { applyToClone, assignClone } from "./clone.ts";
import { applyToPrimitive } from "./colocation.ts";
import { assignGroup } from "./group.ts";
import type { Placing } from "./placing.ts";
import { assignPrimitive } from "./primitive.ts";
import { sortResources } from "./utilization.ts";

/** Places everything: connections to remote nodes first, since other things may go there. */
export function assignAll(set: WorkingSet): void {
  const placing: Placing = {
    set,
    assign: (resource, prefer, settle = true) => assign(placing, resource, prefer, settle),
    applyColocation: (colocation, dependent, primary, seenBy) =>
      seenBy === "dependent"
        ? applyToDependent(placing, colocation, dependent, primary)
        : applyToPrimary(placing, colocation, dependent, primary),
  };
  if (set.options.placementStrategy !== "default") sortResources(set);
  if (set.haveRemoteNodes) {
    for (const resource of set.resources) {
      if (resource.remoteConnection) placing.assign(resource, resource.partialMigrationTarget);
    }
  }
  for (const resource of set.resources) {
    if (!resource.remoteConnection) placing.assign(resource, undefined);
  }
}

function assign(
  placing: Placing,
  resource: Resource,
  prefer: Node | undefined,
  settle: boolean,
): Node | undefined {
  switch (resource.variant) {
    case "primitive":
      return assignPrimitive(placing, resource, prefer, settle);
    case "group":
      return assignGroup(placing, resource, prefer, settle);
    case "clone":
      return assignClone(placing, resource, prefer);
    case "bundle":
      return assignBundle(placing, resource, prefer);
  }
}

/** As the dependent sees it: of a group and of instances, the members carry it instead. */
function applyToDependent(
  placing: Placing,
  colocation: Colocation,
  dependent: Resource,
  primary: Resource,
): void {
  const choosesRole = !dependent.provisional && dependent.parent?.promotable === true;
  if (dependent.variant === "group" && !choosesRole) {
    const [first] = dependent.children;
    if (first === undefined) return;
    if (dependent.group?.colocated !== false) {
      return applyToDependent(placing, colocation, first, primary);
    }
    if (colocation.score >= INFINITY) return; // It could not be kept.
    for (const child of dependent.children) applyToDependent(placing, colocation, child, primary);
    return;
  }
  // Instances carry it instead.
  if (dependent.variant !== "primitive" && !choosesRole) return;
  applyToPrimary(placing, colocation, dependent, primary);
}

/** As the primary sees it. */
function applyToPrimary(
  placing: Placing,
  colocation: Colocation,
  dependent: Resource,
  primary: Resource,
): void {
  switch (primary.variant) {
    case "primitive":
      return applyToPrimitive(dependent, primary, colocation);
    case "group":
      return applyToGroup(placing, colocation, dependent, primary);
    case "clone":
      return applyToClone(placing, dependent, primary, colocation);
    case "bundle":
      return applyToBundle(placing, dependent, primary, colocation);
  }
}

function applyToGroup(
  placing: Placing,
  colocation: Colocation,
  dependent: Resource,
  group: Resource,
): void {
  if (group.provisional) return;
  if (group.group?.colocated !== false) {
    // A mandatory dependent cannot start until the whole group is up; others come earlier.
    const member = colocation.score >= INFINITY
      ? group.children[group.children.length - 1]
      : group.children[0];
    if (member !== undefined) applyToPrimary(placing, colocation, dependent, member);
    return;
  }
  if (colocation.score >= INFINITY) return;
  for (const child of group.children) applyToPrimary(placing, colocation, dependent, child);
}
