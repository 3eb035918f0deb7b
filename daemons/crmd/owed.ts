/**
 * What the coordinator owes this member: that the CIB says who is a member and who is lost, and that
 * this member's join is taken in. A coordinator that does not do that decides nothing, and would
 * otherwise be waited for without a bound.
 *
 * The rule: if it is still owed after `owedMsMax`, this node has the CIB write something, which shows
 * that the coordinator's cib is not what is waited for. If it is still owed as long after that was
 * acknowledged, this node reports the coordinator to ccm (`../ccm/accused.ts`).
 *
 * @module
 */
import type { Effect } from "../runtime/machine.ts";
import { isPictured } from "./members.ts";
import { awaitsFencing, stateOf } from "./node_states.ts";
import { type CrmdState, dcOf, tell, write } from "./state.ts";

/** The timer, and how often it looks. */
export const owedTimer = "owed";
const lookMs = 10_000;
/** Milliseconds after which something owed is a reason to look further. */
export const owedMsMax = 30_000;

/** A view begins. */
export function watchCoordinator(state: CrmdState, out: Effect[]): void {
  state.owed = undefined;
  const dc = dcOf(state.view);
  if (dc === undefined || dc === state.self) out.push({ type: "cancel", name: owedTimer });
  else out.push({ type: "timer", name: owedTimer, inMs: lookMs });
}

/** The timer. */
export function onOwed(state: CrmdState, at: number, out: Effect[]): void {
  const { view } = state;
  const dc = dcOf(view);
  if (view === undefined || dc === undefined || dc === state.self) return;
  out.push({ type: "timer", name: owedTimer, inMs: lookMs });
  if (!isOwed(state)) {
    state.owed = undefined;
    return;
  }
  state.owed ??= { sinceMs: at, probe: "none", answeredAtMs: 0 };
  const { owed } = state;
  if (owed.probe === "none" && at - owed.sinceMs >= owedMsMax) {
    owed.probe = "asked";
    write(state, { type: "probe" }, [], out);
  }
  if (owed.probe !== "answered" || at - owed.answeredAtMs < owedMsMax) return;
  const what = "the state of the members";
  tell(out, "ccm", { type: "ccm/withholds", view: view.epoch, node: dc, what });
}

/** The CIB has acknowledged what was written for nothing else, or has not. */
export function onProbed({ owed }: CrmdState, ok: boolean, at: number): void {
  if (owed?.probe !== "asked") return;
  owed.probe = ok ? "answered" : "none";
  owed.answeredAtMs = at;
}

/** Whether the CIB lacks what its coordinator writes in every view. */
function isOwed(state: CrmdState): boolean {
  const { view, replica: { root }, self } = state;
  if (view === undefined || root === undefined) return false;
  if (!isPictured(root, view)) return true;
  if (state.joined || state.joins <= state.voidJoins) return false;
  // A member that was lost in this life is not taken in before it has been fenced.
  const own = view.members.find(({ node }) => node === self);
  return !awaitsFencing(root, stateOf(root, self), `${own?.incarnation}`);
}
