/**
 * The child in which one command of `ha` runs, with its own grant.
 *
 * @module
 */
import { codeIn, withCode } from "../../metadata/code.ts";
import { messageOf } from "../../metadata/message_of.ts";
import type { Where } from "./command.ts";
import { commandsFor } from "./commands/mod.ts";
import { exit } from "./exit.ts";
import { parseCall } from "./parse_call.ts";
import { reportUncaught, terminal } from "./terminal.ts";
import { HeldElsewhere } from "./whole_file.ts";

const [where = "{}", ...words] = Deno.args;
const parsed = parseCall(await commandsFor(words), words);
if (parsed.type !== "call") Deno.exit(exit.usage);

reportUncaught(exit.error);
try {
  Deno.exit(await parsed.command.run(parsed.call, terminal, JSON.parse(where) as Where));
} catch (error) {
  if (error instanceof HeldElsewhere) {
    terminal.err(`${error.message}\n`);
    Deno.exit(error.exit);
  }
  const isDenied = error instanceof Deno.errors.NotCapable;
  terminal.err(`${isDenied ? withCode("HA0007", messageOf(error)) : messageOf(error)}\n`);
  const isUnread = codeIn(messageOf(error)) === "HA0008";
  Deno.exit(isDenied ? exit.permission : isUnread ? exit.badData : exit.error);
}
