/**
 * Failures that are old enough to be forgotten.
 *
 * @module
 */
import type { HistoryEntry, Node, Resource, WorkingSet } from "../model.ts";
import { compareDigest, hasHostAddress } from "./compare_digest.ts";
import { Execution, Exit } from "./exit_status.ts";
import { failCount } from "./fail_count.ts";
import { isProbe, type Progress } from "./progress.ts";
import { recheckBy } from "./unpacking.ts";

/** Whether the failure that an entry records has timed out; fail counts to clear are noted. */
export function hasExpired(progress: Progress, entry: HistoryEntry): boolean {
  const { set, resource, node } = progress;
  if (entry.status === Execution.notInstalled) return false;
  const isLastFailure = entry.id.endsWith("_last_failure_0");
  let expired = false;
  let counted = 0;
  const timeoutS = resource.failureTimeoutMs / 1000;
  if (timeoutS > 0 && entry.lastChangeS !== undefined) {
    expired = set.nowS >= entry.lastChangeS + timeoutS && !mustBeFencedFirst(progress, entry);
    const effective = failCount(set, node, resource, { effective: true, fillers: false, entry });
    counted = effective.count;
    const expiry = effective.lastFailureS + resource.failureTimeoutMs / 1000 + 1;
    if (counted > 0 && set.nowS < expiry) recheckBy(set, expiry);
  }
  let reason: string | undefined;
  if (expired) {
    const all = failCount(set, node, resource, { effective: false, fillers: false, entry });
    if (all.count > 0) {
      if (counted === 0) reason = "it expired";
      // There is a failure since: this entry is then none.
      else expired = false;
    } else if (isLastFailure && resource.remoteReconnectMs > 0) {
      reason = "reconnect interval is set";
    }
  }
  if (!expired && isLastFailure && parametersChanged(progress, entry)) {
    reason = "resource parameters have changed";
  }
  if (reason !== undefined) {
    // Whether the guest will have to be reset shows only later, and does not matter then.
    const reachable = node.kind === "guest" && !node.remoteRequiresReset;
    set.clearFailCounts.push({ resource, node, reason, reachable });
  }
  if (expired && isProbe(entry)) {
    const found: readonly number[] = [
      Exit.ok,
      Exit.notRunning,
      Exit.runningPromoted,
      Exit.degraded,
      Exit.degradedPromoted,
    ];
    // What a probe found stays true.
    if (found.includes(entry.rc)) expired = false;
  }
  return expired;
}

/**
 * An executor reports only changes of a monitor's result: forgetting the failure of a connection
 * would hide that it still fails. The remote node has to be fenced first.
 */
function mustBeFencedFirst({ set, resource }: Progress, entry: HistoryEntry): boolean {
  if (resource.remoteReconnectMs === 0 || !set.options.stonithEnabled) return false;
  if (entry.intervalMs === 0 || entry.task !== "monitor") return false;
  const node = set.nodeByName.get(resource.id);
  return node !== undefined && !node.remoteWasFenced;
}

function parametersChanged({ set, resource, node }: Progress, entry: HistoryEntry): boolean {
  if (entry.task !== "start" && entry.task !== "monitor") return false;
  if (hasHostAddress(set, resource)) {
    set.checkAfterPlacement.push({ resource, node, entry });
    return false;
  }
  return differs(set, resource, node, entry);
}

function differs(set: WorkingSet, resource: Resource, node: Node, entry: HistoryEntry): boolean {
  const { result } = compareDigest(set, resource, node, entry);
  return result === "restart" || result === "reload";
}

/** Fail counts to clear that could not be known before every container had its place. */
export function clearsAfterPlacement(set: WorkingSet): WorkingSet["clearFailCounts"] {
  return set.checkAfterPlacement.flatMap(({ resource, node, entry }) =>
    differs(set, resource, node, entry)
      ? [{ resource, node, reason: "resource parameters have changed", reachable: false }]
      : []
  );
}
