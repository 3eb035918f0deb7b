/**
 * What a daemon and an isolated plugin say to each other: the same messages to a worker and to a
 * process, so that the levels of isolation are one contract.
 *
 * @module
 */
import type { ErrorData, LogLevel } from "./errors.ts";
import type { Sources } from "./found.ts";

/** From the daemon to the plugin's boot module. */
export type ToPlugin =
  | {
    readonly type: "start";
    /** URL of the plugin's `mod.ts`. */
    readonly entry: string;
    readonly config: unknown;
    /** The contract's methods; no other can be called. */
    readonly methods: readonly string[];
    /** The verified code of a third party's plugin: then no other code is loaded. */
    readonly sources?: Sources | undefined;
    /** Paths whose `read` is given back once the plugin's code is there. */
    readonly revoke: readonly string[];
  }
  | {
    readonly type: "call";
    readonly id: number;
    readonly method: string;
    readonly parameters: readonly unknown[];
  }
  | { readonly type: "ping" }
  | { readonly type: "close" };

/** From the plugin. Nothing in it is believed before `fromPlugin` has looked at it. */
export type FromPlugin =
  | { readonly type: "ready"; readonly methods: readonly string[] }
  | { readonly type: "value"; readonly id: number; readonly value?: unknown }
  | { readonly type: "error"; readonly id: number; readonly error: ErrorData }
  | { readonly type: "failed"; readonly error: ErrorData }
  | { readonly type: "emit"; readonly event?: unknown }
  | { readonly type: "log"; readonly level: LogLevel; readonly text: string }
  | { readonly type: "pong" | "closed" };
