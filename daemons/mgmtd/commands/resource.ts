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
import { restart } from "./resource/restart.ts";
import { steerCommands } from "./steer.ts";
import { check, ls } from "./resource/secret/ls.ts";
import { remove } from "./resource/secret/rm.ts";
import { set } from "./resource/secret/set.ts";
import { showHash } from "./resource/secret/show_hash.ts";
import { tryOperation } from "./resource/try.ts";
import { wait } from "./resource/wait.ts";

/** In the order help shows them. */
export const resourceCommands: readonly Command[] = [
  ...steerCommands("resource"),
  listClasses,
  agents,
  describe,
  tryOperation,
  cleanup,
  restart,
  wait,
  set,
  showHash,
  ls,
  remove,
  check,
];
