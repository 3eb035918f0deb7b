/**
 * Where resources run.
 *
 * @module
 */
import { INFINITY, type Node, type Resource, Role, type WorkingSet } from "../model.ts";
import { addScore, banEverywhere } from "./allowed.ts";

/**
 * Notes that a resource, and what it is part of, is active on a node.
 *
 * @param failed it is active in a way that is not wanted; its priority then does not count.
 */
export function addRunning(
  set: WorkingSet,
  resource: Resource,
  node: Node,
  failed: boolean,
): void {
  if (resource.runningOn.includes(node)) return;
  resource.runningOn.push(node);
  if (resource.variant === "primitive") {
    node.running.push(resource);
    if (!failed) countPriority(resource, node);
    if (node.maintenance) {
      resource.managed = false;
      resource.maintenance = true;
    }
  }
  if (!resource.managed) {
    // What is not managed stays where it is.
    addScore(resource, node, INFINITY);
    for (let above = resource.parent; above !== undefined; above = above.parent) {
      above.runningOn.push(node);
    }
    return;
  }
  if (isActiveTooOften(resource)) limitActivity(set, resource);
  if (resource.parent !== undefined) addRunning(set, resource.parent, node, false);
}

function countPriority({ priority, role }: Resource, node: Node): void {
  if (priority === 0) return;
  const worth = role === Role.promoted ? priority + 1 : priority;
  node.priority += worth;
  for (const host of node.connection?.container?.runningOn ?? []) host.priority += worth;
}

/** What needs no fencing is not thought to run where nobody can tell. */
function isActiveTooOften(resource: Resource): boolean {
  if (resource.variant !== "primitive") return false;
  const active = resource.needsFencing
    ? resource.runningOn
    : resource.runningOn.filter((node) => node.online && !node.unclean);
  return active.length > 1;
}

function limitActivity(set: WorkingSet, resource: Resource): void {
  switch (resource.multipleActive) {
    case "stop_only":
      banEverywhere(set, resource);
      return;
    case "block": {
      block(resource);
      const { parent } = resource;
      const together = parent?.variant === "group" || parent?.variant === "bundle";
      if (parent !== undefined && together && parent.multipleActive === "block") {
        parent.children.forEach(block);
      }
      return;
    }
    case "stop_start":
    case "stop_unexpected":
  }
}

function block(resource: Resource): void {
  resource.managed = false;
  resource.blocked = true;
}
