/**
 * Placing the instances of a clone: first those that may stay where they are, then the others.
 *
 * @module
 */
import { type Colocation, INFINITY, type Node, type Resource } from "../model.ts";
import { Role, type WorkingSet } from "../model.ts";
import { applyColocation, assign } from "./assign.ts";
import {
  addByColocation,
  addDependentOf,
  addPrimaryOf,
  attributeName,
  hasInfluence,
} from "./colocation.ts";
import { addLocation } from "./criteria.ts";
import { compareInstances } from "./instance_order.ts";
import { assignCandidates, copyCandidates, isUsable, nodeAttribute } from "./node.ts";
import { place, unplace } from "./primitive.ts";
import { addPromotionScores, setInstanceRoles } from "./promotable.ts";
import { currentNode, hasInstances, interleaves, nodeOf } from "./resource.ts";
import { compatibleInstance } from "./pairing.ts";
import { addScores } from "./score.ts";
import { recordScores } from "./trace.ts";

/** Places a clone. */
export function assignClone(
  set: WorkingSet,
  clone: Resource,
  prefer: Node | undefined,
): Node | undefined {
  const data = clone.clone;
  if (!clone.provisional || clone.allocating || data === undefined) return undefined;
  if (clone.promotable) addPromotionScores(clone);
  clone.allocating = true;
  for (const colocation of [...clone.withThis]) assign(set, colocation.primary, prefer);
  for (const colocation of [...clone.thisWith]) {
    if (!hasInfluence(colocation, undefined)) continue;
    assignCandidates(
      clone.allowed,
      addByColocation(colocation.dependent, clone.allowed, colocation, {
        rollback: true,
        positive: true,
      }),
    );
  }
  recordScores(set, "pcmk__clone_assign", clone, true);
  clone.children.sort(compareInstances);
  distribute(set, clone, clone.children, data.max, data.nodeMax);
  if (clone.promotable) setInstanceRoles(set, clone);
  clone.provisional = false;
  clone.allocating = false;
  return undefined;
}

/** Spreads instances over the nodes of their parent. */
export function distribute(
  set: WorkingSet,
  parent: Resource,
  instances: readonly Resource[],
  max: number,
  perNode: number,
): void {
  let usable = 0;
  for (const candidate of parent.allowed.values()) {
    candidate.count = 0;
    if (isUsable(candidate.node)) usable++;
  }
  const optimal = Math.max(1, usable > 0 ? Math.floor(max / usable) : 0);
  const everywhere = max < usable;
  let assigned = 0;
  for (const instance of instances) {
    if (assigned >= max) break;
    if (instance.runningOn.length === 0 || !instance.provisional || instance.failed) continue;
    const node = currentNode(instance);
    if (node === undefined || !isUsable(node)) continue;
    const share = parent.allowed.get(node);
    if (share === undefined || share.score < 0 || share.count >= optimal) continue;
    if (assignInstance(set, parent, instance, node, everywhere, perNode) !== undefined) assigned++;
  }
  for (const instance of instances) {
    if (!instance.provisional) continue;
    if (assigned >= max) {
      addLocation(set, instance, undefined, -INFINITY);
    } else if (
      assignInstance(set, parent, instance, undefined, everywhere, perNode) !== undefined
    ) {
      assigned++;
    }
  }
  // What is beyond the limit still has to be settled as stopped.
  for (const instance of instances) if (instance.provisional) assign(set, instance, undefined);
}

function assignInstance(
  set: WorkingSet,
  parent: Resource,
  instance: Resource,
  prefer: Node | undefined,
  everywhere: boolean,
  limit: number,
): Node | undefined {
  if (!instance.provisional) return instance.allocatedTo;
  if (instance.allocating) return undefined;
  if (prefer !== undefined) {
    const there = instance.allowed.get(prefer);
    if (there === undefined || there.score < 0) return undefined;
  }
  takeColocations(parent, instance, everywhere);
  banFullNodes(parent, instance, limit);
  const backup = copyCandidates(instance.allowed);
  let chosen = assign(set, instance, prefer);
  if (chosen !== undefined && prefer !== undefined && chosen !== prefer) {
    assignCandidates(instance.allowed, backup);
    undo(instance);
    chosen = undefined;
  }
  if (chosen !== undefined) {
    const share = parent.allowed.get(chosen);
    if (share !== undefined) share.count++;
  }
  return chosen;
}

function undo(instance: Resource): void {
  instance.provisional = true;
  for (const child of instance.children) undo(child);
  if (instance.variant === "primitive") unplace(instance);
}

/** An instance is subject to the colocations of its clone; advisory ones only as far as they bind. */
function takeColocations(parent: Resource, instance: Resource, everywhere: boolean): void {
  for (const colocation of parent.withThis) {
    const { score } = colocation;
    if (everywhere || score < 0 || score >= INFINITY) {
      addOnce(instance.withThis, colocation, addDependentOf);
    }
  }
  for (const colocation of parent.thisWith) {
    if (!hasInfluence(colocation, instance)) continue;
    if (everywhere || colocation.score < 0) addOnce(instance.thisWith, colocation, addPrimaryOf);
  }
}

