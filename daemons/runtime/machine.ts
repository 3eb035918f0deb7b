/**
 * A daemon is a machine: events in, effects out.
 *
 *     step(state, event): effects
 *
 * A machine has no clock, no randomness and no IO. Time is `event.at`, randomness comes from the
 * seed of `start`, and everything that touches the world is an order to the one driver that runs
 * it: `run.ts` in production, `tests/sim` in the simulated world. So the very same daemons run in
 * both.
 *
 * @module
 */
import type { Message } from "./messages.ts";
import type { User } from "./user.ts";

/** Whom a message is for, or from. */
export interface Address {
  /** Name of a node; absent: this node; `*`: every other node that heartbeat knows. */
  readonly node?: string;
  /** A machine's `service`. */
  readonly service: string;
}

/** Who says something. */
export interface Sender extends Address {
  readonly node: string;
  /**
   * As whom the program runs, by the word of the kernel; absent: a daemon, or a program over a socket
   * that only the daemons' user and root may open.
   */
  readonly user?: User;
}

/** What a plugin's method gave, or why it gave nothing. */
export type Result =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: string };

/** Something that happened. `at` is monotonic milliseconds of this node, in every event. */
export type Event =
  /** The first event of a machine's life. */
  | {
    readonly type: "start";
    readonly at: number;
    /** The wall clock at `at`, milliseconds since 1970; for stamps only, never for timeouts. */
    readonly wallMs: number;
    /** 32 bits of randomness; all that the machine will ever get. */
    readonly seed: number;
    /** Name of this node. */
    readonly node: string;
    /** What was saved in earlier lives, by key. */
    readonly saved: ReadonlyMap<string, Uint8Array>;
  }
  /** Another machine sent something. `from.node` is always set. */
  | {
    readonly type: "message";
    readonly at: number;
    readonly from: Sender;
    readonly message: Message;
  }
  /** A named timer is due. */
  | { readonly type: "timer"; readonly at: number; readonly name: string }
  /** A plugin asked for by `load` is there, or cannot be had. */
  | {
    readonly type: "loaded";
    readonly at: number;
    readonly instance: string;
    readonly result: Result;
  }
  /** A `call` with an id has been answered, or has failed, or its deadline has passed. */
  | {
    readonly type: "reply";
    readonly at: number;
    readonly id: string;
    readonly result: Result;
  }
  /** A plugin called `host.emit`. */
  | {
    readonly type: "emit";
    readonly at: number;
    readonly instance: string;
    readonly event: unknown;
  }
  /** A plugin died, hung or flooded; `givenUp`: it will not be started again. */
  | {
    readonly type: "fault";
    readonly at: number;
    readonly instance: string;
    readonly why: string;
    readonly givenUp: boolean;
  }
  /** The process that holds a service of this node came or went: what was asked of it is void. */
  | { readonly type: "peer"; readonly at: number; readonly service: string; readonly up: boolean }
  /** The operator wants the daemon to end cleanly. The machine answers with `stopped`. */
  | { readonly type: "stop"; readonly at: number };

/** An order to the driver. The effects of one machine run in order, over all its steps. */
export type Effect =
  /**
   * Hands a message on. Between two machines messages arrive in the order they were sent, once,
   * or not at all if either side dies; nothing tells that one was lost.
   */
  | { readonly type: "send"; readonly to: Address; readonly message: Message }
  /** Arms a timer, `inMs` after the event at hand; a timer of that name is replaced. */
  | { readonly type: "timer"; readonly name: string; readonly inMs: number }
  /** Disarms a timer. */
  | { readonly type: "cancel"; readonly name: string }
  /**
   * Writes a value durably, or forgets it (`value` absent). **What follows, in this step or a
   * later one, waits until the value is on disk.** A write that fails ends the process.
   *
   * With `waits: false` nothing waits: for what nobody was promised. Of several values of such a key
   * the latest ends up on disk; a key is saved in one of the two ways, always. A disk that does not
   * take it is tried again later.
   */
  | {
    readonly type: "save";
    readonly key: string;
    readonly value?: Uint8Array;
    readonly waits?: false;
  }
  /** Loads a plugin under a name of the machine's own choice; answered by `loaded`. */
  | {
    readonly type: "load";
    readonly instance: string;
    readonly plugin: string;
    readonly config: unknown;
  }
  /** Gives a plugin back. */
  | { readonly type: "unload"; readonly instance: string }
  /** Calls a plugin's method; answered by `reply` if there is an `id`. */
  | {
    readonly type: "call";
    readonly id?: string;
    readonly instance: string;
    readonly method: string;
    readonly args: readonly unknown[];
    readonly deadlineMs: number;
  }
  /** One line for the log, at a level of syslog. */
  | {
    readonly type: "log";
    readonly level: "crit" | "err" | "warning" | "notice" | "info" | "debug";
    readonly text: string;
  }
  /** The answer to `stop`: nothing more will come. `exitCode` other than 0: it ends as a failure. */
  | { readonly type: "stopped"; readonly exitCode?: number };

/** A machine and its state. `step` changes the state in place; nobody else does. */
export interface Machine<State = unknown> {
  /** The name under which messages reach it. */
  readonly service: string;
  readonly state: State;
  /**
   * @param more another event for this machine waits already: what can be done once for several
   *   may be left to the last of them.
   */
  step(state: State, event: Event, more?: boolean): readonly Effect[];
}
