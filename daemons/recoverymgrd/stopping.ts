/**
 * The end of all children, the last one first, each awaited; and the end of a node that cannot be
 * kept.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import { exitConfig } from "../runtime/exit_code.ts";
import type { Effect } from "../runtime/machine.ts";
import { childOf, log, order, type RecoveryState, report } from "./state.ts";

/** Milliseconds for the other children to say what they cannot use, once one has said so. */
export const settleMs = 10_000;

/** Gives the node up. */
export function giveUp(state: RecoveryState, exitCode: number, why: string, out: Effect[]): void {
  state.givenUp = why;
  state.exitCode = exitCode;
  out.push(log("crit", withCode("HA9006", `This node is given up: ${why}`)));
  wind(state, "given up", out);
}

/**
 * A child cannot use its configuration. The node is given up as soon as every other child has said
 * whether it can, so that one start shows all problems.
 */
export function settle(state: RecoveryState, isLate: boolean, out: Effect[]): void {
  if (state.unusable.size === 0 || state.stopping !== undefined) return;
  const starting = [...state.children.values()].some(({ alive, state }) =>
    alive && state === "starting"
  );
  if (starting && !isLate) return;
  const names = [...state.unusable].sort().join(" and ");
  const why = `${names} cannot use the configuration; the reasons are logged above`;
  giveUp(state, exitConfig, why, out);
}

/** Begins to stop all children, the last one first. */
export function wind(state: RecoveryState, why: string, out: Effect[]): void {
  if (state.stopping !== undefined) return;
  state.stopping = [...state.config.children];
  out.push(log("notice", `Stops all daemons of this node: ${why}`));
  report(state, out);
  unwind(state, out);
}

/** Goes on with the next child; ends when none is left. */
export function unwind(state: RecoveryState, out: Effect[]): void {
  const { stopping = [] } = state;
  while (stopping.length > 0 && childOf(state, stopping.at(-1) ?? "")?.alive !== true) {
    stopping.pop();
  }
  const child = stopping.at(-1);
  if (child === undefined) {
    out.push(
      { type: "cancel", name: "ping" },
      { type: "unload", instance: "children" },
      { type: "stopped", exitCode: state.exitCode },
    );
    return;
  }
  stop(state, child, out);
}

/** Tells a child to end, and kills it if it does not. */
export function stop({ config }: RecoveryState, child: string, out: Effect[]): void {
  out.push(order("stop", child), { type: "timer", name: `kill ${child}`, inMs: config.stopMs });
}
