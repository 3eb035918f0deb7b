/**
 * The programs that agents call back: which of them ask the cluster, and where they are.
 * `daemons/mgmtd/compat/` is all of them.
 *
 * @module
 */
import type { NodeConfig } from "./node_config/read.ts";

/** Names of those that ask the cluster. */
export const programNames = [
  "attrd_updater",
  "cibadmin",
  "crm_attribute",
  "crm_failcount",
  "crm_master",
  "crm_mon",
  "crm_node",
  "crm_resource",
  "crm_standby",
] as const;

/** One of them. */
export type ProgramName = typeof programNames[number];

/** The folder that the operator names, or the one that the node fills itself, within its run folder. */
export const programsFolder = (
  { programs, run }: Pick<NodeConfig, "programs" | "run">,
): string => programs ?? `${run}/programs`;
