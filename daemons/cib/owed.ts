/**
 * What the coordinator owes this member: a view that it takes up, and answers to writes. A coordinator
 * that decides nothing would otherwise be waited for without a bound.
 *
 * The rule: while something is owed, its cib must be heard at least every `patienceMs`: it says so to
 * everybody once a second while it waits for somebody (`coordinator.ts`). And a view is taken up within
 * `takeUpMsMax`, whatever it says. Otherwise this node reports it to ccm (`../ccm/accused.ts`).
 *
 * @module
 */
import type { Effect } from "../runtime/machine.ts";
import { onApply } from "./clients.ts";
import { type CibState, coordinatorOf } from "./state.ts";
import { patienceMs } from "./withheld.ts";

/** The timer. */
export const owedTimer = "owed";
/** Milliseconds in which a view is taken up, with documents over a serial line among them. */
const takeUpMsMax = 900_000;
/** The client of writes that only ask whether the coordinator answers. */
const probeService = "cib";

/** Notes since when the coordinator owes something, and asks to be woken. */
export function watchCoordinator(state: CibState, at: number, out: Effect[]): void {
  const { owed } = state;
  const coordinator = coordinatorOf(state.view);
  const isOwed = coordinator !== undefined && coordinator !== state.self &&
    (!state.synced || state.asked.size > 0);
  if (isOwed) owed.sinceMs ??= at;
  // A write that was never answered is owed also when its client has given up.
  else if (owed.heardMs >= (owed.sinceMs ?? 0)) owed.sinceMs = undefined;
  if (owed.sinceMs === undefined || owed.isTimed) return;
  owed.isTimed = true;
  out.push({ type: "timer", name: owedTimer, inMs: patienceMs });
}

/** The timer: reports a coordinator that is silent, or takes too long. */
export function onOwed(state: CibState, at: number, out: Effect[]): void {
  const { owed, view } = state;
  const coordinator = coordinatorOf(view);
  owed.isTimed = false;
  if (owed.sinceMs === undefined || view === undefined || coordinator === undefined) return;
  const leftMs = Math.min(
    Math.max(owed.sinceMs, owed.heardMs) + patienceMs - at,
    state.synced ? Infinity : owed.sinceMs + takeUpMsMax - at,
  );
  owed.isTimed = true;
  out.push({ type: "timer", name: owedTimer, inMs: leftMs > 0 ? leftMs : patienceMs });
  if (leftMs > 0) return;
  const what = state.synced ? "answers to writes" : "the CIB of this view";
  const message = { type: "ccm/withholds", view: view.epoch, node: coordinator, what } as const;
  out.push({ type: "send", to: { service: "ccm" }, message });
}

/** Another member sees that the coordinator decides nothing: asks it something that it must answer. */
export function probe(state: CibState, view: number, at: number, out: Effect[]): void {
  if (state.view?.epoch !== view || !state.synced || state.pending.size > 0) return;
  const client = { node: state.self, service: probeService };
  onApply(state, { client, message: { type: "cib/apply", id: "probe", changes: [] } }, at, out);
}
