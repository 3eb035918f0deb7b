/**
 * The messages between a daemon and an isolated plugin: the same for a worker and for a process, so
 * all isolation levels have one contract. A plugin's messages are checked before any part of them
 * is used.
 *
 * @module
 */
import { anything, count, exact, oneOf, type Shape, type Shaped, text } from "../metadata/shape.ts";
import { errorCharactersMax, logLevels } from "./errors.ts";
import type { Sources } from "./found.ts";
import { encodeFrame, type FrameBounds, frameBytesMax, type FrameTypes } from "./frame.ts";

/** The requests to a plugin's boot module, which answers with a value or an error. */
export type Question =
  | {
    /** Answered with the methods that the plugin has. */
    readonly type: "start";
    /** URL of the plugin's `mod.ts`. */
    readonly entry: string;
    readonly config: unknown;
    /** The contract's methods; no other can be called. */
    readonly methods: readonly string[];
    /** The verified code of a third-party plugin: no other code is loaded then. */
    readonly sources?: Sources | undefined;
    /** Paths whose `read` is given up once the plugin's code is loaded. */
    readonly revoke: readonly string[];
  }
  | { readonly type: "call"; readonly method: string; readonly parameters: readonly unknown[] }
  /** Answered when the plugin has closed; then its worker or process ends. */
  | { readonly type: "close" };

/** From the daemon to the plugin's boot module. */
export type ToPlugin = (Question & { readonly id: number }) | { readonly type: "ping" };

const error = exact({ name: text(), message: text() }, {}, anything);
const shapes = {
  value: exact({ type: oneOf("value"), id: count }, { value: anything }, anything),
  error: exact({ type: oneOf("error"), id: count, error }, {}, anything),
  /** An uncaught error: it cannot continue. */
  died: exact({ type: oneOf("died"), error }, {}, anything),
  emit: exact({ type: oneOf("emit") }, { event: anything }, anything),
  log: exact({ type: oneOf("log"), level: oneOf(...logLevels), text: text() }, {}, anything),
  pong: exact({ type: oneOf("pong") }, {}, anything),
};

/** From the plugin. */
export type FromPlugin = Shaped<typeof shapes[keyof typeof shapes]>;

/** The messages of a plugin, by the byte of the frame's type, each with its bounds. */
const types: readonly (readonly [FromPlugin["type"], FrameBounds])[] = [
  ["value", { bytesMax: frameBytesMax, depthMax: 64, valuesMax: 50_000 }],
  ["error", { bytesMax: 128 * 1024, depthMax: 4, valuesMax: 16 }],
  ["died", { bytesMax: 128 * 1024, depthMax: 4, valuesMax: 16 }],
  ["emit", { bytesMax: 1024 * 1024, depthMax: 64, valuesMax: 5_000 }],
  ["log", { bytesMax: 64 * 1024, depthMax: 4, valuesMax: 16 }],
  ["pong", { bytesMax: 64, depthMax: 4, valuesMax: 16 }],
];

/** The bounds alone. */
export const frameTypes: FrameTypes = types.map(([, bounds]) => bounds);

/** A message as its frame. @throws {RangeError} if it is too large for its type. */
export function frameOf(message: FromPlugin): Uint8Array<ArrayBuffer> {
  const type = types.findIndex(([name]) => name === message.type);
  return encodeFrame(message, type, frameTypes[type]?.bytesMax);
}

/** Whether a message has the type of its frame. */
export const isOfType = (message: unknown, type: number): boolean =>
  Object(message).type === types[type]?.[0];

/** The message, or undefined if it is invalid: such a plugin must be ended. */
export function fromPlugin(input: unknown): FromPlugin | undefined {
  const all: readonly Shape<FromPlugin>[] = Object.values(shapes);
  for (const shape of all) if (shape(input, "", [])) return bounded(input);
  return undefined;
}

function bounded(said: FromPlugin): FromPlugin {
  if (said.type === "log") return { ...said, text: cut(said.text) };
  if (said.type !== "error" && said.type !== "died") return said;
  return { ...said, error: { name: cut(said.error.name), message: cut(said.error.message) } };
}

const cut = (text: string): string => text.slice(0, errorCharactersMax);
