/**
 * How a node's attributes stand, for faces.
 *
 * @module
 */
import type { AttrdState } from "./state.ts";

/** The state of an attrd, as data. Values may be secrets of agents: they are not here. */
export function statusOf(state: AttrdState) {
  const { own, deleted, damped, write, mirrors, view } = state;
  return {
    node: state.self,
    attributes: own.size,
    private: [...own.values()].filter((attribute) => attribute.private).length,
    dampened: [...damped].sort(),
    deleted: deleted.size,
    writing: write !== undefined,
    refusedWrites: state.refusedWrites,
    notInCib: [...state.heldBack.keys()].sort(),
    mirrors: Object.fromEntries([...mirrors].map(([node, { values }]) => [node, values.size])),
    unanswered: [...state.asked].sort(),
    quorate: view?.quorate ?? false,
    refused: state.refusals.counts(),
  };
}
