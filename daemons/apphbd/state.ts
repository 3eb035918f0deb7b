/**
 * What apphbd knows.
 *
 * @module
 */
import type { Effect } from "../runtime/machine.ts";
import type { ApplicationEvent } from "./event.ts";

/** A process, by the word of the kernel. */
export interface Peer {
  readonly pid: number;
  readonly uid: number;
  readonly gid: number;
  /** When it began, in ticks since the machine started; 0: unknown. A recycled pid has another. */
  readonly started: number;
}

/** A connection that has registered. */
export interface Application {
  readonly connection: number;
  readonly name: string;
  readonly instance: string;
  readonly peer: Peer;
  intervalMs: number;
  /** Milliseconds without a beat after which it is late; 0: never. */
  warnMs: number;
  /** Its last beat, or its registration. */
  lastAt: number;
  state: "beating" | "late" | "missed";
  beats: number;
  misses: number;
  /** The node is to be reset when it dies. */
  boot: boolean;
}

/** A notice that waits for a notifier. */
export interface Waiting {
  readonly app: Application;
  readonly what: Notice;
  readonly wallMs: number;
  readonly sequence: number;
}

/** A plugin that is notified. */
export interface Lane {
  readonly instance: string;
  readonly plugin: string;
  readonly config: unknown;
  state: "loading" | "ready" | "failed";
  readonly queue: Waiting[];
  underway: boolean;
  sent: number;
  failed: number;
  dropped: number;
  error: string;
}

/** What a notifier is notified of. */
export type Notice = ApplicationEvent | "givenup";

/** The watchdog that apphbd holds. */
export interface Guard {
  readonly plugin: string;
  readonly config: unknown;
  readonly intervalMs: number;
  state: "loading" | "ready" | "armed" | "failed";
  asked: boolean;
  told: string;
}

/** What the node configuration says. */
export interface ApphbdConfig {
  /** Of the daemon. */
  readonly uid: number;
  readonly notifiers: readonly { readonly plugin: string; readonly config: unknown }[];
  /** Applications that the recovery manager has a rule for: of no other it hears. */
  readonly recover?: readonly {
    readonly name: string;
    readonly uid: number;
    readonly gid: number;
  }[];
  readonly watchdog?: {
    readonly plugin: string;
    readonly config: unknown;
    readonly intervalMs: number;
  };
}

/** Everything. */
export interface ApphbdState {
  readonly config: ApphbdConfig;
  self: string;
  wallOffsetMs: number;
  socket: "loading" | "open" | "failed";
  /** Who is at the other end of each connection. */
  readonly peers: Map<number, Peer>;
  readonly applications: Map<number, Application>;
  /** When the timer of the deadlines is due; undefined: it is not armed. */
  armedAt: number | undefined;
  /**
   * The sockets are being asked what still waits: of these, for a judgment of that time. Of anything
   * that came due since then the answer says nothing.
   */
  asked: { readonly at: number; readonly due: readonly Application[] } | undefined;
  readonly lanes: readonly Lane[];
  /** Number of the last notice. */
  sequence: number;
  readonly guard: Guard | undefined;
  /** Why the node is to be reset: the watchdog is no longer petted. */
  reboot: string;
  /** Names that the recovery manager has given up. */
  readonly givenUp: Set<string>;
  /** Lines of events in the log since then, and those that were left out. */
  readonly logged: { sinceAt: number; lines: number; left: number };
  readonly counts: { hup: number; nohb: number; refused: number; malformed: number };
}

/** One step of the machine. */
export interface Turn {
  readonly state: ApphbdState;
  readonly at: number;
  readonly out: Effect[];
}

/** Names of what the machine loads. */
export const instances = { socket: "socket", parent: "parent", guard: "guard" } as const;

/** One line of the log. */
export const log = (
  { out }: Pick<Turn, "out">,
  level: "crit" | "err" | "warning" | "notice" | "info" | "debug",
  text: string,
): void => void out.push({ type: "log", level, text });
