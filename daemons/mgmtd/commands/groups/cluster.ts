/**
 * `ha cluster`: its commands, and the process in which one of them runs.
 *
 * @module
 */
import type { Command } from "../../command.ts";
import { runCommand } from "../../run_command.ts";
import { clusterCommands } from "../cluster.ts";

/** In the order in which help shows them. */
export const commands: readonly Command[] = clusterCommands;

if (import.meta.main) await runCommand(commands);
