/**
 * One device at a node: its delay, its turn, the call, and what is called again.
 *
 * @module
 */
import type { FenceResult } from "../../plugins/handler/stonith/contract.ts";
import type { Effect } from "../runtime/machine.ts";
import { askedOf, hasTime, leftMs, patienceOf } from "./budget.ts";
import { announce } from "./elsewhere.ts";
import { delayMsFor } from "./parameters.ts";
import type { Device, Request, StonithdState } from "./state.ts";

/** Part of its time after which a device that has failed is not tried again, as in the field. */
const retryBefore = 0.7;

/** Begins with the first device that is pending: waits for its delay, or goes on at once. */
export function approach(
  state: StonithdState,
  made: Request,
  device: Device,
  at: number,
  out: Effect[],
): void {
  made.awaited = ++state.lastNumber;
  const inMs = Math.min(delayFor(state, made, device, at), leftMs(made, at));
  made.delayDueAt = at + inMs;
  if (inMs > 0) out.push({ type: "timer", name: `delay ${made.awaited} ${made.key}`, inMs });
  else takeTurn(state, made, device, at, out);
}

/** What is left of the delay that the requester wants, and the device's own, once. */
function delayFor(state: StonithdState, made: Request, { config }: Device, at: number): number {
  if (made.action === "on") return 0;
  const wantedMs = Math.max(0, Math.round(made.delayUntil - at));
  if (made.delayed.has(config.id)) return wantedMs;
  made.delayed.add(config.id);
  return wantedMs + delayMsFor(config, made.target, () => state.random.fraction());
}

/** Calls the device, or waits until it has ended what it does: `pcmk_action_limit`. */
export function takeTurn(
  state: StonithdState,
  made: Request,
  device: Device,
  at: number,
  out: Effect[],
): void {
  if (!hasTime(made, at)) {
    out.push({ type: "timer", name: `turn ${made.awaited} ${made.key}`, inMs: 0 });
    return;
  }
  if (device.running.size < device.config.actionsMax) {
    strike(state, made, device, at, out);
    return;
  }
  device.waiting.push({ key: made.key, number: made.awaited });
  const inMs = patienceOf(made, at, device);
  out.push({ type: "timer", name: `turn ${made.awaited} ${made.key}`, inMs });
}

function strike(
  state: StonithdState,
  made: Request,
  device: Device,
  at: number,
  out: Effect[],
): void {
  const { config } = device;
  const id = `fence ${made.awaited} ${made.key}`;
  made.striking = true;
  made.struckAt = at;
  made.execution = `${state.self} ${state.lifeName} ${made.awaited}`;
  if (!made.announced) announce(state, made, undefined, out);
  made.announced = true;
  made.struckForMs = patienceOf(made, at, device);
  call(state, device, id, out, [
    config.actions[askedOf(made)].action,
    config.plugs.get(made.target) ?? made.target,
    made.struckForMs,
  ]);
}

function call(
  state: StonithdState,
  device: Device,
  id: string,
  out: Effect[],
  args: readonly [action: string, host: string, timeoutMs: number],
): void {
  device.running.add(id);
  state.calls.set(id, device);
  const instance = device.config.id;
  out.push({ type: "call", id, instance, method: "fence", args, deadlineMs: args[2] });
}

/** A call has ended, well or not: gives the device whose next turn it is. */
export function release(state: StonithdState, id: string): Device | undefined {
  const device = state.calls.get(id);
  state.calls.delete(id);
  device?.running.delete(id);
  return device;
}

/** The next request that waits for a free device has its turn. */
export function nextTurn(
  state: StonithdState,
  device: Device | undefined,
  at: number,
  out: Effect[],
): void {
  while (device !== undefined && device.running.size < device.config.actionsMax) {
    const waits = device.waiting.shift();
    if (waits === undefined) return;
    const made = state.requests.get(waits.key);
    // It has had enough of waiting, or is over.
    if (made?.awaited !== waits.number) continue;
    const name = `turn ${waits.number} ${waits.key}`;
    const isReady = device.state === "ready" && state.devices.get(device.config.id) === device;
    if (isReady && hasTime(made, at)) {
      out.push({ type: "cancel", name });
      strike(state, made, device, at, out);
    } else out.push({ type: "timer", name, inMs: 0 });
  }
}

/** Whether a device that has failed is called again: `pcmk_<action>_retries`. */
export function mayRetry(
  state: StonithdState,
  made: Request,
  device: Device | undefined,
  at: number,
): device is Device {
  if (device?.state !== "ready" || made.returned !== undefined || state.members.length === 0) {
    return false;
  }
  const { triesMax } = device.config.actions[askedOf(made)];
  const inTime = at - made.struckAt < made.struckForMs * retryBefore;
  return made.tries < triesMax && inTime && hasTime(made, at);
}

/** Begins the ids of calls that nobody waits for. */
const powerPrefix = "power ";

/**
 * All devices that supply a node have confirmed that they are off: the node is dead. The requester does
 * not wait until it has power again.
 */
export function powerOn(state: StonithdState, made: Request, at: number, out: Effect[]): void {
  if (made.action !== "reboot" || made.together.length < 2) return;
  for (const id of made.together) {
    const device = state.devices.get(id);
    if (device?.state !== "ready" || device.config.actions.reboot.action === "off") continue;
    const { action, timeoutMs = leftMs(made, at) } = device.config.actions.on;
    const host = device.config.plugs.get(made.target) ?? made.target;
    const number = `${powerPrefix}${++state.lastNumber} ${made.target}`;
    call(state, device, number, out, [action, host, timeoutMs]);
  }
}

/** Such a device has answered. Whether it was one. */
export function poweredOn(id: string, { ok, detail }: FenceResult, out: Effect[]): boolean {
  if (!id.startsWith(powerPrefix)) return false;
  const [, , target = ""] = id.split(" ");
  out.push({
    type: "log",
    level: ok ? "info" : "warning",
    text: ok ? `${target} has power again` : `${target} was fenced, and is not on again: ${detail}`,
  });
  return true;
}
