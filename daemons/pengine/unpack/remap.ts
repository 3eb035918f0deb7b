/**
 * What a recorded result means: an unexpected exit status may be a discovery rather than a failure.
 *
 * @module
 */
import { type HistoryEntry, Role } from "../model.ts";
import { Execution, Exit } from "./exit_status.ts";
import { canFence } from "../place/node.ts";
import { isProbe, type Progress, setNextRole } from "./progress.ts";

/** A result, understood. */
export interface Result {
  status: number;
  rc: number;
}

/** Whether a probe only says that the resource cannot be there. */
export function isMaskable(progress: Progress, entry: HistoryEntry): boolean {
  const { parent } = progress.resource;
  if (parent?.variant === "bundle" || parent?.parent?.variant === "bundle") return false;
  return masksProbe(entry);
}

/** A probe that failed because software or settings are missing. */
export function masksProbe(entry: HistoryEntry): boolean {
  return isProbe(entry) &&
    (entry.rc === Exit.notInstalled || entry.rc === Exit.invalidParameter ||
      entry.status === Execution.notInstalled);
}

/** Understands a result, and notes what it says of the resource's role by itself. */
export function understand(
  progress: Progress,
  entry: HistoryEntry,
  expired: boolean,
  recordFailure: () => void,
): Result {
  const { node } = progress;
  const result: Result = { status: entry.status, rc: entry.rc };
  const degraded = degradedAs(entry);
  if (degraded !== undefined) {
    result.rc = degraded;
    result.status = Execution.done;
    if (!expired && (!node.shutdown || node.online)) recordFailure();
  }
  if (
    isMaskable(progress, entry) &&
    (result.status !== Execution.done || result.rc !== Exit.notRunning)
  ) {
    result.rc = Exit.notRunning;
    result.status = Execution.done;
  }
  if (result.status === Execution.noFenceDevice || result.status === Execution.noSecrets) {
    result.status = Execution.errorHard;
    return result;
  }
  // Whatever else the executor says is final; of these two the expected result decides.
  if (result.status !== Execution.done && result.status !== Execution.error) return result;
  const expected = entry.targetRc;
  result.status = expected >= 0 && result.rc === expected ? Execution.done : Execution.error;
  understandExit(progress, entry, expired, result);
  return result;
}

/** Only a monitor may say that something runs, but not as well as it should. */
function degradedAs({ task, rc }: HistoryEntry): number | undefined {
  if (task !== "monitor") return undefined;
  if (rc === Exit.degraded) return Exit.ok;
  return rc === Exit.degradedPromoted ? Exit.runningPromoted : undefined;
}

/** What an exit status says of the resource's role, and how grave it is. */
function understandExit(
  progress: Progress,
  entry: HistoryEntry,
  expired: boolean,
  result: Result,
): void {
  const { resource, node } = progress;
  const expected = entry.targetRc;
  const probe = isProbe(entry);
  const block = (): void => {
    if (expired || entry.task !== "stop" || canFence(progress.set, node)) return;
    resource.blocked = true;
    // Nobody can stop it there any more, so nothing is to be ordered of it.
    resource.managed = false;
  };
  switch (result.rc) {
    case Exit.ok:
      if (probe && expected === Exit.notRunning) result.status = Execution.done;
      break;
    case Exit.notRunning:
      if (probe || expected === result.rc || !resource.managed) {
        result.status = Execution.done;
        resource.role = Role.stopped;
        progress.onFail = "ignore";
        setNextRole(resource, Role.unknown, "not running");
      }
      break;
    case Exit.runningPromoted:
    case Exit.degradedPromoted:
      if (probe && result.rc !== expected) result.status = Execution.done;
      if (!expired || result.rc === expected) resource.role = Role.promoted;
      break;
    case Exit.failedPromoted:
      if (!expired) resource.role = Role.promoted;
      result.status = Execution.error;
      break;
    case Exit.notConfigured:
      result.status = Execution.errorFatal;
      break;
    case Exit.unimplemented:
      if (entry.intervalMs > 0) result.status = Execution.notSupported;
      else {
        block();
        result.status = Execution.errorHard;
      }
      break;
    case Exit.notInstalled:
    case Exit.invalidParameter:
    case Exit.insufficientPrivilege:
      block();
      result.status = Execution.errorHard;
      break;
    default:
      if (result.status === Execution.done) result.status = Execution.error;
  }
}
