/**
 * Settling where a resource goes, and taking that back.
 *
 * @module
 */
import { type Node, type Resource, Role, type WorkingSet } from "../model.ts";
import { consume, release } from "./capacity.ts";
import { isUsable } from "./node.ts";
import { setNextRole } from "./role.ts";
import { recordUse } from "./trace.ts";

/** How a place is settled. */
export interface SettleOptions {
  /** Also on a node that is forbidden or cannot run anything. Default false. */
  readonly force?: boolean;
  /** What finds no place is stopped; else it is as if it had not been asked. Default true. */
  readonly settle?: boolean;
}

/**
 * Settles where a resource goes.
 *
 * @returns whether anything changed
 */
export function place(
  set: WorkingSet,
  resource: Resource,
  node: Node | undefined,
  options: SettleOptions = {},
): boolean {
  const { force = false, settle = true } = options;
  if (resource.variant !== "primitive") {
    let changed = false;
    for (const child of resource.children) {
      changed = place(set, child, node, options) || changed;
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
