/**
 * A plugin that is started, whatever its level of isolation: the one contract that `inline.ts` and
 * `remote.ts` (over `worker.ts` or `process.ts`) keep, and the bounds of it.
 *
 * @module
 */
import type { Hide } from "../metadata/hide.ts";
import type { ChildOptions } from "./child.ts";
import type { LogLevel } from "./errors.ts";
import type { Found } from "./found.ts";
import type { Contract } from "./handler.ts";
import type { PluginFault } from "./loader_types.ts";
import type { Isolation, Permissions } from "./manifest.ts";
import type { Api } from "./plugin.ts";

/** A plugin as it is wanted. */
export interface Wanted {
  /** `kind/name`. */
  readonly id: string;
  readonly found: Found;
  /** The checked configuration. */
  readonly config: unknown;
  /** Filled. */
  readonly permissions: Permissions;
  readonly isolation: Isolation;
  readonly limits: Limits;
  readonly child: ChildOptions;
  readonly log: (level: LogLevel, text: string) => void;
  /** Replaces the secrets of the configuration in what the plugin says, before that is changed. */
  readonly hide: Hide;
  /** The same in each text of a value. */
  readonly hideIn: (value: unknown) => unknown;
}

/** What a level needs to start it. */
export interface Order extends Wanted {
  readonly contract: Contract;
  readonly deadlineMs: number;
  readonly onEmit: (event: unknown) => void;
  readonly onFault: (fault: PluginFault) => void;
}

/** A plugin that is ready. */
export interface Running {
  /** Those of the contract's methods that it has. */
  readonly methods: readonly string[];
  readonly api: Api;
  /** How often it was started again. */
  restarts(): number;
  /**
   * Ends it. What is isolated is ended by force when the time is over.
   * @throws {Error} naming the plugin, if it did not close by itself in time
   */
  close(deadlineMs: number): Promise<void>;
}

/** What it may do while it starts: it reads its code, which it may not any more afterwards. */
export function whileStarting({ permissions, found }: Order): Permissions {
  return { ...permissions, read: [...permissions.read ?? [], ...found.code] };
}

/** The bounds of every plugin of a loader, as they suit a daemon. */
export const usualLimits = {
  /** Milliseconds a load may take. */
  loadMs: 10_000,
  /** Milliseconds a call may take, where its contract says nothing else. */
  callMs: 5_000,
  /** Milliseconds a close may take. */
  closeMs: 5_000,
  /** Milliseconds between two pings of an isolated plugin. */
  pingMs: 1_000,
  /** Pings in a row without an answer; then it is hung. */
  pingsMissedMax: 5,
  /** Calls of one isolated instance under way at once. */
  callsMax: 1_024,
  /** Upcalls of one isolated instance in a second; more is a flood. */
  emitsPerSecondMax: 20_000,
  /** Lines of the log of one isolated instance in a second; the rest is counted and dropped. */
  logLinesPerSecondMax: 200,
  /** Restarts of one isolated instance within `restartWindowMs`; then it is given up. */
  restartsMax: 5,
  /** Milliseconds; see `restartsMax`. */
  restartWindowMs: 60_000,
  /** Milliseconds before the first restart; doubled for each further one in the window. */
  restartDelayMs: 50,
  /** Bytes that wait to be read by a plugin in a process; more is refused. */
  unreadBytesMax: 32 * 1024 * 1024,
  /** Bytes that a plugin in a process may say in a second. */
  saidBytesPerSecondMax: 64 * 1024 * 1024,
  /** Frames of it in a second. */
  framesPerSecondMax: 50_000,
  /** Milliseconds that its daemon may spend in a second on reading what it says, on the whole. */
  readingMsPerSecondMax: 250,
  /** Milliseconds of reading that it may cost at once, such as by one large answer. */
  readingMsMax: 1_000,
  /** MiB of heap of a plugin in a process. */
  heapMiBMax: 128,
  /** MiB of all memory of a plugin in a process beside what Deno reserves for itself. */
  memoryMiBMax: 256,
};

/** Bounds; see `usualLimits`. */
export type Limits = Readonly<typeof usualLimits>;
