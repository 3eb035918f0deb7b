/**
 * The table of all commands of `ha`.
 *
 * @module
 */
import type { Command } from "../command.ts";
import { configureImport } from "./configure_import.ts";
import { heartbeatCommands } from "./heartbeat.ts";
import { pluginCommands } from "./plugin.ts";
import { simulate } from "./simulate.ts";
import { status } from "./status.ts";
import { why } from "./why.ts";
import { wireCheck, wireDecode } from "./wire.ts";

/** All commands, in the order help shows them. */
export const commands: readonly Command[] = [
  status,
  why,
  simulate,
  ...pluginCommands,
  ...heartbeatCommands,
  wireDecode,
  wireCheck,
  configureImport,
];
