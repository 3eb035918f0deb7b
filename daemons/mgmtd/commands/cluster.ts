/**
 * `ha cluster`: makes a cluster, and makes machines its nodes.
 *
 * @module
 */
import type { Command } from "../command.ts";
import { clusterInit } from "./cluster/init.ts";
import { clusterJoin } from "./cluster/join.ts";
import { clusterLeave } from "./cluster/leave.ts";
import { clusterRecover } from "./cluster/recover.ts";
import { clusterRestart } from "./cluster/restart.ts";
import { clusterStart, clusterStop } from "./cluster/start_stop.ts";
import { clusterStatus } from "./cluster/status.ts";
import { clusterToken } from "./cluster/token.ts";

/** The commands. */
export const clusterCommands: readonly Command[] = [
  clusterInit,
  clusterToken,
  clusterJoin,
  clusterStatus,
  clusterStart,
  clusterStop,
  clusterRestart,
  clusterLeave,
  clusterRecover,
];
