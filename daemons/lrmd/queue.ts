/**
 * Operations that wait: those of one resource for each other, recurring ones for their time.
 *
 * @module
 */
import { boundedMs } from "../runtime/duration.ts";
import type { Effect } from "../runtime/machine.ts";
import type { LrmOperation } from "../runtime/messages.ts";
import { finish, report, reportCancelled } from "./result.ts";
import { type LrmdState, operationKey, type Resource, resourceOf, type Task } from "./state.ts";

/** Operations that may wait for one resource at most. */
export const waitingMax = 64;
/** Milliseconds that a plugin may take to end an operation. Then its resource no longer waits for it. */
export const endMs = 2_000;

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
  if (resource.waiting.length + resource.delayed.size >= waitingMax || state.stopping) {
    const why = state.stopping
      ? "the local resource manager is stopping"
      : `${waitingMax} operations wait for this resource already`;
    const outcome = { rc: 1, timedOut: false, output: why, status: 4 };
    report(state, resource, { task, outcome }, at, out);
    return;
  }
  const { action, intervalMs, startDelayMs } = operation;
  if (intervalMs > 0) {
    if (continueRunning(state, resource, task, at, out)) return;
    const key = operationKey(operation.resource, action, intervalMs);
    cancel(state, operation.resource, key, at, out);
    resource.recurring.set(key, { operation });
  } else if (action !== "monitor" && action !== "notify" && action !== "meta-data") {
    // A change of state makes every monitor of the old state void.
    for (const old of keysOf(resource)) cancel(state, operation.resource, old, at, out);
  }
  if (startDelayMs > 0) {
    resource.delayed.set(task.number, task);
    const name = `delay ${task.number} ${operation.resource}`;
    out.push({ type: "timer", name, inMs: boundedMs(startDelayMs) });
    return;
  }
  resource.waiting.push(task);
  state.ready.add(operation.resource);
}

/**
 * A recurring operation that is ordered again while it runs with the same parameters goes on: what it
 * finds answers the new order. The coordinator orders it again if it gave up the transition of the
 * first order.
 */
function continueRunning(
  state: LrmdState,
  resource: Resource,
  { id, operation }: Task,
  at: number,
  out: Effect[],
): boolean {
  const { running } = resource;
  if (running === undefined || running.isVoid || keyOf(running) !== keyOf({ operation })) {
    return false;
  }
  const same = JSON.stringify([running.operation.agent, running.operation.parameters]) ===
    JSON.stringify([operation.agent, operation.parameters]);
  const recurring = resource.recurring.get(keyOf(running));
  if (!same || recurring === undefined) return false;
  const { id: before } = running;
  if (before !== undefined) reportCancelled(state, { ...running, id: before }, at, out);
  if (id !== undefined) running.id = id;
  running.operation = operation;
  resource.recurring.set(keyOf(running), { ...recurring, operation });
  return true;
}

/** The keys of recurring operations that are set, or wait, or run for the last time. */
export function keysOf(resource: Resource): Set<string> {
  const keys = new Set(resource.recurring.keys());
  const tasks = [...resource.waiting, ...resource.delayed.values()];
  if (resource.running !== undefined) tasks.push(resource.running);
  for (const task of tasks) if (task.operation.intervalMs > 0) keys.add(keyOf(task));
  return keys;
}

const keyOf = ({ operation }: Pick<Task, "operation">): string =>
  operationKey(operation.resource, operation.action, operation.intervalMs);

/**
 * Ends a recurring operation, or takes back one that waits. One that runs is ended, with all that it
 * has started: a monitor that hangs must not hold up the stop that recovers its resource.
 *
 * @returns whether there was one.
 */
export function cancel(
  state: LrmdState,
  id: string,
  key: string,
  at: number,
  out: Effect[],
): boolean {
  const resource = state.resources.get(id);
  if (resource === undefined) return false;
  let found = resource.recurring.delete(key);
  resource.history.delete(key);
  if (found) out.push({ type: "cancel", name: `repeat ${key} ${id}` });
  const isIt = (task: Task) => task.operation.intervalMs > 0 && keyOf(task) === key;
  const taken = resource.waiting.filter(isIt);
  if (taken.length > 0) {
    resource.waiting.splice(
      0,
      Infinity,
      ...resource.waiting.filter((task) => !isIt(task)),
    );
  }
  for (const [number, task] of resource.delayed) {
    if (!isIt(task)) continue;
    resource.delayed.delete(number);
    out.push({ type: "cancel", name: `delay ${number} ${id}` });
    taken.push(task);
  }
  for (const task of taken) {
    found = true;
    if (task.id !== undefined) reportCancelled(state, { ...task, id: task.id }, at, out);
  }
  const { running } = resource;
  if (running !== undefined && !running.isVoid && isIt(running)) {
    found = true;
    endRunning(running, out);
  }
  return found;
}

/** Has the operation that runs ended by its plugin; after a while it counts as ended anyway. */
function endRunning(task: Task, out: Effect[]): void {
  const { operation: { agent, resource, action, intervalMs } } = task;
  task.isVoid = true;
  out.push({ type: "timer", name: `end ${task.number}`, inMs: endMs });
  // A device is only asked by stonithd.
  if (agent.class === "stonith") return;
  out.push({
    type: "call",
    instance: `ra:${agent.class}`,
    method: "end",
    args: [{ resource, action, intervalMs }],
    deadlineMs: endMs,
  });
}

/** A delayed resource may go on, stonithd was silent for too long, or an operation runs again. */
export function due(state: LrmdState, name: string, at: number, out: Effect[]): void {
  const [what, first = "", second = ""] = name.split(" ");
  if (what === "delay") {
    const resource = state.resources.get(second);
    const task = resource?.delayed.get(Number(first));
    if (resource === undefined || task === undefined) return;
    resource.delayed.delete(task.number);
    resource.waiting.push({ ...task, queuedAt: at });
    state.ready.add(second);
    return;
  }
  if (what === "end") {
    const error = "it does not end, and its resource no longer waits for it";
    finish(state, first, { ok: false, error }, at, out);
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
