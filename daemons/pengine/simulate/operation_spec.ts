/**
 * The `RESOURCE_TASK_INTERVAL@NODE=RC` by which people name the result of an operation.
 *
 * @module
 */

/** A result of one operation on one node. */
export interface OperationSpec {
  /** As it was written. */
  readonly text: string;
  readonly resource: string;
  readonly task: string;
  readonly intervalMs: number;
  readonly node: string;
  /** What the agent returns. */
  readonly rc: number;
}

/** Tasks whose names hold an underscore, which is what parts the fields too. */
const longTasks = ["migrate_to", "migrate_from", "lrm_delete"] as const;

/** Reads a specification; a text that says what is wrong with it where it is none. */
export function parseOperationSpec(text: string): OperationSpec | string {
  const found = /^([^@]+)@([^=]+)=(-?\d+)$/.exec(text);
  if (found === null) {
    return `Cannot read "${text}": an operation is written RESOURCE_TASK_INTERVAL@NODE=RC, ` +
      `for example db_monitor_10000@node1=7`;
  }
  const key = parseOperationKey(found[1]!);
  if (key === undefined) {
    return `Cannot read "${text}": "${found[1]}" is no operation key; it is written ` +
      `RESOURCE_TASK_INTERVAL with the interval in milliseconds, for example db_start_0`;
  }
  return { text, ...key, node: found[2]!, rc: Number(found[3]) };
}

/** Takes an operation key apart: the resource may hold underscores as well. */
export function parseOperationKey(
  key: string,
): { readonly resource: string; readonly task: string; readonly intervalMs: number } | undefined {
  const found = /^(.+)_(\d+)$/.exec(key);
  if (found === null) return undefined;
  const named = found[1]!;
  const long = longTasks.find((task) => named.endsWith(`_${task}`));
  const notify = /^(.+)_((?:confirmed-)?(?:pre|post)_notify_[^_]+)$/.exec(named);
  const at = long !== undefined
    ? named.length - long.length - 1
    : notify !== null
    ? notify[1]!.length
    : named.lastIndexOf("_");
  if (at < 1 || at === named.length - 1) return undefined;
  return {
    resource: named.slice(0, at),
    task: named.slice(at + 1),
    intervalMs: Number(found[2]),
  };
}
