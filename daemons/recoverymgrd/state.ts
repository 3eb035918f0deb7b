/**
 * All that a recovery manager knows.
 *
 * @module
 */
import type { Effect } from "../runtime/machine.ts";
import type { RecoveryEntry } from "../site/node_config/application_fields.ts";
import type { Happened } from "../apphbd/doors/recovery.ts";

/** What the operator chooses. */
export interface RecoveryConfig {
  /** The children, in the order in which they are started; stopped in reverse. */
  readonly children: readonly string[];
  /**
   * Those of them that compute what others ask, within a bound of time and memory. At that bound their
   * process ends; that says nothing of the node, and does not count.
   */
  readonly computing: readonly string[];
  /** Those of them without which the cluster works: their ends do not count. */
  readonly spared: readonly string[];
  /** Those of them that read files of their own again when the operator wants it. */
  readonly hangups: readonly string[];
  /** Ends within the period that are still answered by a restart. */
  readonly restartsMax: number;
  /** The period, in milliseconds. */
  readonly periodMs: number;
  /** Milliseconds before the second restart of a child within the period; doubled for each more. */
  readonly pauseMs: number;
  /** Milliseconds of such a pause at most. */
  readonly pauseMsMax: number;
  /** Milliseconds a child may take to end after the signal. */
  readonly stopMs: number;
  /** Milliseconds between two questions whether a child is alive. */
  readonly pingMs: number;
  /** Questions in a row that a child may leave unanswered; then it hangs, and is killed. */
  readonly pingsMissedMax: number;
  /** The same for a child that has never answered: it loads its code first. */
  readonly startPingsMax: number;
  /** Applications that are recovered; absent: none. */
  readonly applications?: readonly RecoveryEntry[];
}

/** How a child stands. `silent`: it has left questions unanswered. `waiting`: for its restart. */
export type ChildState = "starting" | "running" | "silent" | "waiting" | "ended";

/** One of the children. */
export interface Child {
  state: ChildState;
  /** Its process lives. */
  alive: boolean;
  /** Questions in a row that it has not answered. */
  missed: number;
  /** It has answered, in this life. */
  greeted: boolean;
  /** Why its process is about to end, if it was this machine that wanted it. */
  ending: "hung" | "restart" | undefined;
  /** When it ended, within the period. */
  ends: number[];
  /** The same where a bound of computation ended it. */
  spent: number[];
  /** Times that it was started again. */
  restarts: number;
  /** How it ended last, in words. */
  last: string;
}

/** An application that there is a rule for. */
export interface Recovered {
  readonly rule: RecoveryEntry;
  /** When its script was started, within the period. */
  runs: number[];
  /** When it was given up; undefined: it is not. */
  givenUpAt: number | undefined;
  /** Its script runs. */
  underway: boolean;
  /** The pause before the next run: `over` once it has passed. */
  pause: "none" | "waiting" | "over";
  /** What is to be answered next; a later event takes its place. */
  next: Happened | undefined;
}

/** Everything a recovery manager knows. */
export interface RecoveryState {
  readonly config: RecoveryConfig;
  readonly children: ReadonlyMap<string, Child>;
  /** By name. */
  readonly applications: ReadonlyMap<string, Recovered>;
  /** Children that cannot use their configuration. */
  readonly unusable: Set<string>;
  /** Children still to be stopped, the next one last. */
  stopping?: string[];
  /** Why the node was given up. */
  givenUp?: string;
  /** With what code this process ends. */
  exitCode: number;
}

/** What the driver's `children` emits. */
export type ChildEvent =
  | {
    readonly type: "ended";
    readonly child: string;
    /** How it ended, in words. */
    readonly how: string;
    /** Its exit code, if it was not ended by a signal. */
    readonly code?: number;
    /** The signal that ended it. */
    readonly signal?: string;
  }
  /** It has answered; `running`: its machines have been started. */
  | { readonly type: "alive"; readonly child: string; readonly running: boolean }
  /** It has said something that is no answer. */
  | { readonly type: "said"; readonly child: string; readonly line: string }
  /** The script of an application has ended; `error`: how it failed, or empty. */
  | { readonly type: "recovered"; readonly name: string; readonly error: string }
  /** The operator wants the configuration to be read again. */
  | { readonly type: "hangup" };

/** The child of that name, if there is one. */
export const childOf = (state: RecoveryState, name: string): Child | undefined =>
  state.children.get(name);

/** Orders something of the driver's `children`. */
export const order = (
  method: "start" | "stop" | "kill" | "ping" | "hangup",
  child: string,
): Effect => ({ type: "call", instance: "children", method, args: [child], deadlineMs: 1_000 });

/** One line of the log. */
export const log = (
  level: "crit" | "err" | "warning" | "notice" | "info",
  text: string,
): Effect => ({ type: "log", level, text });

/** Writes down how the children stand, for faces. */
export function report(state: RecoveryState, out: Effect[]): void {
  const daemons = [...state.children].map(([name, { state, restarts, last }]) => ({
    name,
    state,
    restarts,
    last,
  }));
  out.push({
    type: "call",
    instance: "children",
    method: "report",
    args: [{ daemons, givenUp: state.givenUp ?? "" }],
    deadlineMs: 1_000,
  });
}
