/**
 * Choosing which instances of a promotable clone are promoted.
 *
 * An agent (or an administrator) says how fit each node is by node attributes `master-NAME`;
 * location and colocation for the promoted role add to that.
 *
 * @module
 */
import { INFINITY, type Node, type Resource, Role, type WorkingSet } from "../model.ts";
import { addByColocations, dependentsBy, whileMerging } from "./colocated_scores.ts";
import { hasInfluence } from "./colocation.ts";
import { asDependent, asPrimary, forgetColocations } from "./colocations_of.ts";
import { addLocation } from "./criteria.ts";
import { instanceOrder } from "./instance_order.ts";
import { isUsable, isUsableWithGuest } from "./node.ts";
import type { Placing } from "./placing.ts";
import { nodeOf, nodesOf, roleOf, topmost, withoutInstance } from "./resource.ts";
import { setNextRole } from "./role.ts";
import { addScores } from "./score.ts";
import { record } from "./trace.ts";

/** Lets promotion scores influence the placement of instances too. */
export function addPromotionScores(clone: Resource): void {
  for (const child of clone.children) {
    for (const candidate of child.allowed.values()) {
      if (!isUsable(candidate.node)) continue;
      const { score } = promotionScore(child, candidate.node);
      if (score > 0) candidate.score = addScores(candidate.score, score);
      if (score > child.priority) child.priority = score;
    }
  }
}

/** Decides the roles of all instances. */
export function setInstanceRoles(placing: Placing, clone: Resource): void {
  const { set } = placing;
  const data = clone.clone;
  if (data === undefined) return;
  data.choosesRoles = true;
  forgetColocations(clone);
  for (const candidate of clone.allowed.values()) candidate.count = 0;
  for (const child of clone.children) setPriority(placing, child, clone);

  whileMerging(clone, () => sortForPromotion(set, clone));
  for (const child of clone.children) {
    record(set, {
      phase: "promotion",
      resource: child.id,
      node: nodeOf(child, false)?.name ?? "",
      score: child.sortIndex,
    });
  }
  let promoted = 0;
  for (const child of clone.children) {
    const wanted = child.sortIndex >= 0 && (promoted < data.promotedMax || !clone.managed);
    const share = wanted ? promotableOn(child, clone) : undefined;
    if (share === undefined) {
      setUnpromoted(child, false);
      continue;
    }
    if (child.role < Role.promoted && !set.quorate && set.options.noQuorumPolicy === "freeze") {
      setUnpromoted(child, false);
      continue;
    }
    share.count++;
    setPromoted(child);
    promoted++;
  }
}

function setPriority(placing: Placing, child: Resource, clone: Resource): void {
  if (roleOf(child, true) === Role.started) setUnpromoted(child, true);
  const nodes = nodesOf(child, false);
  const chosen = nodes.size === 1 ? nodes.values().next().value : undefined;
  const next = roleOf(child, false);
  if (chosen !== undefined) {
    switch (next) {
      case Role.started:
      case Role.unknown: {
        const { score, isDefault } = promotionScore(child, chosen);
        // Without any score, only constraints can make an instance eligible.
        child.priority = isDefault ? -1 : score;
        break;
      }
      case Role.unpromoted:
      case Role.stopped:
        child.priority = -INFINITY;
        break;
      case Role.promoted:
    }
    applyPromotedLocations(child, child, chosen);
    applyPromotedLocations(child, clone, chosen);
    for (const colocation of asDependent(child)) {
      placing.applyColocation(colocation, child, colocation.primary, "dependent");
    }
  }
  child.sortIndex = chosen === undefined
    ? -INFINITY
    : next === Role.promoted
    ? INFINITY
    : child.priority;
}

function applyPromotedLocations(child: Resource, of: Resource, chosen: Node): void {
  for (const location of of.locations) {
    if (location.role !== Role.promoted) continue;
    const score = location.scores.get(chosen);
    if (score !== undefined) child.priority = addScores(child.priority, score);
  }
}

function sortForPromotion(set: WorkingSet, clone: Resource): void {
  for (const child of clone.children) {
    const chosen = nodeOf(child, false);
    if (!child.managed && child.nextRole === Role.promoted) {
      child.sortIndex = INFINITY;
      continue;
    }
    if (chosen === undefined || child.sortIndex < 0) continue;
    const share = clone.allowed.get(chosen);
    if (share !== undefined) share.score = addScores(child.sortIndex, share.score);
  }
  const heard = asPrimary(clone).filter((colocation) =>
    colocation.primaryRole === Role.promoted && hasInfluence(colocation, undefined)
  );
  addByColocations(clone.allowed, dependentsBy(heard), {
    owner: clone,
    rollback: true,
    positive: true,
  });
  for (const { role, ticket } of clone.tickets) {
    if (role === Role.promoted && (!ticket.granted || ticket.standby)) {
      addLocation(set, clone, undefined, -INFINITY);
    }
  }
  for (const child of clone.children) {
    const chosen = nodeOf(child, false);
    if (!child.managed && child.nextRole === Role.promoted) {
      child.sortIndex = INFINITY;
    } else if (chosen !== undefined && child.sortIndex >= 0) {
      const share = clone.allowed.get(chosen);
      if (share !== undefined) child.sortIndex = share.score;
    }
  }
  const compare = instanceOrder();
  clone.children.sort((a, b) => {
    if (a.sortIndex !== b.sortIndex) return b.sortIndex - a.sortIndex;
    const roleA = roleOf(a, true), roleB = roleOf(b, true);
    if (roleA !== roleB) return roleB - roleA;
    return compare(a, b);
  });
}

