/**
 * The environment of every agent: nothing of the daemon's own.
 *
 * @module
 */

/** What the operator chooses. */
export interface Surroundings {
  /** Folder that stands first in PATH, for the programs that agents call back. */
  readonly pathfirst?: string;
  /** Folder for files of agents, which is empty after a boot. */
  readonly temporary?: string;
  readonly cluster?: string;
  readonly node?: string;
}

const path = "/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin";

/**
 * `PATH`, the folder for files of agents (the distribution's own agents know their other folders),
 * and the mark of the node, by which `stonith/process` finds what its agents have started.
 */
export function environment(
  { pathfirst, temporary, cluster, node }: Surroundings,
): Readonly<Record<string, string>> {
  return {
    PATH: pathfirst === undefined ? path : `${pathfirst}:${path}`,
    // Many agents call `${HA_SBIN_DIR}/crm_attribute`, not what is in PATH.
    ...(pathfirst === undefined ? {} : { HA_SBIN_DIR: pathfirst }),
    ...(temporary === undefined ? {} : { HA_RSCTMP: temporary }),
    ...(cluster === undefined || node === undefined ? {} : { HA_NODE: `${cluster}/${node}` }),
  };
}
