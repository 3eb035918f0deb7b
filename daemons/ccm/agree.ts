/**
 * How a view is agreed on.
 *
 * A proposal is bound to the incarnations of its members and to an epoch that no other proposer can
 * choose. A member promises only what is above all that it ever promised and fits the place that it
 * finds for itself; the promise is on disk before it is given. When every member has promised, the
 * proposer commits. A commit that was lost is repeated by whoever sees that a member waits for it.
 *
 * @module
 */
import type { Effect } from "../machine.ts";
import { allLinked, component, linked, place } from "./graph.ts";
import type { PeerMessage, Proposal, Row } from "./peer.ts";
import { ownRow, say, tellRows } from "./rows.ts";
import { membersOf, previousOf } from "./seniority.ts";
import {
  type CcmState,
  nodesMax,
  sameMembers,
  savedKey,
  type Settings,
  writeSaved,
} from "./state.ts";
import { evict, install, quorate } from "./view.ts";

/** A lost commit is repeated so often; then another view is proposed. */
const commitRepeatsMax = 4;

/** Doublings of the time after which a proposal is made again, at most. */
const retryDoublingsMax = 4;

/** Looks at everything anew after an event, and does what follows. */
export function act(settings: Settings, state: CcmState, at: number, effects: Effect[]): void {
  leaveIfLost(settings, state, effects);
  // Before anything is saved: the others wait for it to find their place.
  refreshRow(settings, state, effects);
  const waits = [settle(settings, state, at)];
  const { deferred } = state;
  if (deferred !== undefined) {
    state.deferred = undefined;
    onPropose(settings, state, deferred.proposal, deferred.from, at, effects);
  }
  waits.push(
    repeatCommit(settings, state, at, effects),
    proposeIfDue(settings, state, at, effects),
  );
  refreshRow(settings, state, effects);
  const inMs = Math.min(...waits);
  if (inMs < Infinity) effects.push({ type: "timer", name: "act", inMs });
  else effects.push({ type: "cancel", name: "act" });
}

/** Somebody proposes a view. */
export function onPropose(
  { nodes }: Settings,
  state: CcmState,
  proposal: Proposal,
  from: string,
  at: number,
  effects: Effect[],
): void {
  if (proposal.epoch <= state.promised || epochOf(nodes, proposal.epoch, from) === undefined) {
    return;
  }
  if (!fits(state, proposal)) {
    // Rows may be under way that make it fit.
    if (state.deferred === undefined || proposal.epoch > state.deferred.proposal.epoch) {
      state.deferred = { proposal, from };
    }
    return;
  }
  state.promised = proposal.epoch;
  state.promisedAtMs = at;
  state.pending = proposal;
  if (from !== state.node) state.proposing = undefined;
  effects.push({ type: "save", key: savedKey, value: writeSaved(state) });
  say(from, {
    type: "promise",
    epoch: proposal.epoch,
    incarnation: state.incarnation,
    proposer: proposal.members.find(({ node }) => node === from)?.incarnation ?? 0,
  }, effects);
}

/** A member has promised. */
export function onPromise(
  settings: Settings,
  state: CcmState,
  { epoch, incarnation, proposer }: Extract<PeerMessage, { type: "promise" }>,
  from: string,
  at: number,
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
  for (const { node } of proposal.members) {
    if (node !== state.node) say(node, { type: "commit", proposal }, effects);
  }
  onCommit(settings, state, proposal, at, effects);
}

/** Everybody has promised: the view is there, if it is the one that this daemon waits for. */
export function onCommit(
  settings: Settings,
  state: CcmState,
  proposal: Proposal,
  at: number,
  effects: Effect[],
): void {
  const { pending } = state;
  if (pending?.epoch !== proposal.epoch || proposal.epoch <= state.announced) return;
  const own = proposal.members.find(({ node }) => node === state.node);
  if (own?.incarnation !== state.incarnation) return;
  if (!sameMembers(pending.members, proposal.members)) return;
  // What was promised, not what was said now: a repeated commit does not know all of it.
  install(settings, state, pending, at, effects);
}

