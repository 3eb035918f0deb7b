/**
 * What a daemon and an isolated plugin say to each other: the same messages to a worker and to a
 * process, so that the levels of isolation are one contract.
 *
 * @module
 */

import type { Sources } from "./sources.ts";

/** How a plugin outside of the project names the project's modules. */
export const projectName = "@pils/cluster/";

/** A level of `host.log`, as syslog names them. */
export type LogLevel = "err" | "warning" | "notice" | "info" | "debug";

const logLevels: readonly LogLevel[] = ["err", "warning", "notice", "info", "debug"];

/** From the daemon to the plugin's boot module. */
export type ToPlugin =
  | {
    readonly type: "start";
    /** URL of the plugin's `mod.ts`. */
    readonly entry: string;
    readonly config: unknown;
    /** The contract's methods; no other can be called. */
    readonly methods: readonly string[];
    /** The verified code, if the plugin is from the lock; then no other code is loaded. */
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
  /** Asks for the data that a module exports by default, instead of a start. */
  | { readonly type: "describe"; readonly entry: string; readonly sources: Sources }
  | { readonly type: "ping" }
  | { readonly type: "close" };

/** From the plugin. Nothing in it is believed before `fromPlugin` has looked at it. */
export type FromPlugin =
  | { readonly type: "ready"; readonly methods: readonly string[] }
  | { readonly type: "failed"; readonly error: ErrorData }
  | { readonly type: "value"; readonly id: number; readonly value: unknown }
  | { readonly type: "error"; readonly id: number; readonly error: ErrorData }
  | { readonly type: "emit"; readonly event: unknown }
  | { readonly type: "log"; readonly level: LogLevel; readonly text: string }
  | { readonly type: "pong" }
  | { readonly type: "closed" };

/** An error as data: classes do not survive the crossing. */
export interface ErrorData {
  readonly name: string;
  readonly message: string;
}

/** An error of a plugin, as its caller sees it. `name` is that of the original. */
export class PluginError extends Error {
  /** Identity of the plugin. */
  readonly plugin: string;

  /** From the error as it crossed. */
  constructor(plugin: string, error: ErrorData) {
    super(error.message);
    this.plugin = plugin;
    this.name = error.name;
  }
}

/** Classes that everybody has: an error of one of these is one of it on both sides. */
const errorClasses: Readonly<Record<string, new (message: string) => Error>> = {
  RangeError,
  TypeError,
  SyntaxError,
  ReferenceError,
  EvalError,
  URIError,
};

/** The error that a caller of an isolated plugin gets: of the same class as inline, if it is known. */
export function errorOf(plugin: string, error: ErrorData): Error {
  const known = Object.hasOwn(errorClasses, error.name) ? errorClasses[error.name] : undefined;
  return known === undefined ? new PluginError(plugin, error) : new known(error.message);
}

/** Characters of an error's message that cross at most. */
const errorCharactersMax = 8_192;

/** An error, made to cross. */
export function errorData(error: unknown): ErrorData {
  return error instanceof Error
    ? { name: error.name, message: error.message.slice(0, errorCharactersMax) }
    : { name: "Error", message: String(error).slice(0, errorCharactersMax) };
}

/** The message, or undefined if it is none: a plugin that says such a thing is not to be kept. */
export function fromPlugin(input: unknown): FromPlugin | undefined {
  if (typeof input !== "object" || input === null) return undefined;
  const message = input as Readonly<Record<string, unknown>>;
  const { id, level, text } = message;
  switch (message["type"]) {
    case "ready": {
      const methods = message["methods"];
      if (!Array.isArray(methods) || methods.some((m) => typeof m !== "string")) return undefined;
      return { type: "ready", methods };
    }
    case "failed":
      return { type: "failed", error: asErrorData(message["error"]) };
    case "value":
      return typeof id === "number" ? { type: "value", id, value: message["value"] } : undefined;
    case "error":
      return typeof id === "number"
        ? { type: "error", id, error: asErrorData(message["error"]) }
        : undefined;
    case "emit":
      return { type: "emit", event: message["event"] };
    case "log": {
      const known = logLevels.find((name) => name === level);
      return known === undefined || typeof text !== "string"
        ? undefined
        : { type: "log", level: known, text };
    }
    case "pong":
    case "closed":
      return { type: message["type"] };
    default:
      return undefined;
  }
}

function asErrorData(input: unknown): ErrorData {
  const { name, message } = (typeof input === "object" && input !== null ? input : {}) as Readonly<
    Record<string, unknown>
  >;
  return errorData(Object.assign(new Error(String(message)), { name: String(name) }));
}
