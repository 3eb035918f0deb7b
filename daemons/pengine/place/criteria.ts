/**
 * Scores that do not depend on other resources: the configured locations, bans after too many
 * failures, exclusive discovery, stickiness, locks of nodes that shut down.
 *
 * @module
 */
import {
  type Discovery,
  INFINITY,
  type LocationConstraint,
  type Node,
  type Resource,
  Role,
  type WorkingSet,
} from "../model.ts";
import { failCount } from "../unpack/mod.ts";
import { addScores } from "./score.ts";
import { topmost } from "./resource.ts";
import { clearHistory } from "../act/clear_history.ts";

/** Applies all of them, to every resource. */
export function applyCriteria(set: WorkingSet): void {
  if (set.options.shutdownLock) {
    for (const resource of set.resources) applyShutdownLock(set, resource);
  }
  for (const node of set.nodes) if (countsAsValid(node)) set.maxValidNodes++;
  for (const location of set.locations) applyLocation(location.resource, location);
  for (const node of set.nodes) {
    for (const resource of set.resources) banAfterFailures(set, resource, node);
  }
  for (const node of set.nodes) {
    for (const resource of set.resources) applyExclusiveDiscovery(resource, node);
  }
  for (const resource of set.resources) applyStickiness(set, resource);
}

function countsAsValid(node: Node): boolean {
  return node.score >= 0 && node.online && node.kind !== "ping" && !node.pending;
}

/** Adds a score on one node, or on all. Applies to members too. */
export function addLocation(
  set: WorkingSet,
  resource: Resource,
  node: Node | undefined,
  score: number,
): void {
  for (const child of resource.children) addLocation(set, child, node, score);
  for (const one of node === undefined ? set.nodes : [node]) {
    addScore(resource, one, score, "always");
  }
}

/**
 * Applies one constraint to a resource and its members. The members of a group follow the first
 * one, so that only that one counts it; the others merely may be there too.
 */
function applyLocation(resource: Resource, location: LocationConstraint, counts = true): void {
  const together = resource.variant === "group" && resource.group?.colocated !== false;
  resource.children.forEach((child, n) => {
    applyLocation(child, location, counts && (n === 0 || !together));
  });
  // A role filter above "started" speaks of promotion, not of placement.
  if (location.role > Role.started) return;
  for (const [node, score] of location.scores) {
    addScore(resource, node, counts ? score : 0, location.discovery);
  }
}

function addScore(resource: Resource, node: Node, score: number, discovery: Discovery): void {
  let candidate = resource.allowed.get(node);
  if (candidate === undefined) {
    candidate = { node, score, discovery: node.discovery, count: 0 };
    resource.allowed.set(node, candidate);
  } else {
    candidate.score = addScores(candidate.score, score);
  }
  if (strictness(candidate.discovery) < strictness(discovery)) {
    candidate.discovery = discovery;
    if (discovery === "exclusive") resource.exclusiveDiscovery = true;
  }
}

function strictness(discovery: Discovery): number {
  return discovery === "always" ? 0 : discovery === "never" ? 1 : 2;
}

/**
 * What the failures of a resource on a node mean for it there: how many there were, and whether
 * the node is forbidden to it. Anonymous instances share their failures.
 */
export function isBannedByFailures(
  set: WorkingSet,
  resource: Resource,
  node: Node,
): Resource | undefined {
  let asked = resource;
  if (asked.migrationThreshold === 0 || asked.failureIgnored) return undefined;
  if (!asked.globallyUnique && asked.parent !== undefined) asked = topmost(asked);
  const { count } = failCount(set, node, resource, { effective: true, fillers: true });
  if (count <= 0) return undefined;
  if (count >= resource.migrationThreshold) return asked;
  return undefined;
}

function banAfterFailures(set: WorkingSet, resource: Resource, node: Node): void {
  if (resource.variant !== "primitive") {
    for (const child of resource.children) banAfterFailures(set, child, node);
    return;
  }
  const banned = isBannedByFailures(set, resource, node);
  if (banned !== undefined) {
    addLocation(set, banned, node, -INFINITY);
  }
}

function applyExclusiveDiscovery(resource: Resource, node: Node): void {
  if (resource.exclusiveDiscovery || topmost(resource).exclusiveDiscovery) {
    for (const child of resource.children) applyExclusiveDiscovery(child, node);
    const candidate = resource.allowed.get(node);
    if (candidate !== undefined && candidate.discovery !== "exclusive") {
      candidate.score = -INFINITY;
    }
  }
}

function applyStickiness(set: WorkingSet, resource: Resource): void {
  if (resource.children.length > 0) {
    for (const child of resource.children) applyStickiness(set, child);
    return;
  }
  const [node, second] = resource.runningOn;
  if (!resource.managed || resource.stickiness < 1) return;
  if (node === undefined || second !== undefined) return;
  if (!set.options.symmetric && !resource.allowed.has(node)) return;
  addLocation(set, resource, node, resource.stickiness);
}

/** What stopped because its node shut down cleanly waits for that node. */
function applyShutdownLock(set: WorkingSet, resource: Resource): void {
  // Instances are not bound to the node that they left.
  if (resource.variant === "clone" || resource.variant === "bundle") return;
  if (resource.children.length > 0) {
    for (const child of resource.children) applyShutdownLock(set, child);
    return;
  }
  if (resource.fenceDevice || resource.remoteConnection) return;
  const limitMs = set.options.shutdownLockLimitMs;
  if (resource.lockNode !== undefined) {
    if (resource.runningOn.length > 0) {
      // It is active already: the record of the lock is obsolete.
      clearHistory(set, resource, resource.lockNode);
      delete resource.lockNode;
      delete resource.lockTimeS;
    }
  } else if (resource.runningOn.length === 1) {
    const node = resource.runningOn[0];
    if (node !== undefined && node.shutdown) {
      if (node.unclean) return; // Not a clean shutdown.
      resource.lockNode = node;
      // Its limit counts from here, and only what is recorded as locked can be beyond it.
      resource.lockTimeS = Number(node.attributes.get("shutdown") ?? set.nowS);
    }
  }
  if (resource.lockNode === undefined) return;
  if (limitMs > 0) {
    const expiry = (resource.lockTimeS ?? 0) + limitMs / 1000 + 1;
    if (set.recheckByS === undefined || expiry < set.recheckByS) set.recheckByS = expiry;
  }
  for (const node of set.nodes) {
    if (node !== resource.lockNode) addLocation(set, resource, node, -INFINITY);
  }
}
