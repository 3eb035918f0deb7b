/**
 * A member's join: it reports to the coordinator what it runs and which operations are under way.
 *
 * @module
 */
import type { Effect } from "../runtime/machine.ts";
import type { LrmResult } from "../runtime/messages.ts";
import { keepAll } from "./kept.ts";
import { leaveStops, stopAll } from "./quorum_loss.ts";
import { type CrmdState, dcOf, joinAgainMs, newId, say, tell } from "./state.ts";

/** Reports this node's operations to the coordinator: all of them, if the CIB may be wrong. */
export function joinIn(state: CrmdState, out: Effect[]): void {
  out.push({ type: "timer", name: "join again", inMs: joinAgainMs });
  if (state.dirty) askLrm(state, out);
  else sendJoin(state, undefined, out);
}

/** Asks the local resource manager for all that it knows. */
export function askLrm(state: CrmdState, out: Effect[]): void {
  state.lrm = "asked";
  tell(out, "lrmd", { type: "lrm/query", id: newId(state, "state") });
}

/** It has answered: there is something to tell, or to stop. */
export function onLrmState(state: CrmdState, results: readonly LrmResult[], out: Effect[]): void {
  state.lrm = "known";
  keepAll(state, results);
  if (!state.dirty) return;
  // Earlier reports are part of this one.
  state.outbox.clear();
  const { view } = state;
  if (view?.quorate) sendJoin(state, results, out);
  else if (view !== undefined || state.joins > 0 || state.stopping) stopAll(state, results, out);
}

/** Reports this node's operations once nothing older is on its way to the CIB. */
function sendJoin(
  state: CrmdState,
  results: readonly LrmResult[] | undefined,
  out: Effect[],
): void {
  const { view } = state;
  const dc = dcOf(view);
  if (dc === undefined || view === undefined) return;
  // A result that is being written would overtake, or be overtaken by, this join.
  if ([...state.writes.values()].some(({ type }) => type === "result")) return;
  leaveStops(state);
  const underway = [...state.orders.values()].map(({ operation }) => operation);
  for (const waiting of state.outbox.values()) {
    underway.push(...waiting.map(({ operation }) => operation));
  }
  say(out, dc, {
    type: "join",
    view: view.epoch,
    number: ++state.joins,
    ...(results && { results: state.fresh ? [] : results }),
    underway,
  });
}
