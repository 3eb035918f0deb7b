/**
 * A node leaves cleanly: it records that in the CIB, and the coordinator moves everything off it.
 * Without quorum, as when all nodes are stopped at once, there is no coordinator: it then stops what it
 * runs by itself, and ends.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import { exitRestart } from "../runtime/exit_code.ts";
import type { Effect } from "../runtime/machine.ts";
import { setAttributes } from "./attributes.ts";
import { askLrm } from "./joining.ts";
import { markedNodes, restartsMark } from "./node_marks.ts";
import { incarnationAttribute } from "./node_states.ts";
import { type CrmdState, dcOf, log, nodeIdOf, nowS, write } from "./state.ts";

/** Milliseconds in which the local resource manager must say what runs here, or nothing is asked of it. */
export const lrmAnswerMsMax = 5_000;

/** This node must end cleanly: the coordinator moves everything off it first. */
export function stop(state: CrmdState, at: number, out: Effect[]): void {
  state.stopping = true;
  if (!state.view?.quorate) {
    leaveAlone(state, out);
    return;
  }
  if (!state.joined) {
    out.push(stopped(state));
    return;
  }
  askToLeave(state, at, out);
}

/** What ends this daemon, and with it the node: its parent starts the node again if that was asked. */
export const stopped = ({ restarting }: CrmdState): Effect => ({
  type: "stopped",
  ...(restarting ? { exitCode: exitRestart } : {}),
});

/**
 * A command wants this life of the node to end and another one to begin. Only a member is asked: any
 * other node may have a mark that it has not seen withdrawn.
 */
export function restartIfAsked(state: CrmdState, at: number, out: Effect[]): void {
  const { stopping, joined, view, self, replica: { root } } = state;
  if (stopping || !joined || view?.quorate !== true || root === undefined) return;
  const own = view.members.find(({ node }) => node === self);
  const isAsked = markedNodes(root, restartsMark).some(({ node, state: { attributes } }) =>
    node === self && attributes[incarnationAttribute] === `${own?.incarnation}`
  );
  if (!isAsked) return;
  log(out, "notice", "The cluster restarts this node: it stops cleanly, and starts again");
  state.restarting = true;
  stop(state, at, out);
}

/** Nobody else can take anything from this node: what it runs is stopped, once it is known. */
export function leaveAlone(state: CrmdState, out: Effect[]): void {
  state.dirty = true;
  askLrm(state, out);
  out.push({ type: "timer", name: "leave", inMs: lrmAnswerMsMax });
}

/** Ends a node that is to leave, has no quorum, and has nothing left. */
export function endAlone(state: CrmdState, out: Effect[]): void {
  if (!state.stopping || dcOf(state.view) !== undefined) return;
  if (state.lrm !== "known" || state.orders.size > 0 || state.stops.size > 0) return;
  out.push({ type: "cancel", name: "leave" }, stopped(state));
}

/** The local resource manager has said nothing: nothing more can be done here. */
export function endUnanswered(state: CrmdState, out: Effect[]): void {
  if (!state.stopping || dcOf(state.view) !== undefined || state.lrm === "known") return;
  log(
    out,
    "err",
    withCode(
      "HA6005",
      `This node stops without a list of its resources: its local resource manager did not answer ` +
        `within ${lrmAnswerMsMax} ms`,
    ),
  );
  out.push(stopped(state));
}

/** Sets the attribute by which the coordinator knows that this node is to be emptied. */
export function askToLeave(state: CrmdState, at: number, out: Effect[]): void {
  const { root } = state.replica;
  if (root === undefined) return;
  const shutdown = String(nowS(state, at));
  const changes = setAttributes(root, nodeIdOf(root, state.self), { shutdown });
  write(state, { type: "shutdown" }, changes, out);
}
