/**
 * A view begins or ends for a member, and what members and their coordinator say to each other in
 * one.
 *
 * @module
 */
import { epochText } from "../runtime/epoch.ts";
import type { Effect } from "../runtime/machine.ts";
import type { View } from "../runtime/messages.ts";
import { onGood, onPoison } from "./configurations.ts";
import { coordinate, endCoordination } from "./coordination.ts";
import { askLrm, joinIn } from "./joining.ts";
import { askToLeave, leaveAlone, restartIfAsked } from "./leaving.ts";
import { noteFenced } from "./fenced.ts";
import { onJoin } from "./members.ts";
import { watchCoordinator } from "./owed.ts";
import { writeResult } from "./perform.ts";
import { consider } from "./policy.ts";
import { notePartings } from "./priority_delay.ts";
import { type CrmdState, dcOf, log, type PeerMessage } from "./state.ts";

/** A new view, or none. */
export function enterView(
  state: CrmdState,
  view: View | undefined,
  at: number,
  out: Effect[],
): void {
  const before = state.view;
  if (view !== undefined && before?.epoch === view.epoch) return;
  notePartings(state, view);
  if (mayHaveDiverged(before, view)) state.dirty = true;
  state.view = view;
  state.joined = false;
  watchCoordinator(state, out);
  const dc = dcOf(view);
  const members = view?.members.map(({ node }) => node).join(", ") ?? "";
  if (view !== undefined) {
    log(
      out,
      "notice",
      `View ${epochText(view.epoch)}: ${members}; ` +
        (dc === undefined ? "no quorum" : `the coordinator is ${dc}`),
    );
  }
  if (dc === undefined) {
    endCoordination(state, "this node has no quorum", out);
    state.dirty = true;
    state.outbox.clear();
    // A member that never had a view has started nothing.
    if (before !== undefined || view !== undefined) {
      if (state.stopping) leaveAlone(state, out);
      else askLrm(state, out);
    }
    return;
  }
  if (dc === state.self) coordinate(state, at, out);
  else endCoordination(state, `the coordinator is ${dc} now`, out);
  joinIn(state, out);
}

/**
 * Half of the nodes were enough for the view before, and others have come since: they may have gone on
 * without this node, and the CIB may be theirs from now on.
 */
function mayHaveDiverged(before: View | undefined, view: View | undefined): boolean {
  if (before === undefined || !before.quorate || view === undefined) return false;
  if (2 * before.members.length > before.electorate.length) return false;
  const known = new Set(before.members.map(({ node }) => node));
  return view.members.some(({ node }) => !known.has(node));
}

/** What a member of the view says: nothing of another view is taken. */
export function onSaid(
  state: CrmdState,
  from: string,
  message: PeerMessage,
  at: number,
  out: Effect[],
): void {
  if (message.type === "join" && (state.view?.epoch ?? 0) < message.view) {
    // That member has the next view already; it will be asked when this node has it too.
    state.early.set(from, message);
    return;
  }
  const { view } = state;
  if (message.view !== view?.epoch || !view.members.some(({ node }) => node === from)) return;
  switch (message.type) {
    case "join":
      onJoin(state, from, message, out);
      consider(state, at, out);
      return;
    case "joined":
      if (from !== dcOf(state.view) || message.number !== state.joins) return;
      if (message.number <= state.voidJoins) return;
      state.fresh = false;
      state.dirty = false;
      state.joined = true;
      for (const resource of state.outbox.keys()) writeResult(state, resource, out);
      if (state.stopping) askToLeave(state, at, out);
      else restartIfAsked(state, at, out);
      return;
    case "good":
      if (from === dcOf(state.view)) onGood(state, message.digest);
      return;
    case "poison":
      if (from === dcOf(state.view)) onPoison(state, message.digest, message.why);
      return;
    case "fenced":
      // Nobody vouches for its own death.
      if (from !== message.node) noteFenced(state, message.node, message.incarnation, at, out);
      return;
    case "tell":
      if (from !== dcOf(state.view)) return;
      state.dirty = true;
      joinIn(state, out);
      return;
  }
}
