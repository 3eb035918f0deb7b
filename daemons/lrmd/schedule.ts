/**
 * When recurring operations are due: at whole intervals, whatever their runs take, and not all of
 * them at the same moment.
 *
 * The first run is at once, as ordered. The second follows within one interval, at a moment that the
 * operation's key determines: 200 monitors that began together are spread over their interval. From
 * then on each run is due one interval after the one before it. An `interval-origin` or a
 * `start-delay` sets the moment itself.
 *
 * @module
 */
import { intervalMsMax } from "../runtime/duration.ts";
import { operationKey, type Recurring } from "./state.ts";

/** Milliseconds over which operations are spread at most: a weekly check comes only a little early. */
export const spreadMsMax = 600_000;

/**
 * Milliseconds from now until the next run. Runs that were missed are left out.
 *
 * @param dueMs when the run that has just ended was due
 */
export function nextRunMs(recurring: Recurring, dueMs: number, at: number): number {
  const { operation } = recurring;
  const intervalMs = Math.min(operation.intervalMs, intervalMsMax);
  recurring.anchorMs ??= dueMs + intervalMs -
    (1 - phaseOf(recurring)) * Math.min(intervalMs, spreadMsMax);
  const { anchorMs } = recurring;
  const next = anchorMs > at
    ? anchorMs
    : anchorMs + (Math.floor((at - anchorMs) / intervalMs) + 1) * intervalMs;
  return Math.max(1, Math.ceil(next - at));
}

/** A part, above 0 and up to 1, that an operation's key determines: 1 moves nothing. */
export function phaseOf({ operation }: Pick<Recurring, "operation">): number {
  const { resource, action, intervalMs, startDelayMs, parameters } = operation;
  if (startDelayMs > 0 || parameters.CRM_meta_interval_origin !== undefined) return 1;
  let hash = 0x811c9dc5;
  for (const character of operationKey(resource, action, intervalMs)) {
    hash = Math.imul(hash ^ character.codePointAt(0)!, 0x01000193) >>> 0;
  }
  // The last characters of a name would change only the low bits.
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 0;
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39) >>> 0;
  return ((hash ^ (hash >>> 15)) >>> 0) / 2 ** 32 || 1;
}
