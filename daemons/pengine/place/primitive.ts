/**
 * Choosing the node of a primitive resource.
 *
 * @module
 */
import {
  type Candidate,
  type Colocation,
  INFINITY,
  type Node,
  type Resource,
  Role,
} from "../model.ts";
import type { WorkingSet } from "../model.ts";
import { addByColocation, hasInfluence } from "./colocation.ts";
import { asDependent, asPrimary } from "./colocations_of.ts";
import { anyAvailable, assignCandidates, copyCandidates, isUsable } from "./node.ts";
import { applyColocation, assign } from "./assign.ts";
import { addLocation } from "./criteria.ts";
import { currentNode } from "./resource.ts";
import { setNextRole } from "./role.ts";
import { recordScores, recordUse } from "./trace.ts";
import { banInsufficientCapacity, compareCapacity, consume, release } from "./utilization.ts";

/** Places a primitive, and before it what it depends on. */
export function assignPrimitive(
  set: WorkingSet,
  resource: Resource,
  prefer: Node | undefined,
  settle: boolean,
): Node | undefined {
  if (resource.parent !== undefined && !resource.parent.allocating) {
    assign(set, resource.parent, prefer);
  }
  if (!resource.provisional) return resource.allocatedTo;
  if (resource.allocating) return undefined; // A loop of colocations: the first one decides.
  resource.allocating = true;

  // What is mandatory comes first, so that as much of it as possible is kept.
  for (const mandatory of [true, false]) {
    for (const colocation of asDependent(resource)) {
      if (isMandatory(colocation) === mandatory) follow(set, resource, colocation);
    }
    for (const colocation of asPrimary(resource)) {
      if (isMandatory(colocation) !== mandatory || !hasInfluence(colocation, undefined)) continue;
      assignCandidates(
        resource.allowed,
        addByColocation(colocation.dependent, resource.allowed, colocation, { rollback: true }),
      );
    }
  }

  if (resource.nextRole === Role.stopped) {
    addLocation(set, resource, undefined, -INFINITY);
  } else if (
    resource.nextRole > resource.role && !set.quorate && set.options.noQuorumPolicy === "freeze"
  ) {
    setNextRole(resource, resource.role, "no-quorum-policy=freeze");
  }
  recordScores(set, "pcmk__primitive_assign", resource);

  if (set.options.stonithEnabled && !set.haveStonithResource) resource.managed = false;

  if (!resource.managed) {
    setNextRole(resource, resource.role, "unmanaged");
    place(set, resource, currentNode(resource), true);
  } else if (set.options.stopAllResources) {
    place(set, resource, undefined, true);
  } else {
    chooseNode(set, resource, prefer, settle);
  }
  resource.allocating = false;
  if (resource.remoteConnection) followConnection(resource);
  return resource.allocatedTo;
}

function isMandatory({ score }: Colocation): boolean {
  return score >= INFINITY || score <= -INFINITY;
}

/** Hears what a resource should be with; advice that would leave nothing is taken back. */
function follow(set: WorkingSet, resource: Resource, colocation: Colocation): void {
  const { primary, score, dependentRole } = colocation;
  const advisory = score < 0 && score > -INFINITY;
  const saved = dependentRole >= Role.promoted || advisory
    ? copyCandidates(resource.allowed)
    : undefined;
  assign(set, primary, undefined);
  applyColocation(set, resource, primary, colocation, true);
  if (saved !== undefined && !anyAvailable(resource.allowed)) {
    assignCandidates(resource.allowed, saved);
  }
}

/** A remote node is there exactly if its connection will be. */
function followConnection(resource: Resource): void {
  const node = resource.remoteNode;
  if (node === undefined) return;
  if (resource.allocatedTo !== undefined && resource.nextRole !== Role.stopped) {
    node.online = true;
    if (node.unseen) node.unclean = false;
  } else {
    node.shutdown = true;
  }
}

function chooseNode(
  set: WorkingSet,
  resource: Resource,
  wish: Node | undefined,
  settle: boolean,
): void {
  const roomiest = banInsufficientCapacity(set, resource);
  const prefer = wish ?? roomiest;
  if (!resource.provisional) return;
  const sorted = sortCandidates(set, [...resource.allowed.values()], currentNode(resource));
  const best = sorted[0];
  let chosen: Candidate | undefined;
  if (prefer !== undefined && best !== undefined) {
    chosen = resource.allowed.get(prefer);
    if (
      chosen !== undefined &&
      (chosen.score < best.score || chosen.score < 0 || !isUsable(chosen.node))
    ) {
      chosen = undefined;
    }
  }
  if (chosen === undefined && best !== undefined) {
    chosen = best;
    const uniqueInstance = resource.parent?.variant === "clone" && resource.parent.globallyUnique;
    if (!uniqueInstance && best.score > 0 && isUsable(best.node)) {
      const running = currentNode(resource);
      if (running !== undefined && isUsable(running)) {
        for (const other of sorted) {
          if (other.score !== best.score) break;
          if (other.node === running) chosen = other;
        }
      }
    }
  }
  place(set, resource, chosen?.node, false, settle);
}

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
    }
    if (a.node === active) return -1;
    if (b.node === active) return 1;
    return a.node.name < b.node.name ? -1 : a.node.name > b.node.name ? 1 : 0;
  });
}

/**
 * Settles where a resource goes. Without `force` a node that is forbidden or cannot run anything
 * is refused.
 *
 * @returns whether anything changed
 */
export function place(
  set: WorkingSet,
  resource: Resource,
  node: Node | undefined,
  force: boolean,
  settle = true,
): boolean {
  if (resource.variant !== "primitive") {
    let changed = false;
    for (const child of resource.children) {
      changed = place(set, child, node, force, settle) || changed;
    }
    return changed;
  }
  const previous = resource.allocatedTo;
  let home = node;
  if (home !== undefined && !force) {
    const score = resource.allowed.get(home)?.score ?? 0;
    // A guest is taken to come up with its connection.
    if (score < 0 || (!isUsable(home) && home.kind !== "guest")) {
      if (settle) setNextRole(resource, Role.stopped, "node availability");
      home = undefined;
    }
  }
  unplace(resource);
  resource.provisional = false;
  if (home === undefined) {
    if (!settle) return previous !== undefined;
    setNextRole(resource, Role.stopped, "unable to assign");
    for (const action of resource.actions) {
      if (action.task === "stop") action.optional = false;
      else if (action.task === "start") action.runnable = false;
      else if (action.intervalMs !== 0 && action.meta.get("op_target_rc") !== "7") {
        action.runnable = false;
      }
    }
    return previous !== undefined;
  }
  resource.allocatedTo = home;
  home.allocated.push(resource);
  home.resourceCount++;
  const candidate = resource.allowed.get(home);
  if (candidate !== undefined) candidate.count++;
  consume(home, resource);
  recordUse(set, resource, home);
  return previous !== home;
}

/** Takes a resource's place away again. */
export function unplace(resource: Resource): void {
  const old = resource.allocatedTo;
  resource.provisional = true;
  if (old === undefined) return;
  delete resource.allocatedTo;
  const at = old.allocated.indexOf(resource);
  if (at >= 0) old.allocated.splice(at, 1);
  old.resourceCount--;
  release(old, resource);
}
