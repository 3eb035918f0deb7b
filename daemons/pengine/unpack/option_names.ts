/**
 * The names of the cluster options: those of Pacemaker 3.0.2, what 2.1 called them, and what 3.0
 * dropped.
 *
 * @module
 */

/** Names of 3.0.2 and the names that the same options had before; the newer name wins. */
export const renamed: ReadonlyMap<string, string> = new Map([
  ["cancel-removed-actions", "stop-orphan-actions"],
  ["fencing-action", "stonith-action"],
  ["fencing-enabled", "stonith-enabled"],
  ["fencing-max-attempts", "stonith-max-attempts"],
  ["fencing-reaction", "fence-reaction"],
  ["fencing-timeout", "stonith-timeout"],
  ["fencing-watchdog-timeout", "stonith-watchdog-timeout"],
  ["stop-removed-resources", "stop-orphan-resources"],
]);

/** Options that were never renamed. */
export const unchanged: readonly string[] = [
  "batch-limit",
  "cluster-delay",
  "cluster-infrastructure",
  "cluster-ipc-limit",
  "cluster-name",
  "cluster-recheck-interval",
  "concurrent-fencing",
  "dc-deadtime",
  "dc-version",
  "election-timeout",
  "enable-acl",
  "enable-startup-probes",
  "fence-remote-without-quorum",
  "have-watchdog",
  "join-finalization-timeout",
  "join-integration-timeout",
  "last-lrm-refresh",
  "load-threshold",
  "maintenance-mode",
  "migration-limit",
  "no-quorum-policy",
  "node-action-limit",
  "node-health-base",
  "node-health-green",
  "node-health-red",
  "node-health-strategy",
  "node-health-yellow",
  "node-pending-timeout",
  "pe-error-series-max",
  "pe-input-series-max",
  "pe-warn-series-max",
  "placement-strategy",
  "priority-fencing-delay",
  "shutdown-escalation",
  "shutdown-lock",
  "shutdown-lock-limit",
  "start-failure-is-fatal",
  "startup-fencing",
  "stop-all-resources",
  "symmetric-cluster",
  "transition-delay",
];

/**
 * The value of an option under the name of 3.0.2, else under its older name.
 *
 * @param name the newer name.
 */
export function optionValue(raw: ReadonlyMap<string, string>, name: string): string | undefined {
  const older = renamed.get(name);
  return raw.get(name) ?? (older === undefined ? undefined : raw.get(older));
}
