/**
 * Data beside values that crosses from an isolated plugin: errors and levels of the log.
 *
 * @module
 */
import { messageOf } from "../metadata/message_of.ts";

/** Levels of `host.log`, as syslog names them. */
export const logLevels = ["err", "warning", "notice", "info", "debug"] as const;

/** One of them. */
export type LogLevel = typeof logLevels[number];

/** An error as data: classes do not survive the transfer. */
export interface ErrorData {
  readonly name: string;
  readonly message: string;
}

/** An error of a plugin, as its caller sees it, with the `name` of the original. */
export class PluginError extends Error {
  /** Identity of the plugin. */
  readonly plugin: string;

  /** From the transferred error. */
  constructor(plugin: string, { name, message }: ErrorData) {
    super(message);
    this.plugin = plugin;
    this.name = name;
  }
}

/** Built-in classes: an error of one of these has the same class on both sides. */
const classes = [RangeError, TypeError, SyntaxError, ReferenceError, EvalError, URIError];

/** The error that a caller of an isolated plugin gets: of the same class as inline, if it is known. */
export function errorOf(plugin: string, error: ErrorData): Error {
  const Known = classes.find(({ name }) => name === error.name);
  return Known === undefined ? new PluginError(plugin, error) : new Known(error.message);
}

/** Maximum characters of a transferred error message. */
export const errorCharactersMax = 8_192;

/** An error as data for the transfer. */
export function errorData(error: unknown): ErrorData {
  const name = error instanceof Error ? String(error.name) : "Error";
  return {
    name: name.slice(0, errorCharactersMax),
    message: messageOf(error).slice(0, errorCharactersMax),
  };
}
