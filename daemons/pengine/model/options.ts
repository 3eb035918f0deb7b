/**
 * Options of the whole cluster.
 *
 * @module
 */

/** Cluster options, typed, defaults filled in. */
export interface ClusterOptions {
  /** Every option as written, for those that the engine merely passes on. */
  readonly raw: ReadonlyMap<string, string>;
  readonly symmetric: boolean;
  readonly noQuorumPolicy: "stop" | "freeze" | "ignore" | "demote" | "suicide";
  readonly stonithEnabled: boolean;
  readonly stonithAction: "reboot" | "off";
  readonly stonithTimeoutMs: number;
  readonly stonithWatchdogTimeoutMs: number;
  readonly haveWatchdog: boolean;
  readonly concurrentFencing: boolean;
  /** Without quorum remote nodes of this partition may be fenced, whatever their connection. */
  readonly fenceRemoteWithoutQuorum: boolean;
  readonly startupFencing: boolean;
  readonly priorityFencingDelayMs: number;
  /** How long a member may take to join the process group before it is fenced; 0: any time. */
  readonly nodePendingTimeoutMs: number;
  readonly stopAllResources: boolean;
  readonly stopOrphanResources: boolean;
  readonly stopOrphanActions: boolean;
  readonly maintenanceMode: boolean;
  readonly startFailureIsFatal: boolean;
  readonly enableStartupProbes: boolean;
  readonly placementStrategy: "default" | "utilization" | "minimal" | "balanced";
  readonly nodeHealthStrategy: "none" | "migrate-on-red" | "only-green" | "progressive" | "custom";
  readonly nodeHealthBase: number;
  readonly nodeHealthGreen: number;
  readonly nodeHealthYellow: number;
  readonly nodeHealthRed: number;
  /** As written ("60s"): the graph's header repeats it. */
  readonly clusterDelay: string;
  readonly batchLimit: number;
  /** -1: no bound. */
  readonly migrationLimit: number;
  readonly shutdownLock: boolean;
  /** 0: no limit. */
  readonly shutdownLockLimitMs: number;
}
