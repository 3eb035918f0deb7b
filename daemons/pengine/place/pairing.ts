/**
 * Which instance of another clone belongs beside a resource: the one on the same node.
 *
 * @module
 */
import type { Node, Resource } from "../model.ts";
import { Role } from "../model.ts";
import { instancesOf, nodeOf, roleOf } from "./resource.ts";

/**
 * The instance of `other` beside `local`. If `local` has no place, its nodes are tried, best
 * first.
 *
 * @param current look at where things are, not at where they will be
 */
export function compatibleInstance(
  local: Resource,
  other: Resource,
  role: Role,
  current: boolean,
): Resource | undefined {
  const node = nodeOf(local, current);
  if (node !== undefined) return instanceOn(other, node, role, current);
  const sorted = [...local.allowed.values()].sort((a, b) =>
    b.score - a.score || (a.node.resourceCount - b.node.resourceCount) ||
    (a.node.name < b.node.name ? -1 : 1)
  );
  for (const candidate of sorted) {
    const found = instanceOn(other, candidate.node, role, current);
    if (found !== undefined) return found;
  }
  return undefined;
}

function instanceOn(
  other: Resource,
  node: Node,
  role: Role,
  current: boolean,
): Resource | undefined {
  for (const instance of instancesOf(other)) {
    if (isBlocked(instance)) continue;
    if (role !== Role.unknown && roleOf(instance, current) !== role) continue;
    if (nodeOf(instance, current) === node) return instance;
  }
  return undefined;
}

function isBlocked(resource: Resource): boolean {
  return resource.blocked || resource.children.some(isBlocked);
}
