/**
 * What a process of machines takes from the world: a clock, timers, storage, plugins, randomness.
 *
 * Three worlds implement it: the real one (`real_host.ts`), the simulator (`tests/sim`), and a small
 * one for unit tests (`testing/small_host.ts`). The seat, the event queue, the router and the stop
 * logic above it are the same in all three.
 *
 * Everything answers through callbacks, at once or later. A promise would be settled by the real
 * world's microtasks, which a simulated clock does not rule.
 *
 * @module
 */
import type { Log } from "./log.ts";
import type { Result } from "./machine.ts";

/** Something that is going to happen once. */
export interface Timer {
  /** Prevents it. Harmless if it has happened. */
  cancel(): void;
}

/** Where one machine's values are kept. */
export interface HostStore {
  /** What earlier lives saved, by key. */
  readonly saved: ReadonlyMap<string, Uint8Array>;
  /**
   * Makes a value durable; `undefined` removes it.
   *
   * @param done called once: without an error when the value is on disk, with one if it cannot be.
   * @param waits whether the machine's later effects wait for it.
   */
  save(
    key: string,
    value: Uint8Array | undefined,
    done: (error?: unknown) => void,
    waits: boolean,
  ): void;
}

/** A loaded plugin. */
export interface HostPlugin {
  /** `inline`, `worker` or `process`. */
  readonly isolation: string;
  /** Calls a method. @param answer called once, at once or later. */
  call(method: string, args: readonly unknown[], answer: (result: Result) => void): void;
  /** Gives the plugin back. @param done called once. */
  close(done: (error?: unknown) => void): void;
}

/** Something that happened to a plugin. */
export interface HostFault {
  readonly why: string;
  /** The plugin will not be started again. */
  readonly givenUp: boolean;
}

/** What is to be loaded, and for whom. */
export interface LoadRequest {
  /** The machine's service. */
  readonly service: string;
  /** The machine's own name for the instance. */
  readonly instance: string;
  /** `kind/name`, or the name of something built in. */
  readonly plugin: string;
  readonly config: unknown;
  readonly onEmit: (event: unknown) => void;
  readonly onFault: (fault: HostFault) => void;
}

/** The world, as a process of machines sees it. */
export interface Host {
  readonly log: Log;
  /** Monotonic milliseconds of this node. */
  now(): number;
  /** The wall clock, milliseconds since 1970. */
  wallMs(): number;
  /** 32 bits of randomness. */
  seed(): number;
  /** Lets something happen once, `inMs` milliseconds from now, however many they are. */
  after(inMs: number, run: () => void): Timer;
  /** A machine's store; absent: the machine must not save. */
  store(service: string): HostStore | undefined;
  /** Loads a plugin. @param done called once, with the plugin or with why there is none. */
  load(
    request: LoadRequest,
    done: (
      loaded:
        | { readonly ok: true; readonly plugin: HostPlugin }
        | { readonly ok: false; readonly error: string },
    ) => void,
  ): void;
}
