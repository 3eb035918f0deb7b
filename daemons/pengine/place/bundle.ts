/**
 * Placing a bundle: its containers first, then what runs with and in each.
 *
 * @module
 */
import { type Colocation, INFINITY, type Node, type Resource, Role } from "../model.ts";
import { distribute } from "./clone.ts";
import { colocate } from "./colocate.ts";
import { isBannedByFailures } from "./criteria.ts";
import { instanceOrder } from "./instance_order.ts";
import { hostOf, isRemote } from "./node.ts";
import { compatibleInstance } from "./pairing.ts";
import type { Placing } from "./placing.ts";
import { hasInstances } from "./resource.ts";
import { addScores } from "./score.ts";
import { place } from "./settle.ts";
import { recordScores } from "./trace.ts";

/** Places a bundle. */
export function assignBundle(
  placing: Placing,
  bundle: Resource,
  prefer: Node | undefined,
): Node | undefined {
  const { set } = placing;
  const data = bundle.bundle;
  if (!bundle.provisional || bundle.allocating || data === undefined) return undefined;
  bundle.allocating = true;
  recordScores(set, "pcmk__bundle_assign", bundle, true);
  const containers = data.replicas.map((replica) => replica.container).sort(instanceOrder());
  distribute(placing, bundle, containers, {
    max: data.replicaCount,
    perNode: data.replicasPerHost,
  });
  const guests = new Set<Node>();
  for (const { container, ip, remote, child, node } of data.replicas) {
    if (node !== undefined) guests.add(node);
    if (ip !== undefined) placing.assign(ip, prefer);
    const host = container.allocatedTo;
    if (remote !== undefined && host !== undefined && isRemote(host)) {
      // A host that is remote itself allows one connection only, so all go the same way.
      if (host.connection !== undefined) {
        colocate(set, {
          id: "child-remote-with-docker-remote",
          score: INFINITY,
          dependent: remote,
          primary: host.connection,
          influence: true,
        });
      }
    }
    // Without an address of its own a connection that finds no host still has its monitors ended.
    if (remote !== undefined) placing.assign(remote, prefer, ip !== undefined);
    if (child === undefined) continue;
    for (const candidate of child.allowed.values()) {
      if (candidate.node !== node) candidate.score = -INFINITY;
      else if (isBannedByFailures(set, child, node) === undefined) candidate.score = INFINITY;
    }
    if (child.parent !== undefined) child.parent.allocating = true;
    placing.assign(child, node);
    if (child.parent !== undefined) child.parent.allocating = false;
  }
  if (data.child !== undefined) {
    for (const candidate of data.child.allowed.values()) {
      candidate.score = guests.has(candidate.node) ? 0 : -INFINITY;
    }
    placing.assign(data.child, prefer);
  }
  bundle.provisional = false;
  bundle.allocating = false;
  return undefined;
}

/** A colocation with a bundle is one with its containers. */
export function applyToBundle(
  placing: Placing,
  dependent: Resource,
  bundle: Resource,
  colocation: Colocation,
): void {
  if (bundle.provisional) return;
  const { score, primaryRole } = colocation;
  if (!dependent.provisional && dependent.parent?.promotable === true) {
    return applyToPromotion(dependent, bundle, colocation);
  }
  if (hasInstances(colocation.dependent)) {
    const container = compatibleInstance(dependent, bundle, Role.unknown, false);
    if (container !== undefined) {
      placing.applyColocation(colocation, dependent, container, "dependent");
    } else if (score >= INFINITY) place(placing.set, dependent, undefined, { force: true });
    return;
  }
  // What is in the containers has the role; of these themselves it is not asked.
  const anyRole = { ...colocation, primaryRole: Role.unknown };
  const homes = new Set<Node>();
  for (const { container, child } of bundle.bundle?.replicas ?? []) {
    const role = child?.nextRole ?? Role.unknown;
    if (primaryRole >= Role.promoted && role !== primaryRole) continue;
    if (score < INFINITY) {
      placing.applyColocation(anyRole, dependent, container, "primary");
      continue;
    }
    const node = container.allocatedTo;
    if (node !== undefined && !container.blocked) homes.add(node);
  }
  if (score < INFINITY) return;
  for (const candidate of dependent.allowed.values()) {
    if (!homes.has(candidate.node)) candidate.score = -INFINITY;
  }
}

/** How fit an instance with a place is for promotion, as the replica on its host has it. */
function applyToPromotion(dependent: Resource, bundle: Resource, colocation: Colocation): void {
  const { score, dependentRole, primaryRole } = colocation;
  if (dependentRole < Role.unpromoted) return;
  const host = dependent.allocatedTo && hostOf(dependent.allocatedTo);
  const beside = bundle.bundle?.replicas.find(({ container }) => container.allocatedTo === host);
  const role = beside?.child?.nextRole ?? Role.unknown;
  if (beside === undefined || (primaryRole !== Role.unknown && role !== primaryRole)) return;
  dependent.priority = addScores(
    dependent.priority,
    dependentRole === Role.unpromoted ? -score : score,
  );
}
