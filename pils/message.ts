/**
 * What a daemon and an isolated plugin say to each other: the same messages to a worker and to a
 * process, so that the levels of isolation are one contract.
 *
 * @module
 */
import { z } from "zod";
import { errorCharactersMax, logLevels } from "./errors.ts";
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

const id = z.int().positive();
const cut = z.string().overwrite((text) => text.slice(0, errorCharactersMax));
const error = z.object({ name: cut, message: cut });
const said = z.discriminatedUnion("type", [
  z.object({ type: z.literal("ready"), methods: z.array(z.string()) }),
  z.object({ type: z.literal("failed"), error }),
  z.object({ type: z.literal("value"), id, value: z.unknown().optional() }),
  z.object({ type: z.literal("error"), id, error }),
  z.object({ type: z.literal("emit"), event: z.unknown().optional() }),
  z.object({ type: z.literal("log"), level: z.enum(logLevels), text: z.string() }),
  z.object({ type: z.literal("pong") }),
  z.object({ type: z.literal("closed") }),
]);

/** From the plugin. Nothing in it is believed before `fromPlugin` has looked at it. */
export type FromPlugin = Readonly<z.infer<typeof said>>;

/** The message, or undefined if it is none: a plugin that says such a thing is not to be kept. */
export function fromPlugin(input: unknown): FromPlugin | undefined {
  return said.safeParse(input).data;
}
