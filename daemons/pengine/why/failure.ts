/**
 * Failed operations as an administrator needs them: what, where, how, when, and the agent's words.
 *
 * @module
 */
import {
  type Ban,
  type Failure,
  INFINITY,
  type Node,
  type Resource,
  type WorkingSet,
} from "../model.ts";
import { scoreText } from "../place/trace.ts";
import { executionText, exitText } from "../simulate/result_text.ts";
import { failCount } from "../unpack/mod.ts";
import { pairElement } from "./elements.ts";
import { isoTime, type Reason } from "./reason.ts";

/** One failed operation. */
export interface FailedOperation {
  /** `db_stop_0`. */
  readonly operation: string;
  /** `stop`. */
  readonly task: string;
  readonly node: string;
  readonly rc: number;
  /** What that means: `error`. */
  readonly result: string;
  /** How the execution ended: `complete`, `Timed Out`. */
  readonly status: string;
  /** ISO 8601; absent if it is not known. */
  readonly at?: string;
  /** The agent's own words; empty if it gave none. */
  readonly reason: string;
}

/** A failure of the working set, as such. */
export function failedOperation({ node, entry }: Failure): FailedOperation {
  const at = isoTime(entry.lastChangeS);
  return {
    operation: entry.key,
    task: entry.task,
    node: node.name,
    rc: entry.rc,
    result: exitText(entry.rc),
    status: executionText(entry.status),
    ...(at === undefined ? {} : { at }),
    reason: entry.element.attributes["exit-reason"] ?? "",
  };
}

/** It in a sentence without a dot. */
export function failedText(one: FailedOperation): string {
  const { operation, node, rc, result, status, at, reason } = one;
  return `operation ${operation} on ${node} ended with "${result}" (${rc}), ${status}` +
    `${at === undefined ? "" : `, at ${at}`}; ${
      reason === "" ? "the agent gave no reason" : `the agent says: ${reason}`
    }`;
}

/** Failures of a resource on a node that are still listed. */
export const failuresOf = (set: WorkingSet, resource: Resource, node?: Node): readonly Failure[] =>
  set.failures.filter((failure) =>
    failure.resource === resource && (node === undefined || failure.node === node)
  );

/** Results that forbid it a node by themselves, once each: a resource that failed is named for all. */
export function banReasons({ bans }: WorkingSet, resource: Resource, node: Node): Reason[] {
  const texts = new Set<string>();
  for (let one: Resource | undefined = resource; one !== undefined; one = one.parent) {
    for (const ban of bans) {
      if (ban.resource === one && (ban.everywhere || ban.node === node)) texts.add(banText(ban));
    }
  }
  return [...texts].map((text) => ({ kind: "failures", text, score: -INFINITY }));
}

function banText({ resource, node, entry: { key, rc }, everywhere }: Ban): string {
  return `operation ${key} on ${node.name} ended with "${exitText(rc)}" (${rc}), which forbids ` +
    `${everywhere ? "every node" : "this node"} until: ha resource cleanup ${resource.id} ` +
    node.name;
}

/** What its failures on a node mean for it there; undefined if nothing. */
export function failureReason(
  set: WorkingSet,
  resource: Resource,
  node: Node,
): Reason | undefined {
  const { count } = failCount(set, node, resource, { effective: true, fillers: true });
  if (count === 0) return undefined;
  const threshold = resource.migrationThreshold;
  const forbids = threshold > 0 && count >= threshold;
  const last = failuresOf(set, resource, node).at(-1);
  const what = count >= INFINITY
    ? "its fail count there is INFINITY"
    : `it failed there ${count === 1 ? "once" : `${count} times`}`;
  const element = pairElement(resource, "migration-threshold");
  return {
    kind: "failures",
    text: `${what}, its migration-threshold is ${scoreText(threshold)}` +
      (last === undefined ? "" : `; ${failedText(failedOperation(last))}`),
    score: forbids ? -INFINITY : 0,
    ...(element === undefined ? {} : { element }),
  };
}
