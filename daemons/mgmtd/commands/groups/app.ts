/**
 * `ha app`: its commands, and the process in which one of them runs.
 *
 * @module
 */
import type { Command } from "../../command.ts";
import { runCommand } from "../../run_command.ts";
import { appCommands } from "../app.ts";

/** In the order in which help shows them. */
export const commands: readonly Command[] = appCommands;

if (import.meta.main) await runCommand(commands);
