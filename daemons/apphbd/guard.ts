/**
 * The watchdog that apphbd holds. It is petted while this machine runs, so it bites when apphbd hangs;
 * and it is no longer petted when an application dies that asked for a reset of the node.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import type { Result } from "../runtime/machine.ts";
import { reloadMs, watchdogMs } from "./limits.ts";
import { type Application, type Guard, instances, log, type Turn } from "./state.ts";

const { guard: instance } = instances;
const [petTimer, reloadTimer, disarmId, petId] = [
  "pet",
  "reload guard",
  "guard disarm",
  "guard pet",
];

/** Loads its plugin. */
export function loadGuard({ state: { guard }, out }: Turn): void {
  if (guard === undefined) return;
  guard.state = "loading";
  out.push({ type: "load", instance, plugin: guard.plugin, config: guard.config });
}

/** Its plugin is there, or cannot be had: then it is tried again. */
export function guardLoaded(turn: Turn, error: string | undefined): void {
  const { guard } = turn.state;
  if (guard === undefined) return;
  if (error !== undefined) return failed(turn, guard, `it cannot be loaded: ${error}`);
  guard.state = "ready";
  pet(turn, guard);
}

/** Its plugin died or hung. Its loader starts it again, unless it has given it up. */
export function guardFault(turn: Turn, why: string, givenUp: boolean): void {
  const { guard } = turn.state;
  if (guard === undefined) return;
  if (givenUp) return giveBack(turn, guard, why);
  trouble(turn, guard, why);
  if (guard.state === "armed") guard.state = "ready";
}

/** What its plugin emitted. */
export function guardEmitted(turn: Turn, event: unknown): void {
  const { guard } = turn.state;
  if (guard === undefined || guard.state === "failed") return;
  if (typeof event !== "object" || event === null || !("type" in event)) return;
  if (event.type !== "trouble" || !("why" in event)) return;
  giveBack(turn, guard, String(event.why).slice(0, 400));
}

/** A call of it has been answered. */
export function guardReply(turn: Turn, id: string, result: Result): void {
  const { guard } = turn.state;
  if (guard === undefined) return;
  if (id === disarmId) {
    if (!result.ok) {
      log(turn, "err", withCode("HA5016", `${guard.plugin} may still bite: ${result.error}`));
    }
    turn.out.push({ type: "unload", instance }, { type: "stopped" });
    return;
  }
  guard.asked = false;
  if (!result.ok) {
    trouble(turn, guard, result.error);
    if (guard.state === "armed") guard.state = "ready";
    return;
  }
  guard.told = "";
  if (guard.state !== "ready") return;
  guard.state = "armed";
  log(turn, "notice", `${guard.plugin} is armed: it bites when apphbd hangs`);
}

/** @returns whether the timer was one of the watchdog. */
export function guardTimer(turn: Turn, name: string): boolean {
  const { guard } = turn.state;
  if (guard === undefined) return false;
  if (name === petTimer) pet(turn, guard);
  else if (name === reloadTimer) loadGuard(turn);
  else return false;
  return true;
}

/** The daemon ends. @returns whether it has to wait for the watchdog. */
export function stopGuard({ state: { guard, reboot }, out }: Turn): boolean {
  if (guard === undefined || guard.state === "loading" || guard.state === "failed") return false;
  // A reset that was asked for is not called off by a stop.
  if (reboot !== "") return false;
  out.push({ type: "cancel", name: petTimer });
  out.push({
    type: "call",
    id: disarmId,
    instance,
    method: "disarm",
    args: [],
    deadlineMs: watchdogMs,
  });
  return true;
}

/** An application that asked for a reset of the node has died. */
export function rebootFor(turn: Turn, { name, peer }: Application): void {
  const { state, out } = turn;
  if (state.guard === undefined || state.reboot !== "") return;
  state.reboot =
    `${name} (process ${peer.pid}) died, and asked for a reset of the node at its death`;
  out.push({ type: "cancel", name: petTimer });
  log(turn, "crit", withCode("HA9045", `${state.reboot}: the watchdog is no longer petted`));
}

function pet({ state, out }: Turn, guard: Guard): void {
  if (guard.state === "loading" || guard.state === "failed" || state.reboot !== "") return;
  out.push({ type: "timer", name: petTimer, inMs: guard.intervalMs });
  if (guard.asked) return;
  guard.asked = true;
  const method = guard.state === "ready" ? "arm" : "pet";
  out.push({ type: "call", id: petId, instance, method, args: [], deadlineMs: watchdogMs });
}

function giveBack(turn: Turn, guard: Guard, why: string): void {
  if (guard.state !== "loading") turn.out.push({ type: "unload", instance });
  failed(turn, guard, why);
}

function failed(turn: Turn, guard: Guard, why: string): void {
  trouble(turn, guard, why);
  guard.state = "failed";
  guard.asked = false;
  turn.out.push({ type: "timer", name: reloadTimer, inMs: reloadMs });
}

function trouble(turn: Turn, guard: Guard, why: string): void {
  if (guard.told === why) return;
  guard.told = why;
  log(turn, "err", withCode("HA5016", `${guard.plugin} does not watch apphbd: ${why}`));
}
