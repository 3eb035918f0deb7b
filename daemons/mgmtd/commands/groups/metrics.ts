/**
 * `ha metrics`: its commands, and the process in which one of them runs.
 *
 * @module
 */
import type { Command } from "../../command.ts";
import { runCommand } from "../../run_command.ts";
import { metrics } from "../metrics.ts";

/** In the order in which help shows them. */
export const commands: readonly Command[] = [metrics];

if (import.meta.main) await runCommand(commands);
