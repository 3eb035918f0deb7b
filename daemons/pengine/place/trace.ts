/**
 * The scores as they were when a decision was made: the raw material of "why is it here".
 *
 * @module
 */
import { INFINITY, type Resource, type WorkingSet } from "../model.ts";

/** One line: what `resource` thought of `node` when `phase` decided. */
export interface ScoreRecord {
  /** The step that decided, as the field names it. */
  readonly phase: string;
  /** Id, with the number of an instance. */
  readonly resource: string;
  /** Name, or "none". */
  readonly node: string;
  /** Within plus and minus infinity (1,000,000). */
  readonly score: number;
}

const records = new WeakMap<WorkingSet, ScoreRecord[]>();

/** The records of a run. */
export function scoresOf(set: WorkingSet): readonly ScoreRecord[] {
  return records.get(set) ?? [];
}

/** Adds one record. */
export function record(set: WorkingSet, entry: ScoreRecord): void {
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
  if (resource.orphan) return;
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
  if (phase === "promotion") return `${resource} promotion score on ${node}: ${scoreText(score)}`;
  return `${phase}: ${resource} allocation score on ${node}: ${scoreText(score)}`;
}
