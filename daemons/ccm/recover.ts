/**
 * Recovery: the nodes of a view without quorum go on without the others that count, which are permanently
 * lost. Nothing but a person can know that, so the operator of each of these nodes has to say it:
 * no message of another node makes a node believe it.
 *
 * The cluster gets another origin with it. So a node that was lost is foreign when it comes back
 * (`electorate.ts`): it cannot join before its state is removed, and cannot act alone, unless more than
 * half of those that counted come back together.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import { epochText } from "../runtime/epoch.ts";
import type { Address, Effect } from "../runtime/machine.ts";
import type { Message } from "../runtime/messages.ts";
import {
  type Electorate,
  type Electorates,
  inForce,
  recoveredOrigin,
  sameNodes,
} from "./electorate.ts";
import type { Proposal, Row } from "./protocol.ts";
import { type CcmState, sameMembers } from "./state.ts";

/** The operator of this node says that the nodes of its view go on alone. */
export function onRecover(
  state: CcmState,
  { id, view: epoch }: Extract<Message, { readonly type: "ccm/recover" }>,
  to: Address,
  effects: Effect[],
): void {
  const refused = whyNot(state, epoch);
  const answer = refused === undefined ? {} : { refused };
  effects.push({ type: "send", to, message: { type: "ccm/recovering", id, ...answer } });
  if (refused !== undefined || state.recovers === epoch) return;
  state.recovers = epoch;
  effects.push({
    type: "log",
    level: "warning",
    text: `an operator has view ${epochText(epoch)} go on without ${absent(state).join(", ")}`,
  });
}

/** Nodes that count, and are not in the view of this node. Sorted. */
export function absent({ view, electorates }: CcmState): readonly string[] {
  const members = new Set(view?.members.map(({ node }) => node));
  const electors = new Set(inForce(electorates).flatMap(({ nodes }) => nodes));
  return [...electors].filter((name) => !members.has(name)).sort();
}

function whyNot(state: CcmState, epoch: number): string | undefined {
  const { view, reachable, rows } = state;
  if (view === undefined) return not("this node is in no view", "wait until it is, and try again");
  if (view.quorate) {
    return not("the nodes have quorum", "remove a node that is lost with ha node forget NODE");
  }
  if (view.epoch !== epoch) {
    const now = `the view has changed: it is ${epochText(view.epoch)} now`;
    return not(now, "look again who is there");
  }
  const heard = absent(state).filter((name) =>
    reachable.has(name) ||
    view.members.some(({ node }) => Object.hasOwn(rows.get(node)?.hears ?? {}, name))
  );
  if (heard.length === 0) return undefined;
  return not(`${heard.join(", ")} is still heard`, "wait until it is a member, or stop it");
}

const not = (why: string, fix: string): string => withCode("HA6012", `${why}. Fix: ${fix}`);

/** The nodes that count from then on, once the operators of all members agree; else undefined. */
export function recoveredElectors(
  { view, recovers, node }: CcmState,
  rows: readonly Row[],
): readonly string[] | undefined {
  if (view === undefined || view.quorate || recovers !== view.epoch) return undefined;
  if (view.members[0]?.node !== node) return undefined;
  return rows.every((row) => row.recovers === view.epoch) ? namesIn(view) : undefined;
}

/** Members of the view whose operators have not agreed yet, as their rows say. */
export const notAgreed = ({ view, rows }: CcmState): readonly string[] =>
  view === undefined || view.quorate
    ? []
    : namesIn(view).filter((name) => rows.get(name)?.recovers !== view.epoch);

/** Whether the operator of this node agrees to what another node proposes. */
export const isRecovery = ({ view, recovers }: CcmState, proposal: Proposal): boolean =>
  view !== undefined && !view.quorate && recovers === view.epoch &&
  proposal.basis === view.epoch && sameMembers(view.members, proposal.members) &&
  sameNodes({ nodes: proposal.electors }, { nodes: namesIn(view) });

/** The electorate that a proposal brings, for a node that knew of these. */
export function electorateOf(
  { epoch: version, electors: nodes, recovers, electorates }: Proposal,
  { origin: before }: Electorates,
): Electorate {
  const origin = recovers === true
    ? recoveredOrigin(electorates, version, nodes)
    : electorates.origin;
  // Another one stays on disk with the promise: a node that misses the commit is no stranger then.
  return before === 0 || origin === before ? { version, nodes } : { version, nodes, origin };
}

const namesIn = ({ members }: { readonly members: readonly { readonly node: string }[] }) =>
  members.map(({ node }) => node).sort();
