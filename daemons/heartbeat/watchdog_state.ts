/**
 * The state of the watchdog.
 *
 * @module
 */
import type { HeartbeatConfig } from "./config.ts";

/** What is known of it. */
export interface WatchdogState {
  readonly plugin: string;
  readonly config: unknown;
  /** `arming`: it was armed, and has not been petted yet; its guard may still find no device. */
  state: "loading" | "ready" | "arming" | "armed" | "failed";
  /** A call of it is under way: the next heartbeat does not wait in line behind it. */
  asked: boolean;
  /** What the log said last of why it does not work. */
  told: string;
}

/** That of a configuration, if there is one. */
export const watchdogOf = ({ watchdog }: HeartbeatConfig): WatchdogState | undefined =>
  watchdog === undefined ? undefined : { ...watchdog, state: "loading", asked: false, told: "" };
