/**
 * Actions of a clone: those of its instances, the marks of the whole, and notifications.
 *
 * @module
 */
import { INFINITY, type Resource, type WorkingSet } from "../model.ts";
import { Order } from "../order/flags.ts";
import { orderActions } from "../order/ordering.ts";
import { pseudoAction } from "./resource_action.ts";
import { notificationMarks } from "./notify.ts";

/** Creates all actions of a clone. */
export function createCloneActions(
  set: WorkingSet,
  clone: Resource,
  createMember: (member: Resource) => void,
): void {
  for (const child of clone.children) createMember(child);
  createInstanceMarks(set, clone, clone.children);
  if (clone.promotable) createPromotionMarks(set, clone);
}

/** The marks "start, started, stop, stopped" of something that has instances. */
export function createInstanceMarks(
  set: WorkingSet,
  parent: Resource,
  instances: readonly Resource[],
): void {
  const data = parent.clone;
  const state = { starting: false, stopping: false, active: false };
  // What depends on an instance that restarts cannot move alive meanwhile.
  let anyRestarts = false;
  for (const child of instances) {
    const one = { starting: false, stopping: false, active: false };
    look(child, one);
    anyRestarts ||= one.starting && one.stopping;
    state.starting ||= one.starting;
    state.stopping ||= one.stopping;
    state.active ||= one.active;
  }
  const start = pseudoAction(set, parent, "start", { optional: !state.starting, runnable: true });
  const started = pseudoAction(set, parent, "running", {
    optional: !state.starting,
    runnable: false,
  });
  started.priority = INFINITY;
  if (state.active || state.starting) started.runnable = true;
  const stop = pseudoAction(set, parent, "stop", { optional: !state.stopping, runnable: true });
  const stopped = pseudoAction(set, parent, "stopped", {
    optional: !state.stopping,
    runnable: true,
  });
  stopped.priority = INFINITY;
  // All starts wait for all stops, so what waits for a start cannot hold up a stop.
  stop.migrateRunnable = !anyRestarts && !(state.starting && state.stopping);
  if (data === undefined || !parent.notify) return;
  const starts = notificationMarks(set, parent, "start", start, started);
  const stops = notificationMarks(set, parent, "stop", stop, stopped);
  data.startNotify = starts;
  data.stopNotify = stops;
  if (stops.postDone !== undefined && starts.pre !== undefined) {
    orderActions(stops.postDone, starts.pre, Order.optional);
  }
}

/** The marks "promote, promoted, demote, demoted". */
function createPromotionMarks(set: WorkingSet, clone: Resource): void {
  const data = clone.clone;
  let promoting = false, demoting = false;
  for (const child of clone.children) {
    promoting ||= anyRequired(child, "promote");
    demoting ||= anyRequired(child, "demote");
  }
  const promote = pseudoAction(set, clone, "promote", { optional: !promoting, runnable: true });
  const promoted = pseudoAction(set, clone, "promoted", { optional: !promoting, runnable: true });
  promoted.priority = INFINITY;
  const demote = pseudoAction(set, clone, "demote", { optional: !demoting, runnable: true });
  const demoted = pseudoAction(set, clone, "demoted", { optional: !demoting, runnable: true });
  demoted.priority = INFINITY;
  if (data !== undefined && clone.notify) {
    const promotes = notificationMarks(set, clone, "promote", promote, promoted);
    const demotes = notificationMarks(set, clone, "demote", demote, demoted);
    data.promoteNotify = promotes;
    data.demoteNotify = demotes;
    const link = (
      first: typeof promote | undefined,
      then: typeof promote | undefined,
    ) => {
      if (first !== undefined && then !== undefined) orderActions(first, then, Order.optional);
    };
    link(data.stopNotify?.postDone, promotes.pre);
    link(data.startNotify?.postDone, promotes.pre);
    link(demotes.postDone, promotes.pre);
    link(demotes.postDone, data.startNotify?.pre);
    link(demotes.postDone, data.stopNotify?.pre);
  }
  for (const child of clone.children) child.priority = clone.priority;
}

function anyRequired(resource: Resource, task: string): boolean {
  for (const action of resource.actions) {
    if (action.task === task && !action.optional) return true;
  }
  return resource.children.some((child) => anyRequired(child, task));
}

interface Movement {
  starting: boolean;
  stopping: boolean;
  active: boolean;
}

function look(resource: Resource, state: Movement): void {
  if (resource.children.length > 0) {
    for (const child of resource.children) look(child, state);
    return;
  }
  if (resource.runningOn.length > 0) state.active = true;
  for (const action of resource.actions) {
    if (action.optional) continue;
    if (!action.pseudo && !action.runnable) continue;
    if (action.task === "stop") state.stopping = true;
    else if (action.task === "start") state.starting = true;
  }
}
