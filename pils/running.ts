/**
 * A started plugin, whatever its level of isolation: the one contract that `inline.ts` and
 * `remote.ts` (over `worker.ts` or `process.ts`) keep.
 *
 * @module
 */
import type { Clock } from "./clock.ts";
import type { Contract } from "./handler.ts";
import type { LogLevel } from "./message.ts";
import type { PluginFault } from "./loader_types.ts";
import type { Permissions } from "./manifest.ts";
import type { Api } from "./plugin.ts";
import type { Sources } from "./sources.ts";

/** What a level needs to start a plugin. */
export interface Order {
  /** `kind/name`. */
  readonly id: string;
  /** URL of its `mod.ts`. */
  readonly entry: URL;
  /** Paths of the code it may read while it starts, and not afterwards. */
  readonly code: readonly string[];
  /** The verified code, of a plugin from the lock; then it may read no code at all. */
  readonly sources?: Sources | undefined;
  /** The checked configuration. */
  readonly config: unknown;
  readonly permissions: Permissions;
  readonly contract: Contract;
  readonly deadlineMs: number;
  readonly clock: Clock;
  readonly limits: Limits;
  readonly onEmit: (event: unknown) => void;
  readonly onFault: (fault: PluginFault) => void;
  readonly log: (level: LogLevel, text: string) => void;
}

/** A plugin that is ready. */
export interface Running {
  /** Those of the contract's methods that it has. */
  readonly methods: readonly string[];
  readonly api: Api;
  /**
   * Ends it. What is isolated is ended by force when the time is over.
   * @throws {Error} naming the plugin, if it did not close by itself in time
   */
  close(deadlineMs: number): Promise<void>;
}

/** The bounds of every plugin of a loader. */
export interface Limits {
  /** Milliseconds a load may take. */
  readonly loadMs: number;
  /** Milliseconds a call may take, where its contract says nothing else. */
  readonly callMs: number;
  /** Milliseconds a close may take. */
  readonly closeMs: number;
  /** Milliseconds between two pings of an isolated plugin. */
  readonly pingMs: number;
  /** Pings in a row without an answer; then it is hung. */
  readonly pingsMissedMax: number;
  /** Calls of one isolated instance under way at once. */
  readonly callsMax: number;
  /** Upcalls of one isolated instance in a second; more is a flood. */
  readonly emitsPerSecondMax: number;
  /** Lines of the log of one isolated instance in a second; the rest is counted and dropped. */
  readonly logLinesPerSecondMax: number;
  /** Restarts of one isolated instance within `restartWindowMs`; then it is given up. */
  readonly restartsMax: number;
  /** Milliseconds; see `restartsMax`. */
  readonly restartWindowMs: number;
  /** Milliseconds before the first restart; doubled for each further one in the window. */
  readonly restartDelayMs: number;
  /** Bytes that wait to be read by a plugin in a process; more is refused. */
  readonly unreadBytesMax: number;
  /** MiB of heap of a plugin in a process. */
  readonly heapMiBMax: number;
  /** MiB of all memory of a plugin in a process beside what Deno reserves for itself. */
  readonly memoryMiBMax: number;
}

/** Bounds that suit a daemon. */
export const usualLimits: Limits = {
  loadMs: 10_000,
  callMs: 5_000,
  closeMs: 5_000,
  pingMs: 1_000,
  pingsMissedMax: 5,
  callsMax: 1_024,
  emitsPerSecondMax: 20_000,
  logLinesPerSecondMax: 200,
  restartsMax: 5,
  restartWindowMs: 60_000,
  restartDelayMs: 50,
  unreadBytesMax: 32 * 1024 * 1024,
  heapMiBMax: 128,
  memoryMiBMax: 256,
};
