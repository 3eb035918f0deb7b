/**
 * The table of all commands of `ha`.
 *
 * @module
 */
import type { Command } from "../command.ts";
import { status } from "./status.ts";

/** All commands, in the order help shows them. */
export const commands: readonly Command[] = [status];
