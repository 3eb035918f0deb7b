/**
 * Placing the instances of a clone: first those that may stay where they are, then the others.
 *
 * @module
 */
import { type Candidate, type Colocation, INFINITY, type Node, type Resource } from "../model.ts";
import { Role } from "../model.ts";
import { addByColocations, dependentsBy } from "./colocated_scores.ts";
import { attributeName, hasInfluence } from "./colocation.ts";
import { valueFor } from "./colocation_value.ts";
import { asDependent, asPrimary } from "./colocations_of.ts";
import { addLocation } from "./criteria.ts";
import { instanceOrder } from "./instance_order.ts";
import { assignCandidates, copyCandidates, isUsable } from "./node.ts";
import type { Placing } from "./placing.ts";
import { addPromotionScores, setInstanceRoles } from "./promotable.ts";
import { currentNode, hasInstances, interleaves, nodeOf } from "./resource.ts";
import { compatibleInstance } from "./pairing.ts";
import { addScores } from "./score.ts";
import { place, unplace } from "./settle.ts";
import { recordScores } from "./trace.ts";

/** Places a clone. */
export function assignClone(
  placing: Placing,
  clone: Resource,
  prefer: Node | undefined,
): Node | undefined {
  const { set } = placing;
  const data = clone.clone;
  if (!clone.provisional || clone.allocating || data === undefined) return undefined;
  if (clone.promotable) addPromotionScores(clone);
  clone.allocating = true;
  for (const colocation of asDependent(clone)) placing.assign(colocation.primary, prefer);
  const heard = asPrimary(clone).filter((colocation) => hasInfluence(colocation, undefined));
  addByColocations(clone.allowed, dependentsBy(heard), {
    owner: clone,
    rollback: true,
    positive: true,
  });
  recordScores(set, "pcmk__clone_assign", clone, true);
  clone.children.sort(instanceOrder());
  distribute(placing, clone, clone.children, { max: data.max, perNode: data.nodeMax });
  if (clone.promotable) setInstanceRoles(placing, clone);
  clone.provisional = false;
  clone.allocating = false;
  return undefined;
}

/** Spreads instances over the nodes of their parent: first those that may stay where they are. */
export function distribute(
  placing: Placing,
  parent: Resource,
  instances: readonly Resource[],
  { max, perNode }: { readonly max: number; readonly perNode: number },
): void {
  let usable = 0;
  for (const candidate of parent.allowed.values()) {
    candidate.count = 0;
    if (isUsable(candidate.node)) usable++;
  }
  const optimal = Math.max(1, usable > 0 ? Math.floor(max / usable) : 0);
  let assigned = 0;
  for (const instance of instances) {
    if (assigned >= max) break;
    const node = placeToKeep(parent, instance, optimal);
    if (
      node !== undefined &&
      keepInPlace(placing, parent, instance, node, { perNode, available: max - assigned })
    ) {
      assigned++;
    }
  }
  for (const instance of instances) {
    if (!instance.provisional) continue;
    if (assigned >= max) {
      addLocation(placing.set, instance, undefined, -INFINITY);
    } else if (assignInstance(placing, parent, instance, undefined, perNode) !== undefined) {
      assigned++;
    }
  }
  // What is beyond the limit is settled as stopped, also where no device protects its data.
  for (const instance of instances) {
    if (instance.provisional && instance.managed) place(placing.set, instance, undefined);
  }
}

/** The node of an instance that is well, unless that has its share of instances already. */
function placeToKeep(parent: Resource, instance: Resource, optimal: number): Node | undefined {
  if (instance.runningOn.length === 0 || !instance.provisional || instance.failed) return undefined;
  const node = currentNode(instance);
  if (node === undefined || !isUsable(node)) return undefined;
  const share = parent.allowed.get(node);
  return share !== undefined && share.count >= optimal ? undefined : node;
}

/**
 * Tries to leave an instance where it is. Where another node is better, one of the instances that
 * are left is set aside for that node, and the next best is asked for: so the nodes get the
 * instances they deserve, and those that are to be active somewhere are not moved for it.
 */
