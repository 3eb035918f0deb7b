/**
 * `ha plugin`: its commands, and the process in which one of them runs.
 *
 * @module
 */
import type { Command } from "../../command.ts";
import { runCommand } from "../../run_command.ts";
import { pluginCommands } from "../plugin.ts";

/** In the order in which help shows them. */
export const commands: readonly Command[] = pluginCommands;

if (import.meta.main) await runCommand(commands);
