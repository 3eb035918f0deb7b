/**
 * A request for which nothing has been tried yet.
 *
 * @module
 */
import { boundedMs } from "../runtime/duration.ts";
import type { Asked, Request, StonithdState } from "./state.ts";

/** Makes it. */
export function blankRequest(state: StonithdState, asked: Asked, at: number): Request {
  const { asker, target, incarnation, action, timeoutMs, delayMs = 0, reason = "" } = asked;
  return {
    key: `${action} ${target}`,
    target,
    incarnation: laterOf(incarnation, state.incarnations.get(target)),
    generation: state.generations.get(target),
    striking: false,
    returned: undefined,
    action,
    timeoutMs: boundedMs(timeoutMs),
    delayUntil: at + boundedMs(delayMs),
    delayDueAt: at,
    reason,
    delayed: new Set(),
    tries: 0,
    struckAt: at,
    struckForMs: 0,
    execution: "",
    together: [],
    startedAt: at,
    askers: [asker],
    attempts: [],
    pending: [],
    awaited: 0,
    asked: "",
    failures: [],
    confirmedBy: [],
    announced: false,
    awaits: undefined,
  };
}

/**
 * The requester may know an older life than this node has seen since, or one that it has not seen.
 */
const laterOf = (one: number | undefined, other: number | undefined): number | undefined =>
  one === undefined || other === undefined ? one ?? other : Math.max(one, other);