/** Says at once that this node must not act, if it has lost its quorum or its place. */
function leaveIfLost(settings: Settings, state: CcmState, effects: Effect[]): void {
  const { view, node, rows } = state;
  if (!view?.quorate) return;
  const own = ownRow(state, settings);
  const names = view.members.map((member) => member.node).sort();
  const left = view.members.filter((member) =>
    member.node === node || own.hears[member.node] === member.incarnation &&
      rows.get(member.node)?.hears[node] === state.incarnation
  ).map((member) => member.node).sort();
  const alone = left.length < names.length && !quorate(settings, left, names);
  let passedOver = false;
  for (const row of rows.values()) {
    const newer = row.view;
    if (newer === undefined || newer.epoch <= view.epoch || !newer.quorate) continue;
    passedOver ||= !newer.members.some((member) =>
      member.node === node && member.incarnation === state.incarnation
    );
  }
  if (alone || passedOver) evict(state, effects);
}

/** Tells the others if this node's row says something new. */
function refreshRow(settings: Settings, state: CcmState, effects: Effect[]): void {
  const before = state.rows.get(state.node);
  const row = ownRow(state, settings);
  if (row.serial === before?.serial) return;
  state.rows.set(state.node, row);
  tellRows(state, effects);
}

/** Decides with whom this node should be; gives how long to wait with that. */
function settle(settings: Settings, state: CcmState, at: number): number {
  const { rows, node } = state;
  const reached = component(rows, node);
  if (allLinked(rows, reached)) {
    state.unsettled = undefined;
    want(state, reached, at);
    return Infinity;
  }
  // Not all hear each other. As a rule somebody has died and not everybody knows it yet: to choose
  // now might cost a living node its place.
  const picture = reached.map((one) =>
    `${one}:${reached.filter((other) => linked(rows, one, other)).join(",")}`
  ).join(";");
  state.unsettled ??= { sinceMs: at, changedAtMs: at, picture, decided: false };
  const { unsettled } = state;
  if (unsettled.picture !== picture) {
    if (unsettled.decided) unsettled.sinceMs = at;
    unsettled.decided = false;
    unsettled.picture = picture;
    unsettled.changedAtMs = at;
  }
  const until = Math.min(
    unsettled.changedAtMs + settings.settleMs,
    unsettled.sinceMs + 4 * settings.settleMs,
  );
  if (at < until) return until - at;
  unsettled.decided = true;
  want(state, place(rows, node, (name) => settings.votes[name] ?? 1), at);
  return Infinity;
}

function want(state: CcmState, names: readonly string[], at: number): void {
  const same = names.length === state.want.length &&
    names.every((name, place) => name === state.want[place]);
  if (same) return;
  state.want = names;
  state.wantAtMs = at;
  state.proposing = undefined;
}

/** Whether a proposal is for this daemon and its members are those whom this node wants. */
function fits(state: CcmState, { members }: Proposal): boolean {
  return members.length === state.want.length &&
    members.every(({ node, incarnation }) =>
      state.want.includes(node) && state.rows.get(node)?.incarnation === incarnation
    );
}

/** Repeats the commit to members that wait for it; gives when to look again. */
function repeatCommit(
  { retryMs }: Settings,
  state: CcmState,
  at: number,
  effects: Effect[],
): number {
  const { view, rows } = state;
  if (view === undefined) return Infinity;
  const waiting = view.members.filter(({ node, incarnation }) => {
    const row = rows.get(node);
    return node !== state.node && row?.incarnation === incarnation && row.pending === view.epoch;
  });
  if (waiting.length === 0) return Infinity;
  const dueMs = Math.max(state.viewAtMs, state.repeatedAtMs) + retryMs;
  if (at < dueMs) return dueMs - at;
  state.repeatedAtMs = at;
  const proposal: Proposal = { ...view, proposer: state.node, previous: [] };
  for (const { node } of waiting) say(node, { type: "commit", proposal }, effects);
  return retryMs;
}

