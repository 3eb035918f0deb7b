/**
 * Members that are heard but withhold their part of an agreement. A view needs the promise of every
 * member, so one that never promises would keep the cluster in its old view, and a dead node's
 * services would start nowhere.
 *
 * The rule: a node whose part was missing in at least `missedMin` proposals, and in most of those
 * that lacked somebody, over at least
 * `withholdMs` in which no view was taken up by all, counts as not heard for `withheldForMs`. Its
 * part is its promise and, when all have promised, its taking up the view. Every member sees the same
 * proposals and rows, so all of them leave it out at about the same time. The cib of the coordinator
 * applies the same rule to entries, and reports the member in `ccm/withholds`.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import type { Effect } from "../runtime/machine.ts";
import { latest } from "./electorate.ts";
import type { Proposal } from "./protocol.ts";
import { type CcmState, proposerOf, type Settings } from "./state.ts";

/** Proposals that must lack a node's part before it is left out. */
const missedMin = 8;
/** An honest proposer repeats itself once within so many times `retryMs`, and then doubles the time. */
const quickRetries = 1.5;
/** Quick repeats in a row that no honest proposer makes. */
const quickRepeatsMin = 3;

/** Counts the nodes whose part was missing when the pending proposal gives way to another. */
export function countMissing(
  { retryMs }: Settings,
  state: CcmState,
  next: Proposal,
  at: number,
): void {
  const { pending } = state;
  // Before a cluster is founded a node may have a good reason to wait.
  if (state.electorates.committed.version === 0) return;
  if (pending === undefined) return countAbsent(state, next, retryMs / 2, at);
  const { proposer } = pending;
  const names = namesOf(pending);
  const tookMs = at - state.promisedAtMs;
  // A proposer that leaves no time for promises keeps the others from proposing.
  const again = next.proposer === proposer && namesOf(next).join() === names.join();
  state.quickRepeats = again && tookMs < quickRetries * retryMs ? state.quickRepeats + 1 : 0;
  if (state.quickRepeats >= quickRepeatsMin && proposer !== state.node && names.length > 2) {
    state.lacking++;
    miss(state, proposer, at);
  }
  if (tookMs < retryMs / 2) return;
  const lacks = names.filter((name) => !isPromised(state, name, pending, next));
  // All have promised, and no commit came: that was the proposer's part.
  const isLeft = lacks.length === 0 && proposer !== state.node;
  missAll(state, names, isLeft ? [proposer] : lacks, at);
}

/** Whether the row of a node shows its promise of a proposal, or already that of the next one. */
function isPromised(
  { node, rows }: CcmState,
  name: string,
  proposal: Proposal,
  next: Proposal,
): boolean {
  const row = rows.get(name);
  if (name === node || row?.view?.epoch === proposal.epoch) return true;
  if (row?.pending !== proposal.epoch) return row?.pending === next.epoch;
  // A node of an earlier version does not say whose it is.
  return row.pendingOf === undefined || row.pendingOf === proposerOf(proposal);
}

/**
 * A view was installed here, and another one of the same members is proposed: somebody has promised it
 * and does not take it up. Without a bound there would be a new view several times a second.
 */
function countAbsent(state: CcmState, next: Proposal, minMs: number, at: number): void {
  const { view, rows, viewAtMs } = state;
  if (view === undefined || next.basis > 0 || at < viewAtMs + minMs) return;
  const names = namesOf(view);
  if (names.join() !== namesOf(next).join()) return;
  const absent = view.members.filter(({ node, incarnation }) => {
    const row = rows.get(node);
    return row?.incarnation === incarnation && row.view?.epoch !== view.epoch;
  });
  missAll(state, names, absent.map(({ node }) => node), at);
}

/** Where most of these are missing, the fault is rather here or in the network. */
function missAll(state: CcmState, names: readonly string[], lacks: readonly string[], at: number) {
  const isFew = 2 * lacks.length < names.length ||
    names.length === 2 && latest(state.electorates).nodes.length > 2;
  if (!isFew || lacks.length === 0) return;
  state.lacking++;
  for (const name of lacks) miss(state, name, at);
}

const namesOf = ({ members }: Pick<Proposal, "members">): string[] =>
  members.map(({ node }) => node).sort();

function miss({ missed, withholding }: CcmState, node: string, at: number): void {
  if (withholding.has(node)) return;
  const { sinceMs, count } = missed.get(node) ?? { sinceMs: at, count: 0 };
  missed.set(node, { sinceMs, count: count + 1 });
}

/** Leaves out the nodes that have withheld their part for too long; returns when to check again. */
export function leaveOut(
  settings: Settings,
  state: CcmState,
  at: number,
  effects: Effect[],
): number {
  let inMs = Infinity;
  for (const [node, untilMs] of state.withholding) {
    if (at >= untilMs) state.withholding.delete(node);
    else inMs = Math.min(inMs, untilMs - at);
  }
  for (const [node, { sinceMs, count }] of state.missed) {
    // A member that is missing now and then, among others, is not what delays the view.
    if (count < missedMin || 2 * count <= state.lacking) continue;
    const dueMs = sinceMs + settings.withholdMs;
    if (at < dueMs) inMs = Math.min(inMs, dueMs - at);
    else {
      const what = `its part of ${count} proposals of a view`;
      withhold(settings, state, { node, what, at }, effects);
    }
  }
  return inMs;
}

/** A member that withholds something. */
interface Withheld {
  readonly node: string;
  readonly what: string;
  readonly at: number;
}

/** It counts as not heard for a while. */
export function withhold(
  { withheldForMs }: Settings,
  state: CcmState,
  { node, what, at }: Withheld,
  effects: Effect[],
): void {
  state.missed.delete(node);
  state.withholding.set(node, at + withheldForMs);
  const text = withCode(
    "HA6010",
    `${node} is heard, but it withholds ${what}. It counts as not heard for ` +
      `${Math.round(withheldForMs / 1_000)} s. Fix: look for errors in its log and check its disk`,
  );
  effects.push({ type: "log", level: "err", text });
}
