/**
 * Placing resources of any kind, and applying a colocation between any two kinds.
 *
 * @module
 */
import type { Colocation, Node, Resource, WorkingSet } from "../model.ts";
import { INFINITY } from "../model.ts";
import { applyToPrimitive } from "./colocation.ts";
import { applyToBundle, assignBundle } from "./bundle.ts";
import { applyToClone, assignClone } from "./clone.ts";
import { assignGroup } from "./group.ts";
import { assignPrimitive } from "./primitive.ts";
import { sortResources } from "./utilization.ts";

/** Places everything: connections to remote nodes first, since other things may go there. */
export function assignAll(set: WorkingSet): void {
  if (set.options.placementStrategy !== "default") sortResources(set);
  if (set.haveRemoteNodes) {
    for (const resource of set.resources) {
      if (resource.remoteConnection) assign(set, resource, resource.partialMigrationTarget);
    }
  }
  for (const resource of set.resources) {
    if (!resource.remoteConnection) assign(set, resource, undefined);
  }
}

/**
 * Places one resource, with a wish.
 *
 * @param settle what finds no place is settled as stopped; else it is as if it had not been asked
 */
export function assign(
  set: WorkingSet,
  resource: Resource,
  prefer: Node | undefined,
  settle = true,
): Node | undefined {
  switch (resource.variant) {
    case "primitive":
      return assignPrimitive(set, resource, prefer, settle);
    case "group":
      return assignGroup(set, resource, prefer, settle);
    case "clone":
      return assignClone(set, resource, prefer);
    case "bundle":
      return assignBundle(set, resource, prefer);
  }
}

/** Applies a colocation; `forDependent`: as seen from the dependent, else from the primary. */
export function applyColocation(
  set: WorkingSet,
  dependent: Resource,
  primary: Resource,
  colocation: Colocation,
  forDependent: boolean,
): void {
  if (forDependent) {
    const choosesRole = !dependent.provisional && dependent.parent?.promotable === true;
    if (dependent.variant === "group" && !choosesRole) {
      const [first] = dependent.children;
      if (first === undefined) return;
      if (dependent.group?.colocated !== false) {
        return applyColocation(set, first, primary, colocation, true);
      }
      if (colocation.score >= INFINITY) return; // It could not be kept.
      for (const child of dependent.children) {
        applyColocation(set, child, primary, colocation, true);
      }
      return;
    }
    // Instances carry it instead.
    if (dependent.variant !== "primitive" && !choosesRole) return;
  }
  switch (primary.variant) {
    case "primitive":
      return applyToPrimitive(dependent, primary, colocation);
    case "group":
      return applyToGroup(set, dependent, primary, colocation);
    case "clone":
      return applyToClone(set, dependent, primary, colocation);
    case "bundle":
      return applyToBundle(set, dependent, primary, colocation);
  }
}

function applyToGroup(
  set: WorkingSet,
  dependent: Resource,
  group: Resource,
  colocation: Colocation,
): void {
  if (group.provisional) return;
  if (group.group?.colocated !== false) {
    // A mandatory dependent cannot start until the whole group is up; others come earlier.
    const member = colocation.score >= INFINITY
      ? group.children[group.children.length - 1]
      : group.children[0];
    if (member !== undefined) applyColocation(set, dependent, member, colocation, false);
    return;
  }
  if (colocation.score >= INFINITY) return;
  for (const child of group.children) applyColocation(set, dependent, child, colocation, false);
}
