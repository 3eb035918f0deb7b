/**
 * The processes of a node: the one list. To add a daemon, add its description here; its flags, its
 * sockets, its place among the recovery manager's children follow (`site/README.md`).
 *
 * @module
 */
import { description as apphbd } from "./apphbd/description.ts";
import { description as cluster } from "./cluster/description.ts";
import { description as heartbeat } from "./heartbeat/description.ts";
import { description as logd } from "./logd/description.ts";
import { description as lrmd } from "./lrmd/description.ts";
import { description as pengine } from "./pengine/description.ts";
import type { Grant, Places, ProcessList } from "./site/description.ts";
import * as flags from "./site/flags.ts";
import type { NodeConfig } from "./site/node_config/read.ts";
import { description as stonithd } from "./stonithd/description.ts";

/**
 * In the order of their starts; they are stopped in reverse, so that `cluster` can hand its services
 * over while `lrmd` still stops them. `logd`, where a node has it, sees the others come and go.
 */
export const descriptions = [
  logd,
  heartbeat,
  stonithd,
  lrmd,
  pengine,
  apphbd,
  cluster,
] as const satisfies ProcessList;

/** The name of one of them. */
export type ProcessName = typeof descriptions[number]["name"];

/** A service of one of their machines. */
export type ServiceName = typeof descriptions[number]["services"][number];

/** Their names, in the order of their starts. */
export const processes: readonly ProcessName[] = descriptions.map(({ name }) => name);

/** What a process of a node may do. */
export const grantOf = (process: ProcessName, config: NodeConfig, places: Places): Grant =>
  flags.grantOf(descriptions, process, config, places);

/** The whole command line of a process, after the path of Deno. */
export const commandOf = (process: ProcessName, config: NodeConfig, places: Places): string[] =>
  flags.commandOf(descriptions, process, config, places);
