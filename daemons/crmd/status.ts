/**
 * How a node stands in its cluster, for faces.
 *
 * @module
 */
import { type CrmdState, dcOf } from "./state.ts";

/** The state of a crmd, as data. */
export function statusOf(state: CrmdState) {
  const { view, coordination } = state;
  return {
    node: state.self,
    dc: dcOf(view) ?? null,
    quorate: view?.quorate ?? false,
    epoch: view?.epoch ?? null,
    members: view?.members.map(({ node }) => node) ?? [],
    joined: state.joined,
    refused: state.refusals.counts(),
    policy: coordination?.policy.type ?? null,
    held: [...state.held],
    undecided: state.configurations.at(-1)?.failed ?? null,
    orders: [...state.orders.values()].map(({ operation: { resource, action, intervalMs } }) =>
      `${resource}_${action}_${intervalMs}`
    ).sort(),
  };
}