/** The node's share in the clone, if the instance can be promoted there. */
function promotableOn(child: Resource, clone: Resource) {
  for (const member of child.children) {
    if (promotableOn(member, clone) === undefined) return undefined;
  }
  const node = nodeOf(child, false);
  if (node === undefined) return undefined;
  if (!child.managed) {
    if (roleOf(child, true) !== Role.promoted) return undefined;
  } else if (child.priority < 0) {
    return undefined;
  } else if (!isUsableWithGuest(node)) {
    return undefined;
  }
  const share = clone.allowed.get(node);
  if (share === undefined) return undefined;
  if (child.managed && share.count >= (clone.clone?.promotedNodeMax ?? 1)) return undefined;
  return share;
}

function setPromoted(resource: Resource): void {
  for (const child of resource.children) setPromoted(child);
  setNextRole(resource, Role.promoted, "allocated");
}

function setUnpromoted(resource: Resource, current: boolean): void {
  if (current) {
    if (resource.role === Role.started) resource.role = Role.unpromoted;
  } else {
    const placed = nodesOf(resource, false).size > 0;
    setNextRole(resource, placed ? Role.unpromoted : Role.stopped, "unpromoted instance");
  }
  for (const child of resource.children) setUnpromoted(child, current);
}

/** How fit an instance is for promotion on a node. */
function promotionScore(
  resource: Resource,
  node: Node,
): { readonly score: number; readonly isDefault: boolean } {
  if (resource.children.length > 0) {
    let sum = 0, isDefault = true;
    for (const child of resource.children) {
      const one = promotionScore(child, node);
      sum = addScores(sum, one.score);
      isDefault = isDefault && one.isDefault;
    }
    return { score: sum, isDefault };
  }
  if (!scoreApplies(resource, node)) return { score: 0, isDefault: true };
  const names = [resource.historyId, withoutInstance(resource.id)];
  if (resource.globallyUnique) names.splice(0, 2, resource.id);
  for (const name of names) {
    const text = promotionAttribute(resource, node, `master-${name}`);
    if (text !== undefined) return { score: parseScore(text), isDefault: false };
  }
  return { score: 0, isDefault: true };
}

/** For bundles, the attributes may be those of the host. */
function promotionAttribute(resource: Resource, node: Node, name: string): string | undefined {
  const target = resource.meta.get("container-attribute-target");
  if (target === "host" && node.kind === "guest") {
    // Once the container has its place, that is the host that counts.
    const container = node.connection?.container;
    const host = container?.provisional === false ? container.allocatedTo : container?.runningOn[0];
    return host?.attributes.get(name);
  }
  return node.attributes.get(name);
}

function scoreApplies(resource: Resource, node: Node): boolean {
  const allowed = () => (resource.allowed.get(node)?.score ?? -1) >= 0;
  if (!resource.globallyUnique) {
    const id = withoutInstance(resource.id);
    const siblings = [...sameAgents(topmost(resource), id)];
    const active = siblings.find((one) => one.runningOn.includes(node));
    if (active === resource) return allowed();
    if (active === undefined && siblings.some((one) => one.knownOn.has(node))) return allowed();
  }
  if (resource.runningOn.length === 0 && resource.knownOn.size === 0) return allowed();
  if (resource.knownOn.has(node) || resource.runningOn.includes(node)) return allowed();
  return false;
}

function* sameAgents(resource: Resource, id: string): Generator<Resource> {
  for (const child of resource.children) {
    if (child.variant === "primitive") {
      if (withoutInstance(child.id) === id) yield child;
    } else {
      yield* sameAgents(child, id);
    }
  }
}

function parseScore(text: string): number {
  const trimmed = text.trim();
  if (/^\+?INFINITY$/i.test(trimmed)) return INFINITY;
  if (/^-INFINITY$/i.test(trimmed)) return -INFINITY;
  const value = parseInt(trimmed, 10);
  return Number.isNaN(value) ? 0 : Math.max(-INFINITY, Math.min(INFINITY, value));
}
