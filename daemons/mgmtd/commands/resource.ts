/**
 * The commands `ha resource ...`.
 *
 * @module
 */
import type { Command } from "../command.ts";
import { agents } from "./resource/agents.ts";
import { cleanup } from "./resource/cleanup.ts";
import { describe } from "./resource/describe.ts";
import { listClasses } from "./resource/list_classes.ts";
import { tryOperation } from "./resource/try.ts";

/** In the order help shows them. */
export const resourceCommands: readonly Command[] = [
  listClasses,
  agents,
  describe,
  tryOperation,
  cleanup,
];
