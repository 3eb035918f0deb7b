/**
 * Operations that wait: those of one resource for each other, recurring ones for their time.
 *
 * @module
 */
import { boundedMs } from "../runtime/duration.ts";
import type { Effect } from "../runtime/machine.ts";
import type { LrmOperation } from "../runtime/messages.ts";
import { finish, report, reportCancelled } from "./result.ts";
import { type LrmdState, operationKey, resourceOf, type Task } from "./state.ts";

/** Operations that may wait for one resource at most. */
export const waitingMax = 64;

/** Queues an operation; `id` names its requester. */
export function enqueue(
  state: LrmdState,
  operation: LrmOperation,
  at: number,
  id: string | undefined,
  out: Effect[],
): void {
  const resource = resourceOf(state, operation.resource);
  const task: Task = {
    number: ++state.lastNumber,
    ...(id === undefined ? {} : { id }),
    operation,
    queuedAt: at,
  };
  if (resource.waiting.length >= waitingMax || state.stopping) {
    const why = state.stopping
      ? "the local resource manager is stopping"
      : `${waitingMax} operations wait for this resource already`;
    const outcome = { rc: 1, timedOut: false, output: why, status: 4 };
    report(state, resource, { task, outcome }, at, out);
    return;
  }
  const { action, intervalMs, startDelayMs } = operation;
  const key = operationKey(operation.resource, action, intervalMs);
  if (intervalMs > 0) {
    cancel(state, operation.resource, key, at, out);
    resource.recurring.set(key, { operation });
  } else if (action !== "monitor" && action !== "notify" && action !== "meta-data") {
    // A change of state makes every monitor of the old state void.
    for (const old of [...resource.recurring.keys()]) {
      cancel(state, operation.resource, old, at, out);
    }
  }
  resource.waiting.push(task);
  if (startDelayMs > 0) {
    out.push({ type: "timer", name: `delay ${operation.resource}`, inMs: boundedMs(startDelayMs) });
  } else state.ready.add(operation.resource);
}

/** Ends a recurring operation, or takes back one that waits. Tells whether there was one. */
export function cancel(
  state: LrmdState,
  id: string,
  key: string,
  at: number,
  out: Effect[],
): boolean {
  const resource = state.resources.get(id);
  if (resource === undefined) return false;
  const found = resource.recurring.delete(key);
  resource.history.delete(key);
  if (found) out.push({ type: "cancel", name: `repeat ${key} ${id}` });
  const waiting = resource.waiting.findIndex(({ operation }) =>
    operation.intervalMs > 0 &&
    operationKey(operation.resource, operation.action, operation.intervalMs) === key
  );
  const [task] = waiting < 0 ? [] : resource.waiting.splice(waiting, 1);
  if (task?.id !== undefined) reportCancelled(state, { ...task, id: task.id }, at, out);
  return found || task !== undefined;
}

/** A delayed resource may go on, stonithd was silent for too long, or an operation runs again. */
export function due(state: LrmdState, name: string, at: number, out: Effect[]): void {
  const [what, first = "", second = ""] = name.split(" ");
  if (what === "delay") {
    state.ready.add(first);
    return;
  }
  if (what === "check") {
    const silent = { rc: 1, timedOut: true, output: "stonithd did not answer" };
    finish(state, first, { ok: true, value: silent }, at, out);
    return;
  }
  const resource = state.resources.get(second);
  const recurring = resource?.recurring.get(first);
  if (resource === undefined || recurring === undefined || state.stopping) return;
  resource.waiting.push({
    number: ++state.lastNumber,
    operation: recurring.operation,
    queuedAt: at,
  });
  state.ready.add(second);
}