function keepInPlace(
  placing: Placing,
  parent: Resource,
  instance: Resource,
  node: Node,
  { perNode, available }: { readonly perNode: number; readonly available: number },
): boolean {
  const there = instance.allowed.get(node);
  if (there === undefined || there.score < 0 || !isUsable(node)) return false;
  const counts = copyCandidates(parent.allowed);
  const tables = copyTables(instance);
  let kept = false;
  for (let reserved = 0; reserved < available; reserved++) {
    const chosen = assignInstance(placing, parent, instance, node, perNode);
    kept = chosen === node;
    if (kept) break;
    restoreTables(tables);
    // A group that found no node is not asked a second time.
    if (chosen === undefined && instance.children.length > 0) break;
    undo(instance);
    if (chosen === undefined) break;
  }
  assignCandidates(parent.allowed, counts);
  if (kept) countInstance(parent, node);
  return kept;
}

type Tables = ReadonlyMap<Resource, ReturnType<typeof copyCandidates>>;

function copyTables(resource: Resource, into = new Map<Resource, Map<Node, Candidate>>()): Tables {
  into.set(resource, copyCandidates(resource.allowed));
  for (const child of resource.children) copyTables(child, into);
  return into;
}

function restoreTables(tables: Tables): void {
  for (const [resource, table] of tables) assignCandidates(resource.allowed, copyCandidates(table));
}

function assignInstance(
  placing: Placing,
  parent: Resource,
  instance: Resource,
  prefer: Node | undefined,
  limit: number,
): Node | undefined {
  if (!instance.provisional) return instance.allocatedTo;
  if (instance.allocating) return undefined;
  banFullNodes(parent, instance, limit);
  const chosen = placing.assign(instance, prefer, prefer === undefined);
  if (chosen !== undefined) countInstance(parent, chosen);
  return chosen;
}

function countInstance(parent: Resource, node: Node): void {
  const share = parent.allowed.get(node);
  if (share !== undefined) share.count++;
}

function undo(instance: Resource): void {
  instance.provisional = true;
  for (const child of instance.children) undo(child);
  if (instance.variant === "primitive") unplace(instance);
}

function banFullNodes(parent: Resource, instance: Resource, limit: number): void {
  for (const candidate of [...instance.allowed.values()]) {
    const share = parent.allowed.get(candidate.node);
    if (instance.orphan || !isUsable(candidate.node) || share === undefined) {
      addToAll(instance, candidate.node, -INFINITY);
    } else if (share.score < 0 || share.count >= limit) {
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
  placing: Placing,
  dependent: Resource,
  clone: Resource,
  colocation: Colocation,
): void {
  if (clone.provisional) return;
  // The wish of what has a place not to be promoted is weighed against each instance.
  const weighed = !dependent.provisional && colocation.dependentRole !== Role.promoted;
  if (clone.promotable && colocation.primaryRole !== Role.unknown && !weighed) {
    return applyToPromotable(dependent, clone, colocation);
  }
  if (isPaired(colocation, clone)) {
    const instance = compatibleInstance(dependent, clone, Role.unknown, false);
    if (instance !== undefined) {
      placing.applyColocation(colocation, dependent, instance, "dependent");
    } else if (colocation.score >= INFINITY) {
      place(placing.set, dependent, undefined, { force: true });
    }
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
  for (const child of clone.children) {
    placing.applyColocation(colocation, dependent, child, "primary");
  }
}

function applyToPromotable(dependent: Resource, clone: Resource, colocation: Colocation): void {
  const { primaryRole, dependentRole, score } = colocation;
  const name = attributeName(colocation) ?? "#id";
  if (dependent.provisional) {
    const homes = new Map<Node, number>();
    for (const child of clone.children) {
      const node = nodeOf(child, false);
      if (node === undefined || instanceRole(child) !== primaryRole) continue;
      homes.set(node, scoreOfHome(child, node));
      if (score >= INFINITY) continue;
      for (const candidate of dependent.allowed.values()) {
        if (valueFor(candidate.node, name, dependent) === valueFor(node, name, clone)) {
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
  } else {
    const here = nodeOf(dependent, false);
    const beside = here !== undefined && clone.children.some((child) => {
      if (isBlocked(child) || instanceRole(child) !== primaryRole) return false;
      const node = nodeOf(child, false);
      return node !== undefined && valueFor(node, name, child) === valueFor(here, name, child);
    });
    if (beside) {
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
