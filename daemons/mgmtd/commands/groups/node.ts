/**
 * `ha node`: its commands, and the process in which one of them runs.
 *
 * @module
 */
import type { Command } from "../../command.ts";
import { runCommand } from "../../run_command.ts";
import { configCheck, configForm, configShow } from "../node/config.ts";
import { nodeForget } from "../node/forget.ts";
import { steerCommands } from "../steer.ts";

/** In the order in which help shows them. */
export const commands: readonly Command[] = [
  ...steerCommands("node"),
  nodeForget,
  configCheck,
  configShow,
  configForm,
];

if (import.meta.main) await runCommand(commands);
