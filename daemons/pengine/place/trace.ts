/**
 * The scores as they were when a decision was made: the raw material of "why is it here".
 *
 * @module
 */
import { INFINITY, type Node, type Resource, type WorkingSet } from "../model.ts";

/** One line: what `resource` thought of `node` when `phase` decided. */
export interface ScoreRecord {
  /** The step that decided, as the field names it. */
  readonly phase: string;
  /** Id, with the number of an instance. */
  readonly resource: string;
  /** Name; empty where an instance has no place. */
  readonly node: string;
  /** Within plus and minus infinity (1,000,000). */
  readonly score: number;
}

const records = new WeakMap<WorkingSet, ScoreRecord[]>();
const untraced = new WeakSet<WorkingSet>();

/** Nobody will ask for the scores of this run: none is recorded. */
export function leaveUntraced(set: WorkingSet): void {
  untraced.add(set);
}

/** A resource and what it takes from the node it was given. */
export interface UseRecord {
  readonly resource: Resource;
  readonly node: Node;
}

const uses = new WeakMap<WorkingSet, UseRecord[]>();

/** Notes that a resource was given a node. */
export function recordUse(set: WorkingSet, resource: Resource, node: Node): void {
  const list = uses.get(set);
  if (list === undefined) uses.set(set, [{ resource, node }]);
  else list.push({ resource, node });
}

/** What nodes provide, what was taken from them in which order, and what is left, as lines. */
export function capacityLines(set: WorkingSet): readonly string[] {
  const amounts = (of: ReadonlyMap<string, number>): string =>
    [...of].sort(([a], [b]) => a < b ? -1 : 1).map(([name, value]) => ` ${name}=${value}`).join("");
  return [
    ...set.nodes.map((one) => `Original: ${one.name} capacity:${amounts(one.utilization)}`),
    ...(uses.get(set) ?? []).map(({ resource, node }) =>
      `pcmk__finalize_assignment: ${resource.id} utilization on ${node.name}:` +
      amounts(resource.utilization)
    ),
    ...set.nodes.map((one) => `Remaining: ${one.name} capacity:${amounts(one.free)}`),
  ];
}

/** The records of a run. */
export function scoresOf(set: WorkingSet): readonly ScoreRecord[] {
  return records.get(set) ?? [];
}

/** Adds one record. */
export function record(set: WorkingSet, entry: ScoreRecord): void {
  if (untraced.has(set)) return;
  const list = records.get(set);
  if (list === undefined) records.set(set, [entry]);
  else list.push(entry);
}

/** Records all scores of a resource, and with `deep` those of its members. */
export function recordScores(
  set: WorkingSet,
  phase: string,
  resource: Resource,
  deep = false,
): void {
  if (resource.orphan || untraced.has(set)) return;
  for (const { node, score } of resource.allowed.values()) {
    record(set, { phase, resource: resource.id, node: node.name, score });
  }
  if (deep) { for (const child of resource.children) recordScores(set, phase, child, true); }
}

/** A score as people write it. */
export function scoreText(score: number): string {
  return score >= INFINITY ? "INFINITY" : score <= -INFINITY ? "-INFINITY" : String(score);
}

/** A record as a line of text. */
export function scoreLine(entry: ScoreRecord): string {
  const { phase, resource, node, score } = entry;
  if (phase === "promotion") {
    const where = node === "" ? "(inactive)" : `on ${node}`;
    return `${resource} promotion score ${where}: ${scoreText(score)}`;
  }
  return `${phase}: ${resource} allocation score on ${node}: ${scoreText(score)}`;
}
