/**
 * Fail counts as the cluster keeps them: transient attributes of the node where it failed.
 *
 * @module
 */
import { append, childrenNamed, type EditableElement, ensure } from "./cib_edit.ts";

/** What failed. */
export interface CountedFailure {
  readonly resource: string;
  readonly task: string;
  readonly intervalMs: number;
  readonly rc: number;
  /** Seconds since 1970. */
  readonly atS: number;
}

/**
 * Counts a failure on a node.
 *
 * @returns the lines that say so. None for what is no failure: success, and a probe that found
 * the resource stopped.
 */
export function countFailure(state: EditableElement, failure: CountedFailure): readonly string[] {
  const { resource, task, intervalMs, rc } = failure;
  if (rc === 0 || (rc === 7 && intervalMs === 0)) return [];
  const what = `${resource}#${task}_${intervalMs}`;
  const node = state.attributes.id ?? "";
  const count = attribute(state, `fail-count-${what}`);
  count.attributes.value = String(counted(count.attributes.value));
  attribute(state, `last-failure-${what}`).attributes.value = String(failure.atS);
  const into = `into /node_state '${node}'`;
  return [
    `  * Injecting attribute fail-count-${what}=value++ ${into}`,
    `  * Injecting attribute last-failure-${what}=${failure.atS} ${into}`,
  ];
}

/** A count that is infinite stays so. */
function counted(value: string | undefined): number | string {
  if (value === undefined) return 1;
  const before = Number(value);
  return Number.isFinite(before) ? Math.min(before + 1, 1_000_000) : value;
}

/** The transient attribute of that name, made if there is none. */
function attribute(state: EditableElement, name: string): EditableElement {
  const node = state.attributes.id ?? "";
  const set = ensure(ensure(state, "transient_attributes", { id: node }), "instance_attributes", {
    id: node,
  });
  return childrenNamed(set, "nvpair").find(({ attributes }) => attributes.name === name) ??
    append(set, "nvpair", { id: xmlId(`${set.attributes.id}-${name}`), name });
}

/** An id that XML allows. */
const xmlId = (text: string): string => text.replace(/[^A-Za-z0-9_.-]/g, ".");
