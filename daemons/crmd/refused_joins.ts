/**
 * Joins that the CIB does not take. What a member says of itself is written with what the others say;
 * one that cannot be written, whether its node lies or has more than a write may hold, must not keep
 * the others out, or the whole cluster would decide nothing.
 *
 * After a refusal half of the joins are tried, then half of that, until it is known whose it is. That
 * one is left out for a while: its node counts as one that has not said what it runs.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import type { Effect } from "../runtime/machine.ts";
import { type Coordination, type Join, log, retryMs } from "./state.ts";

/** Longest time for which a join is left out: the refusal may have been of another kind. */
export const heldMsMax = 8_000;

/** The join of a member that may be written now; undefined: there is none. */
export function joinOf(
  { joins, heldJoins }: Coordination,
  node: string,
  at: number,
): Join | undefined {
  const held = heldJoins.get(node);
  return held !== undefined && held.untilMs > at ? undefined : joins.get(node);
}

/** A write with these joins was refused. */
export function refuseJoins(
  coordination: Coordination,
  joined: readonly { readonly node: string }[],
  error: string,
  at: number,
  out: Effect[],
): void {
  const [first, second] = joined;
  if (first === undefined) return;
  coordination.joinsAtOnce = Math.ceil(joined.length / 2);
  if (second !== undefined) return;
  const { node } = first;
  const refusals = (coordination.heldJoins.get(node)?.refusals ?? 0) + 1;
  const forMs = Math.min(retryMs * 2 ** Math.min(refusals, 10), heldMsMax);
  coordination.heldJoins.set(node, { refusals, untilMs: at + forMs });
  if (refusals > 1) return;
  const text = withCode(
    "HA6007",
    `What ${node} says that it runs is not in the CIB: ${error}. The other members go on. ` +
      `Fix: look for errors in the log of ${node}; if this repeats, restart it`,
  );
  log(out, "err", text);
}

/** A write with these joins is in the CIB. */
export function takeJoins(
  coordination: Coordination,
  joined: readonly { readonly node: string }[],
): void {
  for (const { node } of joined) coordination.heldJoins.delete(node);
  if (joined.length > 0) coordination.joinsAtOnce *= 2;
}

/** Looks again when the next one that is left out may be written. */
export function awaitHeld({ heldJoins }: Coordination, at: number, out: Effect[]): void {
  const due = [...heldJoins.values()].map(({ untilMs }) => untilMs).filter((ms) => ms > at);
  if (due.length > 0) {
    out.push({ type: "timer", name: "members", inMs: Math.ceil(Math.min(...due) - at) });
  }
}
