/**
 * The watchdog: ends this node, or its heartbeat, when it sends no heartbeats. Only a heartbeat
 * that a medium has accepted pets it. So it bites when anything stops heartbeats: a stopped
 * process, an endless loop, media that do not answer. A network that is down does not count: the
 * medium accepts the packet and drops it, and the other nodes handle that.
 *
 * It is armed with the first heartbeat that was sent, so a node that cannot start is not reset
 * again and again. Only a clean stop disarms it.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import { reloadLater } from "./reload.ts";
import { log, type Turn } from "./state.ts";
import { troubleText } from "./trouble.ts";
import type { WatchdogState } from "./watchdog_state.ts";

/** Name of its plugin's instance. */
export const watchdogInstance = "watchdog";
/** Calls of media that carry a heartbeat of ours. */
const leftId = "watchdog:left";
const armId = "watchdog:arm";
const petId = "watchdog:pet";
const disarmId = "watchdog:disarm";
/** Milliseconds that it may take to arm it, or to pet it. */
const petDeadlineMs = 1_000;
/** Milliseconds that it may take to disarm it; the daemon does not end before. */
const disarmDeadlineMs = 3_000;

/** Loads its plugin. */
export function loadWatchdog({ state: { watchdog }, out }: Turn): void {
  if (watchdog === undefined) return;
  watchdog.state = "loading";
  const { plugin, config } = watchdog;
  out.push({ type: "load", instance: watchdogInstance, plugin, config });
}

/** Its plugin is there, or cannot be had: then it is tried again. */
export function watchdogLoaded(turn: Turn, error?: string): void {
  const { watchdog } = turn.state;
  if (watchdog === undefined) return;
  watchdog.state = error === undefined ? "ready" : "failed";
  if (error === undefined) return;
  trouble(turn, watchdog, `it cannot be loaded: ${error}`);
  reloadLater(turn);
}

/** Its plugin died or hung: after its loader has restarted it, it must be armed again. */
export function watchdogFault(turn: Turn, why: string, givenUp: boolean): void {
  const { watchdog } = turn.state;
  if (watchdog === undefined) return;
  if (givenUp) giveBack(turn, watchdog, why);
  else {
    trouble(turn, watchdog, why);
    if (watchdog.state !== "loading" && watchdog.state !== "failed") watchdog.state = "ready";
  }
}

/** What its plugin emitted. */
export function watchdogEmitted(turn: Turn, event: unknown): void {
  const { watchdog } = turn.state;
  if (watchdog === undefined || watchdog.state === "failed") return;
  if (typeof event !== "object" || event === null || !("type" in event)) return;
  if (event.type !== "trouble" || !("why" in event)) return;
  giveBack(turn, watchdog, troubleText(event.why));
}

/**
 * A heartbeat is on its way: whether it leaves is asked of the media that are to carry it.
 *
 * @param from place of its first effect among those of this turn.
 */
export function askWhetherItLeft({ state: { watchdog, links }, out }: Turn, from: number): void {
  if (watchdog === undefined) return;
  for (let at = from; at < out.length; at++) {
    const effect = out[at];
    if (effect?.type !== "call" || !links.has(effect.instance)) continue;
    out[at] = { ...effect, id: leftId };
  }
}

/** The answer to a call. */
export function watchdogReply(turn: Turn, id: string, error: string | undefined): void {
  const { watchdog } = turn.state;
  if (watchdog === undefined) return;
  switch (id) {
    case leftId:
      if (error === undefined) pet(turn, watchdog);
      return;
    case armId:
    case petId:
      watchdog.asked = false;
      if (error !== undefined) {
        trouble(turn, watchdog, error);
        if (watchdog.state !== "loading" && watchdog.state !== "failed") watchdog.state = "ready";
      } else if (watchdog.state === "ready") watchdog.state = "arming";
      else if (watchdog.state === "arming" && id === petId) armed(turn, watchdog);
      return;
  }
}

/**
 * The node must stop cleanly.
 *
 * @returns whether the machine has to wait, until {@linkcode disarmed} says so.
 */
export function disarm({ state: { watchdog }, out }: Turn): boolean {
  // Where it was asked to be armed, nobody knows yet whether it is.
  if (watchdog === undefined || ["loading", "failed"].includes(watchdog.state)) return false;
  out.push({
    type: "call",
    id: disarmId,
    instance: watchdogInstance,
    method: "disarm",
    args: [],
    deadlineMs: disarmDeadlineMs,
  });
  return true;
}

/** Whether an answer is the one that {@linkcode disarm} waits for; its content is reported. */
export function disarmed(turn: Turn, id: string, error: string | undefined): boolean {
  const { watchdog } = turn.state;
  if (id !== disarmId || watchdog === undefined) return false;
  if (error === undefined) log(turn, "info", `${watchdog.plugin} is disarmed`);
  else {
    log(
      turn,
      "err",
      withCode("HA5016", `${watchdog.plugin} could not be disarmed and may still bite: ${error}`),
    );
  }
  return true;
}

/** Gives it back. */
export function unloadWatchdog({ state: { watchdog }, out }: Turn): void {
  if (watchdog === undefined || ["loading", "failed"].includes(watchdog.state)) return;
  out.push({ type: "unload", instance: watchdogInstance });
}

/** What `ha` shows. */
export const watchdogStatus = ({ plugin, state }: WatchdogState) => ({ plugin, state });

/** A heartbeat has left. */
function pet({ out }: Turn, watchdog: WatchdogState): void {
  if (watchdog.asked || watchdog.state === "loading" || watchdog.state === "failed") return;
  watchdog.asked = true;
  const [id, method] = watchdog.state === "ready" ? [armId, "arm"] : [petId, "pet"];
  out.push({
    type: "call",
    id,
    instance: watchdogInstance,
    method,
    args: [],
    deadlineMs: petDeadlineMs,
  });
}

function armed(turn: Turn, watchdog: WatchdogState): void {
  watchdog.state = "armed";
  watchdog.told = "";
  log(turn, "notice", `${watchdog.plugin} is armed: it bites when this node sends no heartbeats`);
}

/** It cannot do its work as it is: it is loaded again after a while. */
function giveBack(turn: Turn, watchdog: WatchdogState, why: string): void {
  trouble(turn, watchdog, why);
  unloadWatchdog(turn);
  watchdog.state = "failed";
  reloadLater(turn);
}

/** Says why it does not work, once: it is tried again and again. */
function trouble(turn: Turn, watchdog: WatchdogState, why: string): void {
  if (watchdog.told === why) return;
  watchdog.told = why;
  log(turn, "err", withCode("HA5016", `${watchdog.plugin} does not watch this node: ${why}`));
}
