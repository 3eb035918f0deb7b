/**
 * A node leaves in good order: it says so in the CIB, and the coordinator takes everything from it.
 *
 * @module
 */
import type { Effect } from "../runtime/machine.ts";
import { setAttributes } from "./attributes.ts";
import { type CrmdState, nodeIdOf, nowS, write } from "./state.ts";

/** This node is to end in good order: the coordinator takes everything away from it first. */
export function stop(state: CrmdState, at: number, out: Effect[]): void {
  state.stopping = true;
  if (!state.view?.quorate || !state.joined) {
    out.push({ type: "stopped" });
    return;
  }
  askToLeave(state, at, out);
}

/** Sets the attribute by which the coordinator knows that this node is to be emptied. */
export function askToLeave(state: CrmdState, at: number, out: Effect[]): void {
  const { root } = state.replica;
  if (root === undefined) return;
  const shutdown = String(nowS(state, at));
  const changes = setAttributes(root, nodeIdOf(root, state.self), { shutdown });
  write(state, { type: "shutdown" }, changes, out);
}
