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
import { epochAfter, mayChoose } from "../epoch.ts";
import type { Effect } from "../machine.ts";
import type { ViewMember } from "../messages.ts";
import { covers, foreign, inForce, latest, promising, sameNodes, together } from "./electorate.ts";
import { allLinked, component, linked, place } from "./graph.ts";
import type { PeerMessage, Proposal, Row } from "./peer.ts";
import { ownRow, say, tellRows } from "./rows.ts";
import { savedKey, writeSaved } from "./saved.ts";
import { membersOf, previousOf } from "./seniority.ts";
import { type CcmState, type Proposing, sameMembers, type Settings } from "./state.ts";
import { evict, holdsQuorum, install, quorate } from "./view.ts";
import { wantedElectorate } from "./wish.ts";

/** A lost commit is repeated so often; then another view is proposed. */
const commitRepeatsMax = 4;

/** Doublings of the time after which a proposal is made again, at most. */
const retryDoublingsMax = 4;

/** Looks at everything anew after an event, and does what follows. */
export function act(settings: Settings, state: CcmState, at: number, effects: Effect[]): void {
  leaveIfLost(settings, state, effects);
  // Before anything is saved: the others wait for it to find their place.
  refreshRow(state, effects);
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
  refreshRow(state, effects);
  const inMs = Math.min(...waits);
  if (inMs < Infinity) effects.push({ type: "timer", name: "act", inMs });
  else effects.push({ type: "cancel", name: "act" });
}

/** Somebody proposes a view. */
export function onPropose(
  settings: Settings,
  state: CcmState,
  proposal: Proposal,
  from: string,
  at: number,
  effects: Effect[],
): void {
  if (proposal.epoch <= state.promised || !mayChoose(from, proposal.epoch)) return;
  const isQuorate = holdsQuorum(settings, proposal);
  if (!fits(state, proposal) || !isLawful(state, proposal, isQuorate)) {
    // Rows may be under way that make it fit.
    if (state.deferred === undefined || proposal.epoch > state.deferred.proposal.epoch) {
      state.deferred = { proposal, from };
    }
    return;
  }
  state.promised = proposal.epoch;
  state.promisedAtMs = at;
  state.pending = proposal;
  if (isQuorate) {
    const promised = { version: proposal.epoch, nodes: proposal.electors };
    state.electorates = promising(state.electorates, promised);
  }
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
  const { members } = proposal;
  for (const { node } of members) {
    if (node !== state.node) say(node, { type: "commit", epoch, members }, effects);
  }
  onCommit(settings, state, proposal, at, effects);
}

/** Everybody has promised: the view is there, if it is the one that this daemon waits for. */
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

/** Says at once that this node must not act, if it has lost its quorum or its place. */
function leaveIfLost(settings: Settings, state: CcmState, effects: Effect[]): void {
  const { view, node, rows } = state;
  if (!view?.quorate) return;
  const own = ownRow(state);
  const names = view.members.map((member) => member.node).sort();
  const left = view.members.filter((member) =>
    member.node === node || own.hears[member.node] === member.incarnation &&
      rows.get(member.node)?.hears[node] === state.incarnation
  ).map((member) => member.node).sort();
  const alone = left.length < names.length &&
    !quorate(settings, inForce(state.electorates), left, names);
  let passedOver = false;
  for (const row of rows.values()) {
    const newer = row.view;
    if (newer === undefined || newer.epoch <= view.epoch || !newer.quorate) continue;
    if (foreign(state.electorates, row.electorates)) continue;
    passedOver ||= !newer.members.some((member) =>
      member.node === node && member.incarnation === state.incarnation
    );
  }
  if (alone || passedOver) evict(state, effects);
}

