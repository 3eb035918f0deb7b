/**
 * A local resource manager that has just begun goes on where the one before it ended: the crmd of its
 * node has kept what that one reported. Services are not touched; their monitors run again at once.
 *
 * @module
 */
import type { Effect } from "../runtime/machine.ts";
import type { LrmResult } from "../runtime/messages.ts";
import { phaseOf } from "./schedule.ts";
import { type LrmdState, operationKey, resourceOf } from "./state.ts";

/** Milliseconds within which all recurring operations run again. */
export const restoreMs = 500;

/** Takes in what is not known better already. */
export function restore(
  state: LrmdState,
  results: readonly LrmResult[],
  at: number,
  out: Effect[],
): void {
  const known = new Set(state.resources.keys());
  for (const result of results.toSorted((one, other) => one.callId - other.callId)) {
    const { operation, callId, rc } = result;
    state.lastCall = Math.max(state.lastCall, callId);
    if (known.has(operation.resource)) continue;
    const resource = resourceOf(state, operation.resource);
    const key = operationKey(operation.resource, operation.action, operation.intervalMs);
    resource.history.set(key, result);
    if (operation.action === "start") resource.started = rc === 0;
    else if (operation.action === "stop") resource.started = false;
    if (operation.intervalMs === 0) continue;
    const inMs = Math.ceil(phaseOf({ operation }) * Math.min(operation.intervalMs, restoreMs));
    resource.recurring.set(key, { operation, reported: rc, anchorMs: at + inMs });
    out.push({ type: "timer", name: `repeat ${key} ${operation.resource}`, inMs });
  }
}
