/**
 * `ha compat`: its commands, and the process in which one of them runs.
 *
 * @module
 */
import type { Command } from "../../command.ts";
import { runCommand } from "../../run_command.ts";
import { compatInstall } from "../compat.ts";
import { compatRun } from "../compat_run.ts";

/** In the order in which help shows them. */
export const commands: readonly Command[] = [compatInstall, compatRun];

if (import.meta.main) await runCommand(commands);
