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
import { sortCandidates } from "./candidate_order.ts";
import { addByColocations, dependentsBy } from "./colocated_scores.ts";
import { hasInfluence } from "./colocation.ts";
import { asDependent, asPrimary } from "./colocations_of.ts";
import { anyAvailable, assignCandidates, copyCandidates, isUsable } from "./node.ts";
import { addLocation } from "./criteria.ts";
import { currentNode } from "./resource.ts";
import { setNextRole } from "./role.ts";
import type { Placing } from "./placing.ts";
import { place } from "./settle.ts";
import { recordScores } from "./trace.ts";
import { banInsufficientCapacity } from "./utilization.ts";

/** Places a primitive, and before it what it depends on. */
export function assignPrimitive(
  placing: Placing,
  resource: Resource,
  prefer: Node | undefined,
  settle: boolean,
): Node | undefined {
  const { set } = placing;
  if (resource.parent !== undefined && !resource.parent.allocating) {
    placing.assign(resource.parent, prefer);
  }
  if (!resource.provisional) return resource.allocatedTo;
  if (resource.allocating) return undefined; // A loop of colocations: the first one decides.
  resource.allocating = true;

  // What is mandatory comes first, so that as much of it as possible is kept.
  for (const mandatory of [true, false]) {
    for (const colocation of asDependent(resource)) {
      if (isMandatory(colocation) === mandatory) follow(placing, resource, colocation);
    }
    const heard = asPrimary(resource).filter((colocation) =>
      isMandatory(colocation) === mandatory && hasInfluence(colocation, undefined)
    );
    addByColocations(resource.allowed, dependentsBy(heard), { owner: resource, rollback: true });
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
    place(set, resource, currentNode(resource), { force: true });
  } else if (set.options.stopAllResources) {
    place(set, resource, undefined, { force: true, settle });
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
function follow(placing: Placing, resource: Resource, colocation: Colocation): void {
  const { primary, score, dependentRole } = colocation;
  const advisory = score < 0 && score > -INFINITY;
  const saved = dependentRole >= Role.promoted || advisory
    ? copyCandidates(resource.allowed)
    : undefined;
  placing.assign(primary, undefined);
  placing.applyColocation(colocation, resource, primary, "dependent");
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
  place(set, resource, chosen?.node, { settle });
}
