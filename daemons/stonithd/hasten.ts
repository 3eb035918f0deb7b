/**
 * A request for a fencing that is under way, and waits longer than the one who joins it wants: the
 * shortest delay counts. A delay that one asker chose would else keep the cluster from fencing a dead
 * node for as long.
 *
 * @module
 */
import { boundedMs } from "../runtime/duration.ts";
import type { Effect } from "../runtime/machine.ts";
import { sayFence } from "./attempt.ts";
import { delegatePatienceOf } from "./budget.ts";
import type { Asked, Request, StonithdState } from "./state.ts";

/** One more asks for what is under way. */
export function hasten(
  state: StonithdState,
  made: Request,
  { action, delayMs = 0 }: Asked,
  at: number,
  out: Effect[],
): void {
  const until = at + boundedMs(delayMs);
  const earlierMs = made.delayUntil - until;
  if (action === "on" || made.striking || earlierMs <= 0) return;
  made.delayUntil = until;
  if (made.asked !== "") {
    // It has the longer delay. This is the same request: it only begins earlier.
    if (made.awaits === undefined) {
      sayFence(made, made.asked, delegatePatienceOf(state, made, at), at, out);
    }
    return;
  }
  if (made.pending.length === 0 || made.delayDueAt <= at) return;
  made.delayDueAt = Math.max(at, made.delayDueAt - earlierMs);
  const inMs = made.delayDueAt - at;
  out.push({ type: "timer", name: `delay ${made.awaited} ${made.key}`, inMs });
}
