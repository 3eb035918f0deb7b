/**
 * `ha events`: its commands, and the process in which one of them runs.
 *
 * @module
 */
import type { Command } from "../../command.ts";
import { runCommand } from "../../run_command.ts";
import { events } from "../events.ts";

/** In the order in which help shows them. */
export const commands: readonly Command[] = [events];

if (import.meta.main) await runCommand(commands);
