/**
 * `ha log`: its commands, and the process in which one of them runs.
 *
 * @module
 */
import type { Command } from "../../command.ts";
import { runCommand } from "../../run_command.ts";
import { log } from "../log.ts";
import { logLevel } from "../log_level.ts";

/** In the order in which help shows them. */
export const commands: readonly Command[] = [log, logLevel];

if (import.meta.main) await runCommand(commands);
