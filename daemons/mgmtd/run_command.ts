/**
 * The child in which one command of `ha` runs, with its own grant.
 *
 * @module
 */
import { codeIn, withCode } from "../../metadata/code.ts";
import { messageOf } from "../../metadata/message_of.ts";
import type { Command, Where } from "./command.ts";
import { exit } from "./exit.ts";
import { parseCall } from "./parse_call.ts";
import { endIfUnread, reportUncaught, terminal } from "./terminal.ts";
import { HeldElsewhere } from "./whole_file.ts";

/** Runs the one of these commands that the arguments of this process name, and ends the process. */
export async function runCommand(commands: readonly Command[]): Promise<never> {
  const [where = "{}", ...words] = Deno.args;
  const parsed = parseCall(commands, words);
  if (parsed.type !== "call") Deno.exit(exit.usage);
  reportUncaught(exit.error);
  try {
    Deno.exit(await parsed.command.run(parsed.call, terminal, JSON.parse(where) as Where));
  } catch (error) {
    endIfUnread(error);
    if (error instanceof HeldElsewhere) {
      terminal.err(`${error.message}\n`);
      Deno.exit(error.exit);
    }
    const isDenied = error instanceof Deno.errors.NotCapable;
    const message = withItsCode(messageOf(error), isDenied);
    terminal.err(`${message}\n`);
    Deno.exit(isDenied ? exit.permission : exitOf(codeIn(message)));
  }
}

function exitOf(code: string | undefined): number {
  switch (code) {
    case "HA0008":
      return exit.badData;
    case "HA0025":
    case "HA3024":
      return exit.permission;
    case "HA4001":
      return exit.config;
    default:
      return exit.error;
  }
}

/** What the system says of a file has its name, and no code: no command has to catch all of it. */
function withItsCode(message: string, isDenied: boolean): string {
  if (isDenied) return withCode("HA0007", message);
  if (codeIn(message) !== undefined || !/\(os error \d+\)|unexpected NUL byte/.test(message)) {
    return message;
  }
  return withCode(
    "HA0008",
    `Cannot use a file or folder: ${message}. Fix: name one that exists, is of its right kind, and may be used`,
  );
}
