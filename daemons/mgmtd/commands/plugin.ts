/**
 * The commands `ha plugin ...`.
 *
 * @module
 */
import type { Command } from "../command.ts";
import { check } from "./plugin/check.ts";
import { configure } from "./plugin/configure.ts";
import { dev } from "./plugin/dev.ts";
import { add, remove, trust, upgrade } from "./plugin/consent.ts";
import { describe } from "./plugin/describe.ts";
import { docs } from "./plugin/docs.ts";
import { ls } from "./plugin/ls.ts";
import { create } from "./plugin/new.ts";
import { pack } from "./plugin/pack.ts";
import { sign } from "./plugin/sign.ts";

/** In the order help shows them. */
export const pluginCommands: readonly Command[] = [
  ls,
  describe,
  configure,
  add,
  trust,
  upgrade,
  remove,
  check,
  create,
  sign,
  pack,
  docs,
  dev,
];
