/**
 * `ha ticket`: its commands, and the process in which one of them runs.
 *
 * @module
 */
import type { Command } from "../../command.ts";
import { runCommand } from "../../run_command.ts";
import { steerCommands } from "../steer.ts";

/** In the order in which help shows them. */
export const commands: readonly Command[] = steerCommands("ticket");

if (import.meta.main) await runCommand(commands);
