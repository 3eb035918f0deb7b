/**
 * What an isolated plugin says, looked at before anything of it is believed.
 *
 * @module
 */
import { z } from "zod";
import { errorCharactersMax, logLevels } from "./errors.ts";
import type { FromPlugin } from "./message.ts";

const id = z.int().positive();
const cut = z.string().overwrite((text) => text.slice(0, errorCharactersMax));
const error = z.object({ name: cut, message: cut });
const said: z.ZodType<FromPlugin> = z.discriminatedUnion("type", [
  z.object({ type: z.literal("ready"), methods: z.array(z.string()) }),
  z.object({ type: z.literal("failed"), error }),
  z.object({ type: z.literal("value"), id, value: z.unknown().optional() }),
  z.object({ type: z.literal("error"), id, error }),
  z.object({ type: z.literal("emit"), event: z.unknown().optional() }),
  z.object({ type: z.literal("log"), level: z.enum(logLevels), text: z.string() }),
  z.object({ type: z.enum(["pong", "closed"]) }),
]);

/** The message, or undefined if it is none: a plugin that says such a thing is not to be kept. */
export function fromPlugin(input: unknown): FromPlugin | undefined {
  return said.safeParse(input).data;
}
