/**
 * A running plugin at any isolation level: the common contract of `inline.ts` and `remote.ts` (over
 * `worker.ts` or `process.ts`), and its bounds.
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

/** The request for a plugin. */
export interface Wanted {
  /** `kind/name`. */
  readonly id: string;
  readonly found: Found;
  /** The checked configuration. */
  readonly config: unknown;
  /** The filled permissions. */
  readonly permissions: Permissions;
  readonly isolation: Isolation;
  readonly limits: Limits;
  readonly child: ChildOptions;
  readonly log: (level: LogLevel, text: string) => void;
  /** Hides the secrets of the configuration in the plugin's output, before that is changed. */
  readonly hide: Hide;
  /** Does so in each text of a value. */
  readonly hideIn: (value: unknown) => unknown;
}

/** The input of a level to start it. */
export interface Order extends Wanted {
  readonly contract: Contract;
  readonly deadlineMs: number;
  readonly onEmit: (event: unknown) => void;
  readonly onFault: (fault: PluginFault) => void;
}

/** A running plugin. */
export interface Running {
  /** Those of the contract's methods that it has. */
  readonly methods: readonly string[];
  readonly api: Api;
  /** Number of restarts. */
  restarts(): number;
  /**
   * Closes it. An isolated plugin is killed when the time is over.
   * @throws {Error} that names the plugin, if it did not close in time
   */
  close(deadlineMs: number): Promise<void>;
}

/** Its permissions while it starts: it may read its code, which it may not do later. */
export function whileStarting({ permissions, found }: Order): Permissions {
  return { ...permissions, read: [...permissions.read ?? [], ...found.code] };
}

/** The default bounds of every plugin of a loader, suitable for a daemon. */
export const usualLimits = {
  /** Maximum milliseconds of a load. */
  loadMs: 10_000,
  /** Maximum milliseconds of a call, unless its contract sets another limit. */
  callMs: 5_000,
  /** Maximum milliseconds of a close. */
  closeMs: 5_000,
  /** Milliseconds between two pings of an isolated plugin. */
  pingMs: 1_000,
  /** Unanswered pings in a row, after which it counts as hung. */
  pingsMissedMax: 5,
  /** Maximum concurrent calls of one isolated instance. */
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
  /** Maximum bytes that wait for a plugin in a process; more is rejected. */
  unreadBytesMax: 32 * 1024 * 1024,
  /** Bytes that a plugin in a process may send in a second. */
  saidBytesPerSecondMax: 64 * 1024 * 1024,
  /** Frames that it may send in a second. */
  framesPerSecondMax: 50_000,
  /** Milliseconds per second that its daemon may spend on reading its messages, on average. */
  readingMsPerSecondMax: 250,
  /** Milliseconds of reading that it may cost in one burst, such as by one large answer. */
  readingMsMax: 1_000,
  /** MiB of heap of a plugin in a process. */
  heapMiBMax: 128,
  /** MiB of all memory of a plugin in a process, beside the memory that Deno reserves. */
  memoryMiBMax: 256,
};

/** Bounds; see `usualLimits`. */
export type Limits = Readonly<typeof usualLimits>;
