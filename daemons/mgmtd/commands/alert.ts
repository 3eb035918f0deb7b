/**
 * The commands `ha alert ...`.
 *
 * @module
 */
import type { Command } from "../command.ts";
import { approve } from "./alert/approve.ts";
import { test } from "./alert/test.ts";
import { steerCommands } from "./steer.ts";

/** In the order help shows them. */
export const alertCommands: readonly Command[] = [...steerCommands("alert"), approve, test];
