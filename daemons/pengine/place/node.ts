/**
 * What a node may be used for.
 *
 * @module
 */
import type { Candidate, Node, WorkingSet } from "../model.ts";

/** Whether it can run anything at all. */
export function isUsable(node: Node): boolean {
  return node.online && !node.shutdown && !node.unclean && !node.standby && !node.maintenance;
}

/** Whether it can run anything, its container (if it is a guest) included. */
export function isUsableWithGuest(node: Node): boolean {
  if (!isUsable(node)) return false;
  if (node.kind !== "guest") return true;
  return node.connection?.container?.allocatedTo !== undefined;
}

/** Usable and not forbidden. */
export function isAvailable(candidate: Candidate): boolean {
  return candidate.score >= 0 && isUsable(candidate.node);
}

/** Whether any of them can be used. */
export function anyAvailable(candidates: Map<Node, Candidate>): boolean {
  for (const candidate of candidates.values()) if (isAvailable(candidate)) return true;
  return false;
}

/** A copy whose scores can be changed apart. */
export function copyCandidates(candidates: Map<Node, Candidate>): Map<Node, Candidate> {
  const copy = new Map<Node, Candidate>();
  for (const [node, candidate] of candidates) copy.set(node, { ...candidate });
  return copy;
}

/** Puts the scores of one table into another, as the engine's tables are not replaced. */
export function assignCandidates(to: Map<Node, Candidate>, from: Map<Node, Candidate>): void {
  if (to === from) return;
  to.clear();
  for (const [node, candidate] of from) to.set(node, candidate);
}

/**
 * Whether the cluster is able to fence a node. A guest is fenced by stopping its container, which
 * works if the container's host is alive or can be fenced itself.
 */
export function canFence(set: WorkingSet, node: Node | undefined): boolean {
  if (node?.kind === "guest") {
    const hosts = node.connection?.container?.runningOn ?? [];
    return hosts.every((host) => host.online || canFence(set, host));
  }
  if (!set.options.stonithEnabled || !set.haveStonithResource) return false;
  if (set.quorate || set.options.noQuorumPolicy === "ignore") return true;
  return node !== undefined && isFencedWithoutQuorum(set, node);
}

/**
 * A partition without quorum fences only its own members. A remote node is one of them as long as
 * no node is away that its connection knows: else another partition may have taken it over. An
 * option ignores that.
 */
function isFencedWithoutQuorum({ options }: WorkingSet, node: Node): boolean {
  if (!node.online || node.kind !== "remote") return node.online;
  if (options.fenceRemoteWithoutQuorum) return true;
  const hosts = node.connection?.allowed.keys().toArray() ?? [];
  return hosts.every(({ online }) => online);
}

/** A remote or guest node. */
export function isRemote(node: Node): boolean {
  return node.kind === "remote" || node.kind === "guest";
}

/** An attribute of a node as colocation and promotion see it. */
export function nodeAttribute(node: Node, name: string): string | undefined {
  if (name === "#uname") return node.name;
  if (name === "#id") return node.id;
  return node.attributes.get(name);
}

/** What is in a bundle counts as being on the host of its container. */
export function hostOf(node: Node): Node {
  const { connection } = node;
  if (node.kind !== "guest" || connection?.parent?.variant !== "bundle") return node;
  return connection.container?.allocatedTo ?? node;
}
