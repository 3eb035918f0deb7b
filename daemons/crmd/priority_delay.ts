/**
 * How long a half of a cluster waits before it fences the other half: `priority-fencing-delay`.
 *
 * The policy engine of each half compares priorities by its own CIB. The two may differ: an important
 * resource that has just been started is known to one half only, and then neither would wait. So each
 * half looks at the moment of the cut. If nothing was under way, both have the same CIB, and the
 * engine's comparison holds, with the order of names for equal priorities. If something was, this half
 * knows neither what the other one knows nor whether it waits. It then waits longer than any half that
 * knows, and the two orders of names wait different times.
 *
 * | at the cut     | side                 | delays |
 * | -------------- | -------------------- | ------ |
 * | nothing        | more important       | 0      |
 * | nothing        | less important       | 1      |
 * | nothing        | equal, first name    | 0      |
 * | nothing        | equal, second name   | 1      |
 * | something      | first name           | 2      |
 * | something      | second name          | 3      |
 *
 * @module
 */
import type { View } from "../runtime/messages.ts";
import type { Standing, TransitionAction, TransitionGraph } from "../runtime/transition.ts";
import { awaitsFencing, stateOf } from "./node_states.ts";
import { type CrmdState, dcOf } from "./state.ts";

const delayAttribute = "CRM_meta_priority_fencing_delay";

/** A view ends for this node: remembers how things stood with the nodes that it loses. */
export function notePartings(state: CrmdState, after: View | undefined): void {
  const { view: before, partings, self } = state;
  const isHere = (node: string) => after?.members.some((member) => member.node === node) === true;
  const quiet = isQuiet(state);
  for (const { node } of before?.members ?? []) {
    if (node !== self && !isHere(node)) partings.set(node, { quiet, rank: undefined });
  }
  for (const { node } of after?.members ?? []) partings.delete(node);
}

/** This node's own state has changed: what the other side compares with is not that. */
export function noteChange({ partings }: CrmdState): void {
  for (const parting of partings.values()) parting.quiet = false;
}

/** Whether the CIB of the view at hand contains all that its members know. */
function isQuiet({ view, self, joined, orders, outbox, writes, coordination }: CrmdState): boolean {
  if (view === undefined || !joined || orders.size > 0 || outbox.size > 0) return false;
  if ([...writes.values()].some(({ type }) => type === "result")) return false;
  if (dcOf(view) !== self) return true;
  if (coordination === undefined || coordination.writing) return false;
  const { policy, lastGraph, done } = coordination;
  return policy.type === "idle" && lastGraph === "" &&
    view.members.every(({ node }) => done.has(node));
}

/** The graph with the delays of this side, instead of those that the engine computes. */
export function withPriorityDelay(
  state: CrmdState,
  graph: TransitionGraph,
  standing: Standing | undefined,
): TransitionGraph {
  if (standing === undefined) return graph;
  const synapses = graph.synapses.map((synapse) => {
    const { action } = synapse;
    const rank = isFencing(action) ? rankOf(state, action.onNode ?? "", standing) : undefined;
    if (rank === undefined) return synapse;
    const delay = String(rank * standing.delayMs / 1000);
    const attributes = { ...action.attributes, [delayAttribute]: delay };
    return { ...synapse, action: { ...action, attributes } };
  });
  return { ...graph, synapses };
}

const isFencing = ({ task, attributes }: TransitionAction): boolean =>
  task === "stonith" && attributes.CRM_meta_stonith_action !== "on";

/** How many delays this side waits; undefined: this node is not lost, and nobody strikes back. */
function rankOf(state: CrmdState, node: string, { side }: Standing): number | undefined {
  const { view, self, partings, replica: { root } } = state;
  if (node === self || view === undefined || root === undefined) return undefined;
  const back = view.members.find((member) => member.node === node);
  if (back !== undefined) {
    // A device of its side may be at work since before it came back: by then it has ended this one.
    return awaitsFencing(root, stateOf(root, node), `${back.incarnation}`) ? 1 : undefined;
  }
  const parting = partings.get(node) ?? { quiet: false, rank: undefined };
  partings.set(node, parting);
  const isFirst = isFirstHalf(view);
  const wins = side === "higher" || side === "equal" && isFirst;
  parting.rank ??= parting.quiet ? wins ? 0 : 1 : isFirst ? 2 : 3;
  return parting.rank;
}

/** Whether the first of all nodes by name is on this side. */
function isFirstHalf({ electorate, members }: View): boolean {
  const here = members.map(({ node }) => node);
  const first = [...electorate, ...here].sort()[0];
  return first !== undefined && here.includes(first);
}
