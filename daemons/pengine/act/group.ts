/**
 * Actions of a group: those of its members, and the marks of the whole.
 *
 * @module
 */
import type { Action, Resource, WorkingSet } from "../model.ts";
import { topmost } from "../place/resource.ts";
import { pseudoAction } from "./resource_action.ts";

/** Creates all actions of a group. */
export function createGroupActions(
  set: WorkingSet,
  group: Resource,
  createMember: (member: Resource) => void,
): void {
  for (const child of group.children) createMember(child);
  mark(set, group, "start");
  mark(set, group, "running");
  mark(set, group, "stop");
  mark(set, group, "stopped");
  if (topmost(group).promotable) {
    mark(set, group, "demote");
    mark(set, group, "demoted");
    mark(set, group, "promote");
    mark(set, group, "promoted");
  }
}

function mark(set: WorkingSet, group: Resource, task: string): Action {
  return pseudoAction(set, group, task, { optional: true, runnable: true });
}
