/**
 * The child in which one command of `ha` runs, with its own grant.
 *
 * @module
 */
import { messageOf } from "../../metadata/message_of.ts";
import type { Io, Where } from "./command.ts";
import { commandsFor } from "./commands/mod.ts";
import { exit } from "./exit.ts";
import { parseCall } from "./parse_call.ts";

const [where = "{}", ...words] = Deno.args;
const parsed = parseCall(await commandsFor(words), words);
if (parsed.type !== "call") Deno.exit(exit.usage);

const encoder = new TextEncoder();
const write = (to: { writeSync(bytes: Uint8Array): number }, text: string) => {
  const bytes = encoder.encode(text);
  let at = 0;
  while (at < bytes.length) at += to.writeSync(bytes.subarray(at));
};
const io: Io = {
  out: (text) => write(Deno.stdout, text),
  err: (text) => write(Deno.stderr, text),
  ask: (question) => Deno.stdin.isTerminal() ? prompt(question) ?? undefined : undefined,
  ...(Deno.stdin.isTerminal()
    ? { secret: async (question) => (await import("./ask_secret.ts")).askSecret(question) }
    : {}),
};
try {
  Deno.exit(await parsed.command.run(parsed.call, io, JSON.parse(where) as Where));
} catch (error) {
  io.err(`${messageOf(error)}\n`);
  Deno.exit(error instanceof Deno.errors.NotCapable ? exit.permission : exit.error);
}
