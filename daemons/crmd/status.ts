/**
 * How a node stands in its cluster, for faces.
 *
 * @module
 */
import { awaited } from "./awaited.ts";
import { type CrmdState, dcOf } from "./state.ts";

/** The state of a crmd, as data. */
export function statusOf(state: CrmdState, at: number) {
  const { view, coordination } = state;
  const wait = awaited(state, at);
  return {
    node: state.self,
    dc: dcOf(view) ?? null,
    quorate: view?.quorate ?? false,
    epoch: view?.epoch ?? null,
    members: view?.members.map(({ node }) => node) ?? [],
    joined: state.joined,
    refused: state.refusals.counts(),
    policy: coordination?.policy.type ?? null,
    awaits: wait === undefined ? null : { ...wait },
    held: [...state.held],
    undecided: state.configurations.at(-1)?.failed ?? null,
    orders: [...state.orders.values()].map(({ operation: { resource, action, intervalMs } }) =>
      `${resource}_${action}_${intervalMs}`
    ).sort(),
  };
}
