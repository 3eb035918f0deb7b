/**
 * Operation keys: `resource_task_intervalMs`, the name of an operation in graph and status.
 *
 * @module
 */

/** The key of an operation. */
export function operationKey(resourceId: string, task: string, intervalMs: number): string {
  return `${resourceId}_${task}_${intervalMs}`;
}

/** The key of a notification, `type` being `pre`, `post`, `confirmed-pre`, `confirmed-post`. */
export function notifyKey(resourceId: string, type: string, task: string): string {
  return `${resourceId}_${type}_notify_${task}_0`;
}

/** The parts of a key. */
export interface OperationKeyParts {
  readonly resourceId: string;
  readonly task: string;
  readonly intervalMs: number;
}

/**
 * Takes a key apart. Tasks that have an underscore themselves (`migrate_to`, `pre_notify_start`)
 * are known by name.
 */
export function parseOperationKey(key: string): OperationKeyParts | undefined {
  const end = key.lastIndexOf("_");
  if (end <= 0) return undefined;
  const interval = key.slice(end + 1);
  if (!/^\d+$/.test(interval)) return undefined;
  const rest = key.slice(0, end);
  const compound =
    /^(.+?)_((?:confirmed-)?(?:pre|post)_notify_[a-z]+|migrate_to|migrate_from|clear_failcount)$/
      .exec(rest);
  if (compound !== null) {
    return { resourceId: compound[1]!, task: compound[2]!, intervalMs: Number(interval) };
  }
  const middle = rest.lastIndexOf("_");
  if (middle <= 0) return undefined;
  return {
    resourceId: rest.slice(0, middle),
    task: rest.slice(middle + 1),
    intervalMs: Number(interval),
  };
}

/** The task that marks the end of another for a collective resource, or the same. */
const COMPLETIONS: Readonly<Record<string, string>> = {
  start: "running",
  stop: "stopped",
  promote: "promoted",
  demote: "demoted",
  notify: "notified",
};

const BEGINNINGS: Readonly<Record<string, string>> = {
  running: "start",
  stopped: "stop",
  promoted: "promote",
  demoted: "demote",
  notified: "notify",
};

/** `start` to `running` and so on; what has no completion stays undefined. */
export function completionOf(task: string): string | undefined {
  return COMPLETIONS[task] ?? (task in BEGINNINGS ? task : undefined);
}

/** `running` to `start` and so on; others stay as they are. */
export function beginningOf(task: string): string {
  return BEGINNINGS[task] ?? task;
}
