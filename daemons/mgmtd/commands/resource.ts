/**
 * The commands `ha resource ...`.
 *
 * @module
 */
import type { Command } from "../command.ts";
import { agents } from "./resource/agents.ts";
import { cleanup } from "./resource/cleanup.ts";
import { describe } from "./resource/describe.ts";

/** In the order help shows them. */
export const resourceCommands: readonly Command[] = [agents, describe, cleanup];