/** Proposes a view if there should be another and it is this node's turn; else says when it is. */
function proposeIfDue(
  settings: Settings,
  state: CcmState,
  at: number,
  effects: Effect[],
): number {
  const rows = state.want.map((name) => state.rows.get(name)).filter((row) => row !== undefined);
  if (rows.length !== state.want.length || rows.length === 0) return Infinity;
  // While nodes do not all hear each other, a place found earlier may not hold any more.
  if (!allLinked(state.rows, state.want)) return Infinity;
  const { proposing } = state;
  if (agreed(settings, state, rows, at)) {
    state.agreed = true;
    state.proposing = undefined;
    const dueMs = state.viewAtMs + commitRepeatsMax * settings.retryMs;
    return at < dueMs && !allInstalled(state, rows) ? dueMs - at : Infinity;
  }
  if (state.agreed) state.wantAtMs = at;
  state.agreed = false;
  const members = membersOf(rows, nextEpoch(settings, state, rows));
  const rank = members.findIndex(({ node }) => node === state.node);
  let dueMs = state.wantAtMs + rank * settings.takeoverMs;
  // Somebody else's proposal is under way: to propose against it would go on for ever.
  if (state.pending !== undefined && state.pending.proposer !== state.node) {
    dueMs = Math.max(dueMs, state.promisedAtMs + settings.retryMs);
  }
  if (proposing !== undefined) {
    dueMs = proposing.atMs +
      settings.retryMs * 2 ** Math.min(proposing.attempts, retryDoublingsMax);
  }
  if (at < dueMs) return dueMs - at;
  return propose(settings, state, rows, at, effects);
}

function propose(
  settings: Settings,
  state: CcmState,
  rows: readonly Row[],
  at: number,
  effects: Effect[],
): number {
  const epoch = nextEpoch(settings, state, rows);
  const proposal: Proposal = {
    epoch,
    proposer: state.node,
    members: membersOf(rows, epoch),
    previous: previousOf(rows),
  };
  const attempts = (state.proposing?.attempts ?? -1) + 1;
  state.proposing = { proposal, promises: new Set(), atMs: at, attempts };
  for (const { node } of proposal.members) {
    if (node !== state.node) say(node, { type: "propose", proposal }, effects);
  }
  // The others write while this node does; its own promise comes back to it once it is on disk.
  onPropose(settings, state, proposal, state.node, at, effects);
  return settings.retryMs * 2 ** Math.min(attempts, retryDoublingsMax);
}

/** Whether those whom this node wants are in one view, or will be without anybody's help. */
function agreed(
  { retryMs }: Settings,
  state: CcmState,
  rows: readonly Row[],
  at: number,
): boolean {
  const { view } = state;
  if (view === undefined || view.members.length !== rows.length) return false;
  const fresh = at < state.viewAtMs + commitRepeatsMax * retryMs;
  return rows.every((row) => {
    const member = view.members.find(({ node }) => node === row.node);
    if (member?.incarnation !== row.incarnation) return false;
    // A row from before its promise, or a commit under way.
    return row.view?.epoch === view.epoch ||
      (fresh && (row.pending === view.epoch || row.promised < view.epoch));
  });
}

function allInstalled({ view }: CcmState, rows: readonly Row[]): boolean {
  return rows.every((row) => row.view?.epoch === view?.epoch);
}

/** An epoch above all that these nodes ever promised, and that only this node can choose. */
function nextEpoch({ nodes }: Settings, state: CcmState, rows: readonly Row[]): number {
  let highest = state.promised;
  for (const { promised } of rows) highest = Math.max(highest, promised);
  return (Math.floor(highest / nodesMax) + 1) * nodesMax + nodes.indexOf(state.node);
}

/** The epoch, if this proposer may choose it. */
function epochOf(nodes: readonly string[], epoch: number, proposer: string): number | undefined {
  return epoch % nodesMax === nodes.indexOf(proposer) ? epoch : undefined;
}
