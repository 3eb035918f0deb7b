/**
 * A view comes, and goes.
 *
 * @module
 */
import type { Effect } from "../machine.ts";
import type { Message } from "../messages.ts";
import type { Proposal } from "./peer.ts";
import { decideQuorum } from "./quorum.ts";
import type { CcmState, Settings } from "./state.ts";

/** Takes up a view that every member has promised durably, and announces it. */
export function install(
  settings: Settings,
  state: CcmState,
  { epoch, members, previous }: Proposal,
  at: number,
  effects: Effect[],
): void {
  const names = members.map((member) => member.node).sort();
  state.view = { epoch, members, quorate: quorate(settings, names, previous) };
  state.announced = epoch;
  state.viewAtMs = at;
  state.pending = undefined;
  announce(state, { type: "ccm/view", view: state.view }, effects);
  effects.push({
    type: "log",
    level: "notice",
    text: `view ${epoch}${state.view.quorate ? "" : " without quorum"}: ` +
      members.map((member) => member.node).join(" "),
  });
}

/** This node is in no view any more; nothing that it promised will be taken up. */
export function evict(state: CcmState, effects: Effect[]): void {
  state.pending = undefined;
  state.proposing = undefined;
  state.deferred = undefined;
  if (state.view === undefined) return;
  effects.push({ type: "log", level: "warning", text: `out of view ${state.view.epoch}` });
  state.view = undefined;
  announce(state, { type: "ccm/evicted" }, effects);
}

/** Whether these may act for the cluster. */
export function quorate(
  { nodes, votes, quorum }: Settings,
  members: readonly string[],
  previous: readonly string[],
): boolean {
  return decideQuorum(quorum, { members, nodes, votes, previous });
}

function announce(state: CcmState, message: Message, effects: Effect[]): void {
  for (const service of state.subscribers) {
    effects.push({ type: "send", to: { service }, message });
  }
}
