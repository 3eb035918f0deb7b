/**
 * The commands `ha configure ...`.
 *
 * @module
 */
import type { Command } from "../command.ts";
import {
  configureApply,
  configureBackup,
  configureDiff,
  configureRestore,
} from "./configure/documents.ts";
import { configureEdit } from "./configure/edit.ts";
import { configureHistory, configureUndo } from "./configure/history.ts";
import { configureImport } from "./configure_import.ts";
import { configureVerify } from "./configure_verify.ts";
import { steerCommands } from "./steer.ts";

/** In the order help shows them. */
export const configureCommands: readonly Command[] = [
  ...steerCommands("configure"),
  configureDiff,
  configureEdit,
  configureApply,
  configureUndo,
  configureHistory,
  configureBackup,
  configureRestore,
  configureImport,
  configureVerify,
];
