/**
 * Members that are heard but withhold their part of an agreement. A view needs the promise of every
 * member, so one that never promises would keep the cluster in its old view, and a dead node's
 * services would start nowhere.
 *
 * The rule: a node whose part was missing in at least `missedMin` proposals, and in most of those
 * that lacked somebody, over at least
 * `withholdMs` in which no view was installed, counts as not heard for `withheldForMs`. Every member
 * sees the same proposals and rows, so all of them leave it out at about the same time. The cib of
 * the coordinator applies the same rule to entries, and reports the member in `ccm/withholds`.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import type { Effect } from "../runtime/machine.ts";
import type { Message } from "../runtime/messages.ts";
import { latest } from "./electorate.ts";
import type { Proposal } from "./protocol.ts";
import type { CcmState, Settings } from "./state.ts";

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
  const { pending, rows, proposing } = state;
  // Before a cluster is founded a node may have a good reason to wait.
  if (pending === undefined || state.electorates.committed.version === 0) return;
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
  const promises = proposing?.proposal.epoch === pending.epoch ? proposing.promises : undefined;
  const lacks = names.filter((name) =>
    name !== state.node &&
    !(promises?.has(name) ?? (rows.get(name)?.promised ?? 0) >= pending.epoch)
  );
  // Where most are missing, the fault is rather here or in the network.
  const isFew = 2 * lacks.length < names.length ||
    names.length === 2 && latest(state.electorates).nodes.length > 2;
  if (!isFew || lacks.length === 0) return;
  state.lacking++;
  for (const name of lacks) miss(state, name, at);
}

const namesOf = ({ members }: Proposal): string[] => members.map(({ node }) => node).sort();

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
    // One that is missing now and then, between others, is not what holds the view up.
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

/** The cib of this node, which coordinates, waited too long for a member of the view at hand. */
export function onWithholds(
  settings: Settings,
  state: CcmState,
  { view, node, what }: Extract<Message, { type: "ccm/withholds" }>,
  at: number,
  effects: Effect[],
): void {
  const isMember = state.view?.members.some((member) => member.node === node);
  if (state.view?.epoch !== view || !isMember || node === state.node) return;
  withhold(settings, state, { node, what, at }, effects);
}

/** A member that withholds something. */
interface Withheld {
  readonly node: string;
  readonly what: string;
  readonly at: number;
}

function withhold(
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