/** Tells the others if this node's row says something new. */
function refreshRow(state: CcmState, effects: Effect[]): void {
  const before = state.rows.get(state.node);
  const row = ownRow(state);
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
  const electors = latest(
    together(reached.flatMap((name) => rows.get(name)?.electorates ?? [])),
  ).nodes;
  const votes = (name: string) => electors.includes(name) ? settings.votes[name] ?? 1 : 0;
  want(state, place(rows, node, votes), at);
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

/**
 * Whether nothing that this node knows of the electorate is left out, and who is to count follows
 * from that, or from the view that this node is in, by one of the same members with quorum.
 */
function isLawful(
  { electorates, view }: CcmState,
  proposal: Proposal,
  isQuorate: boolean,
): boolean {
  if (!covers(proposal, electorates)) return false;
  if (proposal.basis === 0) {
    return sameNodes(latest(proposal.electorates), { nodes: proposal.electors });
  }
  return isQuorate && view?.quorate === true && view.epoch === proposal.basis &&
    sameMembers(view.members, proposal.members);
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
  const { epoch, members } = view;
  for (const { node } of waiting) say(node, { type: "commit", epoch, members }, effects);
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
    if (allInstalled(state, rows)) return changeIfDue(settings, state, rows, at, effects);
    state.proposing = undefined;
    const dueMs = state.viewAtMs + commitRepeatsMax * settings.retryMs;
    return at < dueMs ? dueMs - at : Infinity;
  }
  if (state.agreed) state.wantAtMs = at;
  state.agreed = false;
  const members = membersOf(rows, nextEpoch(state, rows));
  const rank = members.findIndex(({ node }) => node === state.node);
  let dueMs = state.wantAtMs + rank * settings.takeoverMs;
  // Somebody else's proposal is under way: to propose against it would go on for ever.
  if (state.pending !== undefined && state.pending.proposer !== state.node) {
    dueMs = Math.max(dueMs, state.promisedAtMs + settings.retryMs);
  }
  if (proposing !== undefined) dueMs = retryAtMs(settings, proposing);
  if (at < dueMs) return dueMs - at;
  return propose(settings, state, proposalOf(state, rows), at, effects);
}

/** Proposes that others count, if they should; else says when to look again. */
function changeIfDue(
  settings: Settings,
  state: CcmState,
  rows: readonly Row[],
  at: number,
  effects: Effect[],
): number {
  const { view, proposing } = state;
  const electors = wantedElectorate(settings, state, rows);
  if (electors === undefined || view === undefined) {
    state.proposing = undefined;
    state.refused = "";
    return Infinity;
  }
  const proposal = { ...proposalOf(state, rows), electors, basis: view.epoch };
  if (!holdsQuorum(settings, proposal)) {
    state.proposing = undefined;
    sayRefused(state, proposal, effects);
    return Infinity;
  }
  state.refused = "";
  let dueMs = at;
  if (state.pending !== undefined && state.pending.proposer !== state.node) {
    dueMs = state.promisedAtMs + settings.retryMs;
  }
  if (proposing?.proposal.basis === view.epoch) dueMs = retryAtMs(settings, proposing);
  if (at < dueMs) return dueMs - at;
  return propose(settings, state, proposal, at, effects);
}

function sayRefused(state: CcmState, { electors, electorates }: Proposal, effects: Effect[]): void {
  const lists = inForce(electorates).map(({ nodes }) => nodes.join(" "));
  const refused = `${electors.join(" ")} cannot count in the place of ${lists.join(", or of ")} ` +
    `without a majority of both: start more of them`;
  if (state.refused === refused) return;
  state.refused = refused;
  effects.push({ type: "log", level: "warning", text: refused });
}

const retryAtMs = ({ retryMs }: Settings, { atMs, attempts }: Proposing): number =>
  atMs + retryMs * 2 ** Math.min(attempts, retryDoublingsMax);

/** The view that these should be in, by what they know; who counts is as it is. */
function proposalOf(state: CcmState, rows: readonly Row[]): Proposal {
  const epoch = nextEpoch(state, rows);
  const electorates = together(rows.map((row) => row.electorates));
  return {
    epoch,
    proposer: state.node,
    members: membersOf(rows, epoch),
    previous: previousOf(rows),
    electorates,
    electors: latest(electorates).nodes,
    basis: 0,
  };
}

function propose(
  settings: Settings,
  state: CcmState,
  proposal: Proposal,
  at: number,
  effects: Effect[],
): number {
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
function nextEpoch(state: CcmState, rows: readonly Row[]): number {
  const highest = rows.reduce((most, { promised }) => Math.max(most, promised), state.promised);
  return epochAfter(highest, state.node);
}
