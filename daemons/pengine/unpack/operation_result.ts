/**
 * What one recorded operation says about a resource on a node.
 *
 * @module
 */
import { type HistoryEntry, INFINITY, type OnFail, Role } from "../model.ts";
import { addScore, banEverywhere, forbidEverywhere } from "./allowed.ts";
import { Execution, Exit } from "./exit_status.ts";
import { hasExpired } from "./expiry.ts";
import { graver, isAtMost } from "./failure_rank.ts";
import type { Entry } from "./history.ts";
import { migrateFromFailed, migrateToFailed, migrateToSucceeded } from "./migration.ts";
import { findOperation, operationOptions } from "./operation.ts";
import { demandStop, isProbe, type Progress, setActive, setNextRole } from "./progress.ts";
import { isMaskable, masksProbe, understand } from "./remap.ts";
import { outermostOf } from "./outline.ts";
import { operationKey } from "../act/keys.ts";
import { withoutInstance } from "../place/resource.ts";

/** Reads one entry. */
export function unpackResult(progress: Progress, entry: Entry): void {
  const { set, resource, node } = progress;
  if (saysNothing(entry)) return;
  const expired = hasExpired(progress, entry);
  const record = (): void => recordFailure(progress, entry);
  const result = understand(progress, entry, expired, record);
  const maskable = isMaskable(progress, entry);
  if (expired && maskable && result.rc !== entry.rc) {
    if (resource.role <= Role.stopped) resource.role = Role.unknown;
    return;
  }
  if (expired && result.rc !== entry.targetRc) {
    if (entry.intervalMs === 0) return;
    if (node.online && !node.unclean) {
      // The executor reports only changes: the monitor is created again, so that it reports again.
      entry.restartDigest = "calculated-failure-timeout";
      return;
    }
  }
  // Failures of an anonymous instance are those of its clone.
  const collective = resource.globallyUnique ? resource : outermostOf(resource);
  const banHere = (): void => {
    addScore(collective, node, -INFINITY);
    set.bans.push({ resource: collective, node, entry, everywhere: false });
  };
  if (maskable) {
    succeed(progress, entry, entry.targetRc);
    record();
    banHere();
    return;
  }
  switch (result.status) {
    case Execution.pending:
      return pend(progress, entry);
    case Execution.done:
      return succeed(progress, entry, result.rc);
    case Execution.notInstalled:
      if (optionsOf(progress, entry).onFail === "ignore") progress.onFail = "ban";
      banHere();
      return fail(progress, entry, result.rc);
    case Execution.notConnected:
      if (node.connection?.managed && (node.kind === "remote" || node.kind === "guest")) {
        node.connection.failed = true;
        node.connection.stop = true;
      }
  }
  const { onFail } = optionsOf(progress, entry);
  if (onFail === "ignore" || (onFail === "restart-container" && entry.task === "stop")) {
    ignore(progress, entry, onFail);
    return;
  }
  fail(progress, entry, result.rc);
  if (result.status === Execution.errorHard) banHere();
  if (result.status !== Execution.errorFatal) return;
  forbidEverywhere(set, collective);
  set.bans.push({ resource: collective, node, entry, everywhere: true });
}

/** A failure that is remembered, and changes nothing. */
function ignore(progress: Progress, entry: Entry, onFail: OnFail): void {
  succeed(progress, entry, entry.targetRc);
  progress.resource.failureIgnored = true;
  recordFailure(progress, entry);
  if (onFail === "restart-container" && isAtMost(progress.onFail, "recover")) {
    progress.onFail = onFail;
  }
}

/** What was cancelled, what is none of ours, and what has no bearing on where a resource is. */
function saysNothing({ task, status }: Entry): boolean {
  return task === "notify" || task === "meta-data" || status === Execution.cancelled ||
    status < Execution.pending || status > Execution.noSecrets;
}

/** What is configured holds for what was recorded under a name of the resource. */
function optionsOf({ set, resource }: Progress, { key, task, intervalMs }: HistoryEntry) {
  const isOwn = [resource.id, resource.historyId, withoutInstance(resource.id)]
    .some((id) => key === operationKey(id, task, intervalMs));
  const operation = isOwn ? findOperation(resource, task, intervalMs, true) : undefined;
  return operationOptions(set, resource, task, intervalMs, operation);
}

/** A failure for people, once for each operation. */
function recordFailure(progress: Progress, entry: HistoryEntry): void {
  const { unpacking, set, resource, node } = progress;
  const key = `failure ${node.id} ${entry.key}`;
  if (unpacking.noted.has(key)) return;
  unpacking.noted.add(key);
  set.failures.push({ node, resource, entry });
}

