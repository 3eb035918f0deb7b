/**
 * How long things may take: a request, an attempt, one device.
 *
 * @module
 */
import { boundedMs } from "../runtime/duration.ts";
import { delayMsMax } from "./parameters.ts";
import { waysTo } from "./reach.ts";
import type { Asked, Attempt, Device, FenceAction, Request, StonithdState } from "./state.ts";

/** Milliseconds that an attempt has at least, if there is so much time for two. */
export const attemptMsMin = 10_000;

/** What a device of the attempt at hand is asked for. */
export const askedOf = ({ action, together }: Request): FenceAction =>
  action === "reboot" && together.length > 1 ? "off" : action;

/** Milliseconds that are left of a request. */
export const leftMs = (made: Request, at: number): number =>
  Math.max(1, Math.round(made.startedAt + made.timeoutMs - at));

/** Milliseconds below which nothing is begun: who asked gives up at that time, and asks another node. */
const leastMs = 100;
/** Part of a short request below which nothing is begun. */
const leastPart = 0.1;

/** Whether enough time is left of a request to begin with a device or a node. */
export const hasTime = (made: Request, at: number): boolean =>
  leftMs(made, at) > Math.min(leastMs, made.timeoutMs * leastPart);

/**
 * Milliseconds for the attempt at hand: its share of what is left, as a device that says nothing must
 * not take the time of the next. A device with a timeout of its own has that.
 */
export function patienceOf(made: Request, at: number, device?: Device): number {
  const left = leftMs(made, at);
  const own = device?.config.actions[askedOf(made)].timeoutMs;
  if (own !== undefined) return Math.max(1, Math.min(left, own));
  const others = made.attempts.length + Math.max(0, made.pending.length - 1);
  if (others === 0) return left;
  return Math.max(1, Math.round(Math.max(left / (others + 1), Math.min(left / 2, attemptMsMin))));
}

/** The same for another node, which has the same configuration: its devices get their own times too. */
export function delegatePatienceOf(state: StonithdState, made: Request, at: number): number {
  const { delaysMs, timeoutsMs } = configuredMs(state, made.target, made.action);
  const neededMs = Math.max(patienceOf(made, at), timeoutsMs) +
    Math.max(0, made.delayUntil - at) + delaysMs;
  return Math.max(1, Math.min(leftMs(made, at), Math.round(neededMs)));
}

/**
 * Milliseconds that a request may take: what was asked for, or what the timeouts of its devices add up
 * to; delays come on top, as they are no work.
 */
export function timeoutMsFor(
  state: StonithdState,
  { target, action, timeoutMs, delayMs = 0 }: Asked,
  attempts: readonly Attempt[],
): number {
  const { delaysMs, timeoutsMs } = configuredMs(state, target, action);
  // Here and elsewhere: what has failed here is tried there with the same devices.
  const ways = (attempts.some(({ type }) => type === "devices") ? 1 : 0) +
    (attempts.some(({ type }) => type === "node") ? 1 : 0);
  return boundedMs(Math.max(timeoutMs, timeoutsMs * Math.max(1, ways)) + delayMs + delaysMs);
}

/** What the configuration of the devices of a node adds up to. */
function configuredMs(state: StonithdState, target: string, action: FenceAction) {
  const lists = waysTo(state, target, action);
  let delaysMs = 0;
  let timeoutsMs = 0;
  for (const ids of lists) {
    for (const id of ids) {
      const device = state.devices.get(id);
      if (device === undefined) continue;
      const asked = action === "reboot" && ids.length > 1 ? "off" : action;
      timeoutsMs += device.config.actions[asked].timeoutMs ?? 0;
      if (action !== "on") delaysMs += delayMsMax(device.config, target);
    }
  }
  return { delaysMs, timeoutsMs };
}
