/**
 * A resource that cannot reach its role takes along those that must be with it.
 *
 * @module
 */
import { type Action, INFINITY, type Resource, Role } from "../model.ts";
import { firstWithTask, setReason } from "../act/action.ts";
import { asPrimary } from "../place/colocations_of.ts";
import { topmost } from "../place/resource.ts";
import { enqueue, enqueueAfter, type Work } from "./work.ts";

/**
 * Blocks the mandatory dependents of an action that cannot run.
 *
 * @param became it could have, but for what had to come before: then the whole it belongs to is
 * what people see, else the very instance.
 */
export function blockDependents(work: Work, action: Action, became: boolean): void {
  if (action.runnable || action.resource === undefined) return;
  const isStart = action.task === "start";
  if (!isStart && action.task !== "promote") return;
  // A group cannot be up without each of its members; of instances, all have to fail.
  let resource = topmost(action.resource);
  if (resource.parent !== undefined) resource = resource.parent;
  if (resource.variant !== "group") {
    for (const child of resource.children) {
      const one = firstWithTask(child, action.task, undefined);
      if (one === undefined || one.runnable) return;
    }
  }
  for (const colocation of asPrimary(resource)) {
    if (colocation.score < INFINITY) continue;
    if (!isStart && colocation.primaryRole !== Role.promoted) continue;
    const task = colocation.dependentRole === Role.promoted ? "promote" : "start";
    block(work, colocation.dependent, task, became ? resource : action.resource, became);
  }
}

function block(
  work: Work,
  resource: Resource,
  task: string,
  because: Resource,
  became: boolean,
): void {
  for (const action of resource.actions) {
    if (!action.runnable || action.task !== task) continue;
    action.runnable = false;
    setReason(action, `colocation with ${because.id}`, false);
    blockDependents(work, action, became);
    enqueue(work, action);
    enqueueAfter(work, action);
  }
  for (const child of resource.children) block(work, child, task, because, became);
}