function addOnce(
  list: Colocation[],
  colocation: Colocation,
  add: (list: Colocation[], colocation: Colocation) => void,
): void {
  if (!list.includes(colocation)) add(list, colocation);
}

function banFullNodes(parent: Resource, instance: Resource, limit: number): void {
  for (const candidate of [...instance.allowed.values()]) {
    const share = parent.allowed.get(candidate.node);
    if (instance.orphan || !isUsable(candidate.node) || share === undefined) {
      addToAll(instance, candidate.node, -INFINITY);
    } else if (share.score < 0) {
      addToAll(instance, candidate.node, share.score);
    } else if (share.count >= limit) {
      addToAll(instance, candidate.node, -INFINITY);
    }
  }
}

function addToAll(resource: Resource, node: Node, score: number): void {
  const candidate = resource.allowed.get(node);
  if (candidate !== undefined) candidate.score = addScores(candidate.score, score);
  for (const child of resource.children) addToAll(child, node, score);
}

/** A colocation with a clone: with the instance beside the dependent, or with any instance. */
export function applyToClone(
  set: WorkingSet,
  dependent: Resource,
  clone: Resource,
  colocation: Colocation,
): void {
  if (clone.provisional) return;
  if (clone.promotable && colocation.primaryRole !== Role.unknown) {
    return applyToPromotable(dependent, clone, colocation);
  }
  if (isPaired(colocation, clone)) {
    const instance = compatibleInstance(dependent, clone, Role.unknown, false);
    if (instance !== undefined) applyColocation(set, dependent, instance, colocation, true);
    else if (colocation.score >= INFINITY) place(set, dependent, undefined, true);
    return;
  }
  if (colocation.score >= INFINITY) {
    const homes = new Set<Node>();
    for (const child of clone.children) {
      if (isBlocked(child)) continue;
      const node = nodeOf(child, false);
      if (node !== undefined) homes.add(node);
    }
    keepOnly(dependent, homes);
    return;
  }
  for (const child of clone.children) applyColocation(set, dependent, child, colocation, false);
}

function applyToPromotable(dependent: Resource, clone: Resource, colocation: Colocation): void {
  const { primaryRole, dependentRole, score } = colocation;
  if (dependent.provisional) {
    const homes = new Map<Node, number>();
    const value = (node: Node) => {
      const name = attributeName(colocation);
      return name === undefined ? node.id : nodeAttribute(node, name);
    };
    for (const child of clone.children) {
      const node = nodeOf(child, false);
      if (node === undefined || instanceRole(child) !== primaryRole) continue;
      homes.set(node, scoreOfHome(child, node));
      if (score >= INFINITY) continue;
      for (const candidate of dependent.allowed.values()) {
        if (value(candidate.node) === value(node)) {
          candidate.score = addScores(candidate.score, score);
        }
      }
    }
    // Two that are promoted together may well run apart unpromoted.
    const bothPromoted = dependentRole === Role.promoted && primaryRole === Role.promoted;
    if (score < INFINITY || bothPromoted) return;
    keepOnly(dependent, homes);
    // A home is as good for the dependent as the instance found it.
    for (const [node, worth] of homes) {
      const candidate = dependent.allowed.get(node);
      if (candidate !== undefined) candidate.score = addScores(candidate.score, worth);
    }
  } else if (dependentRole === Role.promoted) {
    const instance = compatibleInstance(dependent, clone, primaryRole, false);
    if (instance !== undefined) {
      dependent.priority = addScores(dependent.priority, score);
    } else if (score >= INFINITY) {
      dependent.priority = addScores(dependent.priority, -INFINITY);
    }
  }
}

/** What an instance thinks of the node where it was placed; of a group, its first member. */
function scoreOfHome(instance: Resource, node: Node): number {
  const [first] = instance.children;
  return first === undefined ? instance.allowed.get(node)?.score ?? 0 : scoreOfHome(first, node);
}

function instanceRole(instance: Resource): Role {
  if (instance.variant === "primitive") return instance.nextRole;
  let role: Role = Role.unknown;
  for (const child of instance.children) {
    const one = instanceRole(child);
    if (one > role) role = one;
  }
  return role;
}

/** Whether the dependent is a clone whose instances each follow the one beside them. */
function isPaired(colocation: Colocation, clone: Resource): boolean {
  const { dependent } = colocation;
  if (!hasInstances(dependent)) return false;
  return interleaves(dependent) && perNode(dependent) === perNode(clone);
}

function perNode(resource: Resource): number {
  return resource.clone?.nodeMax ?? resource.bundle?.replicasPerHost ?? 1;
}

function isBlocked(resource: Resource): boolean {
  return resource.blocked || resource.children.some(isBlocked);
}

function keepOnly(dependent: Resource, homes: { has(node: Node): boolean }): void {
  for (const candidate of dependent.allowed.values()) {
    if (!homes.has(candidate.node)) candidate.score = addScores(candidate.score, -INFINITY);
  }
}
