/**
 * The two rounds of an agreement: every member promises a proposal durably, and then it is
 * committed.
 *
 * @module
 */
import { mayChoose } from "../runtime/epoch.ts";
import type { Effect } from "../runtime/machine.ts";
import type { ViewMember } from "../runtime/messages.ts";
import { covers, inForce, latest, promising, sameNodes } from "./electorate.ts";
import { foundingWaitMs } from "./founding.ts";
import type { PeerMessage, Proposal } from "./protocol.ts";
import { electorateOf, isRecovery } from "./recover.ts";
import { mayReach, spend } from "./rounds.ts";
import { say } from "./rows.ts";
import { savedKey, writeSaved } from "./saved.ts";
import { type CcmState, proposerOf, sameMembers, type Settings } from "./state.ts";
import { holdsQuorum, install } from "./view.ts";
import { countMissing } from "./withheld.ts";

/** Which node sent a message, and when it came. */
export interface Arrival {
  readonly from: string;
  readonly at: number;
}

/** A node proposes a view. */
export function onPropose(
  settings: Settings,
  state: CcmState,
  proposal: Proposal,
  { from, at }: Arrival,
  effects: Effect[],
): void {
  if (proposal.epoch <= state.promised || !mayChoose(from, proposal.epoch)) return;
  if (proposal.proposer !== from) return;
  if (!mayReach(state, proposal.epoch, at)) return;
  if (inForce(proposal.electorates).some(({ version }) => version >= proposal.epoch)) return;
  const isQuorate = holdsQuorum(settings, proposal);
  const mayBe = fits(state, proposal) && isLawful(state, proposal, isQuorate);
  if (!mayBe || isQuorate && foundingWaitMs(settings, state, proposal, at, effects) > 0) {
    // Rows in transit may make it fit; strangers may leave.
    if (state.deferred === undefined || proposal.epoch > state.deferred.proposal.epoch) {
      state.deferred = { proposal, from };
    }
    return;
  }
  countMissing(settings, state, proposal, at);
  spend(state, proposal.epoch);
  state.promised = proposal.epoch;
  state.promisedAtMs = at;
  state.pending = proposal;
  // A node that promises another proposal has given up its own one.
  const known = state.beforeOwn ?? state.electorates;
  state.electorates = known;
  state.beforeOwn = undefined;
  if (isQuorate) {
    state.electorates = promising(known, electorateOf(proposal, known));
    if (from === state.node) state.beforeOwn = known;
  }
  if (from !== state.node) state.proposing = undefined;
  effects.push({ type: "save", key: savedKey, value: writeSaved(state) });
  say(from, {
    type: "promise",
    epoch: proposal.epoch,
    incarnation: state.incarnation,
    proposer: proposerOf(proposal),
  }, effects);
}

/**
 * A member's own row shows its promise: that counts like the promise itself, since both are sent after
 * the promise is on disk. So no member can show a promise to all and withhold it from the proposer.
 */
export function onShownPromise(
  settings: Settings,
  state: CcmState,
  arrival: Arrival,
  effects: Effect[],
): void {
  const { proposing, rows, rowAtMs, incarnation: proposer } = state;
  const row = rows.get(arrival.from);
  if (row === undefined || proposing === undefined || !rowAtMs.has(arrival.from)) return;
  const { pending: epoch, incarnation } = row;
  if (epoch !== proposing.proposal.epoch || row.pendingOf !== proposer) return;
  onPromise(settings, state, { type: "promise", epoch, incarnation, proposer }, arrival, effects);
}

/** A member has promised. */
export function onPromise(
  settings: Settings,
  state: CcmState,
  { epoch, incarnation, proposer }: Extract<PeerMessage, { type: "promise" }>,
  { from, at }: Arrival,
  effects: Effect[],
): void {
  const { proposing } = state;
  if (proposing?.proposal.epoch !== epoch || proposer !== state.incarnation) return;
  const { proposal, promises } = proposing;
  const member = proposal.members.find(({ node }) => node === from);
  if (member?.incarnation !== incarnation) return;
  promises.add(from);
  if (promises.size < proposal.members.length) return;
  state.proposing = undefined;
  state.beforeOwn = undefined;
  const { members } = proposal;
  for (const { node } of members) {
    if (node !== state.node) say(node, { type: "commit", epoch, members }, effects);
  }
  onCommit(settings, state, proposal, at, effects);
}

/** All have promised: the view is installed, if it is the one that this daemon waits for. */
export function onCommit(
  settings: Settings,
  state: CcmState,
  { epoch, members }: { readonly epoch: number; readonly members: readonly ViewMember[] },
  at: number,
  effects: Effect[],
): void {
  const { pending } = state;
  if (pending?.epoch !== epoch || epoch <= state.announced) return;
  const own = members.find(({ node }) => node === state.node);
  if (own?.incarnation !== state.incarnation) return;
  if (!sameMembers(pending.members, members)) return;
  install(settings, state, pending, at, effects);
}

/** Whether a proposal is for this daemon and has the members that this node wants. */
function fits(state: CcmState, { members }: Proposal): boolean {
  return members.length === state.want.length &&
    members.every(({ node, incarnation }) =>
      state.want.includes(node) && state.rows.get(node)?.incarnation === incarnation
    );
}

/**
 * Whether the proposal includes everything that this node knows of electorates, and its electorate
 * follows from that, or from the view that this node is in, by one of the same members with quorum.
 */
function isLawful(
  state: CcmState,
  proposal: Proposal,
  isQuorate: boolean,
): boolean {
  const { electorates, view } = state;
  if (!covers(proposal, electorates)) return false;
  if (proposal.recovers === true) return isRecovery(state, proposal);
  if (proposal.basis === 0) {
    return sameNodes(latest(proposal.electorates), { nodes: proposal.electors });
  }
  return isQuorate && view?.quorate === true && view.epoch === proposal.basis &&
    sameMembers(view.members, proposal.members);
}
