/**
 * The history of one resource on one node while it is read, entry by entry.
 *
 * @module
 */
import type { HistoryEntry, Node, OnFail, Resource, WorkingSet } from "../model.ts";
import { Role } from "../model.ts";
import { fenceNode } from "./fence_node.ts";
import type { Unpacking } from "./unpacking.ts";
import { outermostOf } from "./outline.ts";

/** What has been learnt so far. */
export interface Progress {
  readonly unpacking: Unpacking;
  readonly set: WorkingSet;
  readonly resource: Resource;
  readonly node: Node;
  /** What the failures so far lead to. */
  onFail: OnFail;
  lastFailure?: HistoryEntry;
  /** A stop is under way there: what runs will not go on. */
  stopping?: boolean;
}

/** Settles a next role, and why. */
export function setNextRole(resource: Resource, role: Role, reason: string): void {
  resource.nextRole = role;
  resource.nextRoleReason = reason;
}

/**
 * Notes that a resource must be stopped somewhere. On a node that is gone nothing can be stopped,
 * so that it has to be fenced.
 */
export function demandStop(unpacking: Unpacking, resource: Resource, node: Node): void {
  unpacking.set.demanded.push({ task: "stop", resource, node });
  unpacking.demandedFor.add(resource);
  const away = !node.online && (node.kind !== "guest" || node.remoteRequiresReset);
  if (away && resource.managed && !node.unclean) {
    fenceNode(unpacking.set, node, "resource actions are unrunnable");
  }
}

/** It is active, in the least role that this can mean. */
export function setActive(resource: Resource): void {
  resource.role = outermostOf(resource).promotable ? Role.unpromoted : Role.started;
}

/** A one-off check of whether a resource is active. */
export function isProbe({ task, intervalMs }: Pick<HistoryEntry, "task" | "intervalMs">): boolean {
  return task === "monitor" && intervalMs === 0;
}
