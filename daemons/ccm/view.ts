/**
 * Installs a view and leaves it.
 *
 * @module
 */
import type { Effect } from "../runtime/machine.ts";
import { epochText } from "../runtime/epoch.ts";
import type { Message } from "../runtime/messages.ts";
import { type Electorate, inForce, latest, sameNodes, settled } from "./electorate.ts";
import { sayFounded } from "./founding.ts";
import type { Proposal } from "./protocol.ts";
import { electorateOf } from "./recover.ts";
import { decideQuorum } from "./quorum.ts";
import { savedKey, writeSaved } from "./saved.ts";
import type { CcmState, Settings } from "./state.ts";

/** Installs a view that every member has promised durably, and announces it. */
export function install(
  settings: Settings,
  state: CcmState,
  proposal: Proposal,
  at: number,
  effects: Effect[],
): void {
  const { epoch, members, electors, recovers } = proposal;
  const isQuorate = holdsQuorum(settings, proposal);
  const before = state.electorates;
  if (isQuorate) {
    state.electorates = settled(proposal.electorates, electorateOf(proposal, before));
    if (before.committed.version === 0) effects.push(sayFounded);
    // Where it counts the same nodes as ever, a promise that is on disk says enough.
    const news = state.electorates.origin !== before.origin ||
      inForce(before).some((one) => !sameNodes(one, state.electorates.committed));
    if (news) effects.push({ type: "save", key: savedKey, value: writeSaved(state) });
  }
  const electorate = isQuorate ? electors : latest(proposal.electorates).nodes;
  state.view = { epoch, members, quorate: isQuorate, electorate };
  state.announced = epoch;
  state.accused = undefined;
  state.viewAtMs = at;
  state.pending = undefined;
  announce(state, { type: "ccm/view", view: state.view }, effects);
  const changed = isQuorate && !sameNodes(before.committed, { nodes: electors });
  effects.push({
    type: "log",
    level: "notice",
    text: `view ${epochText(epoch)}${isQuorate ? "" : " without quorum"}: ` +
      members.map((member) => member.node).join(" ") +
      (recovers === true ? ", which goes on without the others" : "") +
      (changed ? `; from now on these count: ${electors.join(" ")}` : ""),
  });
}

/** This node is no longer in a view; none of its promises will be installed. */
export function evict(state: CcmState, effects: Effect[]): void {
  state.pending = undefined;
  state.proposing = undefined;
  state.deferred = undefined;
  if (state.view === undefined) return;
  effects.push({
    type: "log",
    level: "warning",
    text: `out of view ${epochText(state.view.epoch)}`,
  });
  state.view = undefined;
  state.accused = undefined;
  announce(state, { type: "ccm/evicted" }, effects);
}

/** Whether these nodes may act for the cluster under every electorate that may be in force. */
export function quorate(
  { votes, quorum }: Settings,
  electorates: readonly Pick<Electorate, "nodes">[],
  members: readonly string[],
  previous: readonly string[],
): boolean {
  return electorates.every(({ nodes }) =>
    decideQuorum(quorum, { members, nodes, votes, previous })
  );
}

/**
 * Whether a proposal's members may act under all electorates that may be in force, and under its
 * own.
 */
export function holdsQuorum(
  settings: Settings,
  { members, previous, electorates, electors, basis, recovers }: Proposal,
): boolean {
  // The operator of each member that promises it has agreed: no quorum decides here.
  if (recovers === true) return true;
  const names = members.map((member) => member.node).sort();
  const lists = [...inForce(electorates), { nodes: electors }];
  // If one of two nodes may continue alone, each of them could add nodes and outvote the other.
  const takesIn = basis > 0 &&
    electors.some((name) => !electorates.committed.nodes.includes(name));
  return quorate(settings, lists, names, takesIn ? [] : previous);
}

function announce(state: CcmState, message: Message, effects: Effect[]): void {
  for (const service of state.subscribers) {
    effects.push({ type: "send", to: { service }, message });
  }
}
