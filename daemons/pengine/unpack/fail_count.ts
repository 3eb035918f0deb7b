/**
 * Fail counts, which nodes keep as attributes: `fail-count-RESOURCE#OPERATION_INTERVAL`.
 *
 * @module
 */
import type { FailCountQuery, HistoryEntry, Node, Resource, WorkingSet } from "../model.ts";
import { operationKey } from "../act/keys.ts";
import { parseInterval } from "./interval.ts";
import { addScores, parseInteger, parseScore } from "./score.ts";
import { compareVersions } from "./version.ts";

interface Count {
  count: number;
  lastFailureS: number;
}

/** Counts of a node, by resource and whether an operation was named; rebuilt when it changes. */
interface Counts {
  readonly size: number;
  readonly byName: ReadonlyMap<string, Count>;
}

const known = new WeakMap<Node, Counts>();

/** The fail count of a resource on a node, and when it last failed there. */
export function failCount(
  set: WorkingSet,
  node: Node,
  resource: Resource,
  query: FailCountQuery,
): { readonly count: number; readonly lastFailureS: number } {
  const counted = countOf(set, node, resource, query);
  // What is about to be cleared is no reason to leave a node.
  if (counted.count > 0 && query.fillers && isCleared(set, resource, node)) {
    return { count: 0, lastFailureS: 0 };
  }
  return counted;
}

function countOf(set: WorkingSet, node: Node, resource: Resource, query: FailCountQuery): Count {
  const counts = countsOf(node);
  const own = counts.byName.size === 0 ? undefined : sumOf(set, resource, counts);
  let { count, lastFailureS } = own ?? { count: 0, lastFailureS: 0 };
  if (count > 0 && resource.failureTimeoutMs > 0) {
    // What failure blocks stays so until someone looks at it.
    if (failureBlocks(set, node, resource, query.entry)) resource.failureTimeoutMs = 0;
    else if (
      query.effective && lastFailureS > 0 &&
      set.nowS > lastFailureS + resource.failureTimeoutMs / 1000
    ) count = 0;
  }
  if (query.fillers && resource.fillers.length > 0 && resource.parent?.variant !== "bundle") {
    for (const filler of resource.fillers) {
      const inside = countOf(set, node, filler, query);
      count = addScores(count, inside.count);
      lastFailureS = Math.max(lastFailureS, inside.lastFailureS);
    }
  }
  return { count, lastFailureS };
}

function isCleared({ clearFailCounts }: WorkingSet, resource: Resource, node: Node): boolean {
  return clearFailCounts.some((clear) => clear.resource === resource && clear.node === node);
}

function sumOf(set: WorkingSet, resource: Resource, { byName }: Counts): Count {
  const name = resource.globallyUnique
    ? resource.historyId
    : resource.historyId.replace(/:\d+$/, "");
  const names = [`${name}#`];
  if (!resource.globallyUnique) names.push(`${name}:*#`);
  // The counts of feature sets before 3.0.13 name no operation.
  if (compareVersions(set.cib.attributes.crm_feature_set, "3.0.13") < 0) {
    names.push(...names.map((one) => one.slice(0, -1)));
  }
  const sum: Count = { count: 0, lastFailureS: 0 };
  for (const one of names) {
    const found = byName.get(one);
    if (found === undefined) continue;
    sum.count = addScores(sum.count, found.count);
    sum.lastFailureS = Math.max(sum.lastFailureS, found.lastFailureS);
  }
  return sum;
}

function countsOf(node: Node): Counts {
  const before = known.get(node);
  if (before !== undefined && before.size === node.attributes.size) return before;
  const byName = new Map<string, Count>();
  for (const [name, value] of node.attributes) {
    const found = /^(fail-count|last-failure)-(.*?)(#.+_\d+)?$/.exec(name);
    if (found === null) continue;
    const marker = found[3] === undefined ? "" : "#";
    const base = found[2]!;
    const names = [base + marker];
    // Numbered instances count for their anonymous clone.
    if (/:\d+$/.test(base)) names.push(base.replace(/:\d+$/, ":*") + marker);
    for (const key of names) {
      let count = byName.get(key);
      if (count === undefined) byName.set(key, count = { count: 0, lastFailureS: 0 });
      if (found[1] === "fail-count") count.count = addScores(count.count, parseScore(value));
      else count.lastFailureS = Math.max(count.lastFailureS, parseInteger(value) ?? 0);
    }
  }
  const counts = { size: node.attributes.size, byName };
  known.set(node, counts);
  return counts;
}

/** Whether an operation that is configured to block on failure is the one that failed. */
function failureBlocks(
  set: WorkingSet,
  node: Node,
  resource: Resource,
  entry: HistoryEntry | undefined,
): boolean {
  const blocking = resource.operations.filter(({ element }) =>
    element.attributes["on-fail"] === "block"
  );
  if (blocking.length === 0) return false;
  const id = resource.id.replace(/:\d+$/, "");
  const last = `${id}_last_failure_0`.toLowerCase();
  // What failed shows in the record of the last failure or in that of a recurring operation.
  const matches = ({ id: recorded, key, rc, targetRc }: HistoryEntry): boolean => {
    const failed = recorded.toLowerCase() === last || (recorded === key && rc !== targetRc);
    return failed &&
      blocking.some(({ name, element }) =>
        key === operationKey(id, name, parseInterval(element.attributes.interval))
      );
  };
  if (entry !== undefined) return matches(entry);
  const recorded = set.history.get(node)?.get(id);
  const failure = recorded?.entries.find((one) => one.id === `${id}_last_failure_0`);
  return failure !== undefined && matches(failure);
}
