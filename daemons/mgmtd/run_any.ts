/**
 * The process of a command that prints all commands.
 *
 * @module
 */
import { commandsFor } from "./commands/mod.ts";
import { runCommand } from "./run_command.ts";

await runCommand(await commandsFor(Deno.args.slice(1)));
