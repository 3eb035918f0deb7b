/**
 * Counts failures of resources in the CIB, where the policy engine finds them:
 * `fail-count-web#monitor_10000` and `last-failure-web#monitor_10000`, attributes of the node.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";
import { attributeOf, setAttributes } from "../crmd/doors/status.ts";
import type { CibChange } from "../runtime/messages.ts";

/** A failed operation, as the CIB records it. */
export interface Failure {
  readonly nodeId: string;
  readonly resource: string;
  readonly task: string;
  readonly intervalMs: number;
}

/** What a failed start or stop counts, from the graph: a number or `INFINITY`. */
export interface FailureOffsets {
  readonly start: string;
  readonly stop: string;
}

/** The field's name for "for good". */
export const infinity = "INFINITY";
const infinityNumber = 1_000_000;

/** The changes that count a failure; none if failures of that kind are not counted. */
export function countFailure(
  root: XmlElement,
  { nodeId, resource, task, intervalMs }: Failure,
  offsets: FailureOffsets,
  nowS: number,
): readonly CibChange[] {
  const counted = intervalMs > 0 || ["start", "stop", "promote", "demote"].includes(task);
  if (!counted) return [];
  const name = `${resource}#${task}_${intervalMs}`;
  const before = attributeOf(root, nodeId, `fail-count-${name}`);
  const offset = task === "start" ? offsets.start : task === "stop" ? offsets.stop : "1";
  return setAttributes(root, nodeId, {
    [`fail-count-${name}`]: added(before, offset || infinity),
    [`last-failure-${name}`]: String(nowS),
  });
}

function added(before: string | undefined, offset: string): string {
  const sum = numberOf(before ?? "0") + numberOf(offset);
  return sum >= infinityNumber ? infinity : String(sum);
}

const numberOf = (text: string): number =>
  text.toUpperCase().replace(/^\+/, "") === infinity
    ? infinityNumber
    : Number.isFinite(Number(text))
    ? Number(text)
    : 1;
