/**
 * The commands `ha fence ...`.
 *
 * @module
 */
import type { Command } from "../command.ts";
import { steerCommands } from "./steer.ts";
import { add } from "./fence/add.ts";
import { confirm } from "./fence/confirm.ts";
import { describe } from "./fence/describe.ts";
import { devices } from "./fence/devices.ts";
import { history } from "./fence/history.ts";
import { node } from "./fence/node.ts";
import { test } from "./fence/test.ts";
import { tryAction } from "./fence/try.ts";

/** In the order help shows them. */
export const fenceCommands: readonly Command[] = [
  node,
  confirm,
  test,
  history,
  ...steerCommands("fence"),
  devices,
  describe,
  add,
  tryAction,
];
