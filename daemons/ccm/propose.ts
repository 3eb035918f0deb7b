/**
 * Decides when this node must propose a view, and which one: one with other members, or one with
 * the same members that changes the electorate.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import { epochAfter } from "../runtime/epoch.ts";
import type { Effect } from "../runtime/machine.ts";
import { inForce, latest, together } from "./electorate.ts";
import { foundingWaitMs } from "./founding.ts";
import { allLinked } from "./graph.ts";
import type { Proposal, Row } from "./protocol.ts";
import { onPropose } from "./promise.ts";
import { recoveredElectors } from "./recover.ts";
import { say } from "./rows.ts";
import { membersOf, previousOf } from "./seniority.ts";
import type { CcmState, Proposing, Settings } from "./state.ts";
import { holdsQuorum } from "./view.ts";
import { wantedElectorate } from "./wish.ts";

/** How often a lost commit is repeated before another view is proposed. */
const commitRepeatsMax = 4;

/** Maximum number of doublings of the time before a proposal is repeated. */
const retryDoublingsMax = 4;

/**
 * Proposes a view if another one is needed and it is this node's turn; otherwise returns when to
 * check.
 */
export function proposeIfDue(
  settings: Settings,
  state: CcmState,
  at: number,
  effects: Effect[],
): number {
  const rows = state.want.map((name) => state.rows.get(name)).filter((row) => row !== undefined);
  if (rows.length !== state.want.length || rows.length === 0) return Infinity;
  // While nodes do not all hear each other, an earlier result may be outdated.
  if (!allLinked(state.rows, state.want)) return Infinity;
  const { proposing } = state;
  if (agreed(settings, state, rows, at)) {
    state.agreed = true;
    if (allInstalled(state, rows)) {
      state.missed.clear();
      state.lacking = 0;
      return changeIfDue(settings, state, rows, at, effects);
    }
    state.proposing = undefined;
    const dueMs = state.viewAtMs + commitRepeatsMax * settings.retryMs;
    return at < dueMs ? dueMs - at : Infinity;
  }
  if (state.agreed) state.wantAtMs = at;
  state.agreed = false;
  const members = membersOf(rows, nextEpoch(state, rows));
  const rank = members.findIndex(({ node }) => node === state.node);
  let dueMs = state.wantAtMs + rank * settings.takeoverMs;
  // Another node's proposal is in progress: proposing against it could go on forever.
  if (state.pending !== undefined && state.pending.proposer !== state.node) {
    dueMs = Math.max(dueMs, state.promisedAtMs + settings.retryMs);
  }
  if (proposing !== undefined) dueMs = retryAtMs(settings, proposing);
  if (at < dueMs) return dueMs - at;
  const proposal = proposalOf(state, rows);
  if (holdsQuorum(settings, proposal)) {
    const waitMs = foundingWaitMs(settings, state, proposal, at, effects);
    if (waitMs > 0) return waitMs;
  }
  return propose(settings, state, proposal, at, effects);
}

/** Proposes a change of the electorate if one is wanted; otherwise returns when to check again. */
function changeIfDue(
  settings: Settings,
  state: CcmState,
  rows: readonly Row[],
  at: number,
  effects: Effect[],
): number {
  const { view, proposing } = state;
  const recovered = recoveredElectors(state, rows);
  const electors = recovered ?? wantedElectorate(settings, state, rows);
  if (electors === undefined || view === undefined) {
    state.proposing = undefined;
    state.refused = "";
    return Infinity;
  }
  const recovers = recovered === undefined ? {} : { recovers: true };
  const proposal = { ...proposalOf(state, rows), electors, basis: view.epoch, ...recovers };
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
  const refused = withCode(
    "HA6004",
    `${electors.join(" ")} cannot count in the place of ${lists.join(", or of ")} ` +
      `without a majority of both: start more of them`,
  );
  if (state.refused === refused) return;
  state.refused = refused;
  effects.push({ type: "log", level: "warning", text: refused });
}

const retryAtMs = ({ retryMs }: Settings, { atMs, attempts }: Proposing): number =>
  atMs + retryMs * 2 ** Math.min(attempts, retryDoublingsMax);

/** The view of these nodes, from their knowledge, with an unchanged electorate. */
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
  // The others write in parallel with this node; its own promise is counted once it is on disk.
  onPropose(settings, state, proposal, { from: state.node, at }, effects);
  return settings.retryMs * 2 ** Math.min(attempts, retryDoublingsMax);
}

/** Whether the nodes that this node wants are in one view, or will be without a proposal. */
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
    // A row from before its promise, or a commit in transit.
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