function pend(progress: Progress, entry: HistoryEntry): void {
  const { unpacking, set, resource, node } = progress;
  if (entry.task === "start") {
    resource.startPending = true;
    setActive(resource);
  } else if (entry.task === "promote") resource.role = Role.promoted;
  else if (entry.task === "migrate_to" && node.unclean) {
    // Nobody can tell how far it came.
    const target = entry.migrateTarget === undefined
      ? undefined
      : set.nodeByName.get(entry.migrateTarget);
    if (target !== undefined) demandStop(unpacking, resource, target);
  } else if (entry.task === "stop" && isUnderway(entry)) progress.stopping = true;
  if (resource.pendingTask === undefined && !isProbe(entry)) {
    resource.pendingTask = entry.task;
    resource.pendingNode = node;
  }
}

/**
 * A record of our own coordinator: a stop that one before it ordered, or that the node began without
 * quorum. Of other pending stops nothing is concluded, as by the original.
 */
const isUnderway = ({ element }: HistoryEntry): boolean =>
  element.attributes["crm-debug-origin"] === "underway";

function succeed(progress: Progress, entry: HistoryEntry, rc: number): void {
  const { resource } = progress;
  let clears = false;
  if (rc === Exit.notInstalled || (masksProbe(entry) && isMaskable(progress, entry))) {
    resource.role = Role.stopped;
  } else if (rc === Exit.notRunning) clears = true;
  else {
    switch (entry.task) {
      case "monitor":
        clears = progress.lastFailure !== undefined && progress.lastFailure.key === entry.key;
        if (resource.role < Role.started) setActive(resource);
        break;
      case "start":
      case "migrate_from":
        resource.role = Role.started;
        clears = true;
        break;
      case "stop":
        resource.role = Role.stopped;
        clears = true;
        // A monitor that was pending before is not any more.
        if (resource.pendingTask === "monitor" && resource.pendingNode === progress.node) {
          delete resource.pendingTask;
          delete resource.pendingNode;
        }
        break;
      case "promote":
        resource.role = Role.promoted;
        clears = true;
        break;
      case "demote":
        clears = progress.onFail === "demote";
        resource.role = Role.unpromoted;
        break;
      case "migrate_to":
        migrateToSucceeded(progress, entry);
        break;
      default:
        if (resource.role < Role.started) setActive(resource);
    }
  }
  if (clears) clearFailure(progress);
}

/** Success makes past failures void, unless what they lead to is not about the resource alone. */
function clearFailure(progress: Progress): void {
  const { resource } = progress;
  switch (progress.onFail) {
    case "stop":
    case "fence":
    case "ban":
    case "standby":
      return;
    case "block":
    case "ignore":
    case "demote":
    case "recover":
    case "restart-container":
      progress.onFail = "ignore";
      setNextRole(resource, Role.unknown, "clear past failures");
      return;
    case "reset-remote":
      if (resource.remoteReconnectMs > 0) return;
      progress.onFail = "ignore";
      setNextRole(resource, Role.unknown, "clear past failures and reset remote");
  }
}

function fail(progress: Progress, entry: HistoryEntry, rc: number): void {
  const { set, resource, node } = progress;
  progress.lastFailure = entry;
  // In an opt-in cluster it is no news that something is not installed.
  if (set.options.symmetric || rc !== Exit.notInstalled) recordFailure(progress, entry);
  const { onFail, failRole } = optionsOf(progress, entry);
  progress.onFail = graver(progress.onFail, onFail);
  switch (entry.task) {
    case "stop":
      addScore(resource, node, -INFINITY);
      set.bans.push({ resource, node, entry, everywhere: false });
      break;
    case "migrate_to":
      migrateToFailed(progress, entry);
      break;
    case "migrate_from":
      migrateFromFailed(progress, entry);
      break;
    case "promote":
      resource.role = Role.promoted;
      break;
    case "demote":
      if (onFail === "block") {
        resource.role = Role.promoted;
        setNextRole(resource, Role.stopped, "demote with on-fail=block");
      } else if (rc === Exit.notRunning) resource.role = Role.stopped;
      // To say "promoted" would demote forever; it is stopped before it is promoted again.
      else resource.role = Role.unpromoted;
  }
  if (isProbe(entry) && rc === Exit.notInstalled) resource.role = Role.stopped;
  else if (resource.role < Role.started) setActive(resource);
  if (failRole !== Role.started && resource.nextRole < failRole) {
    setNextRole(resource, failRole, "failure");
  }
  if (failRole === Role.stopped) banAfterFailure(progress, entry);
}

/** One anonymous instance that must not start again stands for all. */
function banAfterFailure({ set, resource, node }: Progress, entry: HistoryEntry): void {
  const clone = resource.parent === undefined ? undefined : outermostOf(resource);
  const all = clone?.variant === "clone" && !clone.globallyUnique ? clone : resource;
  banEverywhere(set, all);
  set.bans.push({ resource: all, node, entry, everywhere: true });
}
