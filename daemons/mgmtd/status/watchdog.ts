/**
 * The watchdog of one node, as its heartbeat has it.
 *
 * @module
 */
import type { Json } from "../../runtime/messages.ts";

/** What is known of it. */
export interface WatchdogShown {
  readonly plugin: string;
  /** `armed`: it bites when the node sends no heartbeats. In every other state it does not. */
  readonly state: string;
}

/** That of heartbeat's answer; undefined if the node has none. */
export function readWatchdog(status: Json): WatchdogShown | undefined {
  if (typeof status !== "object" || status === null || !("watchdog" in status)) return undefined;
  const { watchdog } = status;
  if (typeof watchdog !== "object" || watchdog === null) return undefined;
  if (!("plugin" in watchdog) || !("state" in watchdog)) return undefined;
  const { plugin, state } = watchdog;
  return typeof plugin === "string" && typeof state === "string" ? { plugin, state } : undefined;
}

/** As a part of the text of a cluster's state; empty if there is none. */
export const watchdogText = (watchdog: WatchdogShown | undefined): string =>
  watchdog === undefined
    ? ""
    : `\nWatchdog (of this node):\n  * ${watchdog.plugin}: ${watchdog.state}\n`;
