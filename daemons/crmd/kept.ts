/**
 * What the local resource manager of this node has reported, kept for the next one: if its process
 * ends, the one that is started in its place has forgotten all. It is given this, so nothing is
 * probed, no service is touched, and monitors run again at once.
 *
 * It is kept in memory. What another boot, or another life of this process, knew is never used.
 *
 * @module
 */
import type { Effect } from "../runtime/machine.ts";
import type { LrmResult } from "../runtime/messages.ts";
import { isRecorded, operationKeyOf } from "./history.ts";
import { type CrmdState, tell } from "./state.ts";

/** Whether an operation changes what runs, so that nobody knows what runs while it is under way. */
const changesState = ({ operation: { action } }: Pick<LrmResult, "operation">): boolean =>
  action !== "monitor" && action !== "validate-all" && isRecorded(action);

/** The local resource manager reports all that it knows. */
export function keepAll(state: CrmdState, results: readonly LrmResult[]): void {
  state.kept.clear();
  for (const result of results) keepOne(state, result);
}

/** It reports one result. */
export function keep(state: CrmdState, result: LrmResult): void {
  const { resource } = result.operation;
  if (!isRecorded(result.operation.action)) return;
  state.lost.delete(resource);
  if (result.operation.intervalMs === 0 && changesState(result)) {
    for (const [key, { operation }] of state.kept.get(resource) ?? []) {
      if (operation.intervalMs > 0) state.kept.get(resource)?.delete(key);
    }
  }
  keepOne(state, result);
}

function keepOne(state: CrmdState, result: LrmResult): void {
  const { resource } = result.operation;
  const known = state.kept.get(resource) ?? new Map<string, LrmResult>();
  known.set(operationKeyOf(result.operation), result);
  state.kept.set(resource, known);
}

/** It has ended. What it was changing is probed: nobody knows how that came out. */
export function keepThroughEnd(state: CrmdState): void {
  for (const order of state.orders.values()) {
    if (!changesState(order)) continue;
    const { operation } = order;
    state.kept.delete(operation.resource);
    state.lost.set(operation.resource, operation);
  }
}

/** The next one is there. */
export function giveBack(state: CrmdState, out: Effect[]): void {
  const results = [...state.kept.values()].flatMap((known) => [...known.values()]);
  if (results.length > 0) tell(out, "lrmd", { type: "lrm/restore", results });
}
