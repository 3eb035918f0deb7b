/**
 * Colocation, seen from the primary: it is drawn to where its dependents would like to be, weighed
 * by the score of the constraint, and they in turn to where theirs would.
 *
 * All that is heard for one resource is added up in lists beside the list of its nodes. A primary
 * may have thousands of dependents, and each of its instances hears all of them.
 *
 * @module
 */
import {
  type Candidate,
  type Colocation,
  INFINITY,
  type Node,
  type Resource,
  Role,
} from "../model.ts";
import { attributeName, hasInfluence } from "./colocation.ts";
import { spend } from "./colocation_steps.ts";
import { valueFor } from "./colocation_value.ts";
import { asDependent, asPrimary } from "./colocations_of.ts";
import { isUsable } from "./node.ts";
import { addScores } from "./score.ts";

/** How the scores of others are added; see {@linkcode addByColocations}. */
export interface AddOptions {
  /** Whose table it is that the scores are added to. */
  readonly owner: Resource;
  /** Undo if nothing would be left. */
  readonly rollback?: boolean;
  /** Do not let a positive score become negative. */
  readonly positive?: boolean;
  /** Follow to primaries instead of to dependents. */
  readonly forward?: boolean;
}

/** A node taken out of the comparison for good. */
const FILTERED = -INFINITY * 100;

/** What stays the same while one resource hears others. */
interface Hearing {
  readonly nodes: readonly Node[];
  readonly usable: readonly boolean[];
  readonly owner: Resource;
  readonly positive: boolean;
  readonly forward: boolean;
}

/** How much the scores of another resource count, and by which colocation they do. */
interface Weight {
  readonly colocation: Colocation;
  readonly factor: number;
  /** Undo if nothing would be left. */
  readonly rollback: boolean;
}

/** Who is heard, and by which colocation. */
export interface Heard {
  readonly other: Resource;
  readonly colocation: Colocation;
}

/**
 * Adds to a table what others, and those colocated with them in turn, think of each node, weighed
 * by their colocations: one after the other.
 */
export function addByColocations(
  table: ReadonlyMap<Node, Candidate>,
  heard: readonly Heard[],
  { owner, rollback = false, positive = false, forward = false }: AddOptions,
): void {
  if (heard.length === 0) return;
  const nodes = [...table.keys()];
  const before = Array.from(table.values(), ({ score }) => score);
  const hearing = { nodes, usable: nodes.map(isUsable), owner, positive, forward };
  let sums: readonly number[] = before;
  for (const { other, colocation } of heard) {
    const by = { colocation, factor: colocation.score / INFINITY, rollback };
    sums = hear(hearing, other, sums, by);
  }
  if (sums === before) return;
  let at = 0;
  for (const candidate of table.values()) candidate.score = sums[at++]!;
}

/** What is asked while this lasts does not lead back to `resource`: a loop of colocations ends. */
export function whileMerging<T>(resource: Resource, work: () => T): T {
  const outer = resource.merging;
  resource.merging = true;
  try {
    return work();
  } finally {
    resource.merging = outer;
  }
}

/** What follows a resource by colocations, as it is heard for that. */
export const dependentsBy = (colocations: readonly Colocation[]): readonly Heard[] =>
  colocations.map((colocation) => ({ other: colocation.dependent, colocation }));

/** What a resource follows by colocations, as it is heard for that. */
export const primariesBy = (colocations: readonly Colocation[]): readonly Heard[] =>
  colocations.map((colocation) => ({ other: colocation.primary, colocation }));

/** @returns new sums, or the same list if nothing was added to it. */
function hear(
  hearing: Hearing,
  resource: Resource,
  scores: readonly number[],
  by: Weight,
): readonly number[] {
  spend(by.colocation, resource.merging ? 1 : scores.length);
  if (resource.merging) return scores;
  const add = resource.variant === "group" ? hearGroup : hearOne;
  return whileMerging(resource, () => add(hearing, resource, scores, by));
}

function hearOne(
  hearing: Hearing,
  resource: Resource,
  scores: readonly number[],
  by: Weight,
): readonly number[] {
  let sums = withOwnScores(hearing, resource, scores, by);
  if (isAnyLeft(hearing, sums)) {
    const list = hearing.forward ? asDependent(resource) : asPrimary(resource);
    for (const colocation of list) {
      if (!hearing.forward && !hasInfluence(colocation, undefined)) continue;
      const other = hearing.forward ? colocation.primary : colocation.dependent;
      // Each colocation on the way there sets the weight of those further away.
      const factor = by.factor * colocation.score / INFINITY;
      sums = hear(hearing, other, sums, { colocation, factor, rollback: true });
    }
  } else if (by.rollback) {
    return scores;
  }
  return hearing.positive && sums.includes(FILTERED)
    ? sums.map((score) => score === FILTERED ? 1 : score)
    : sums;
}

function isAnyLeft({ usable }: Hearing, scores: readonly number[]): boolean {
  for (let at = 0; at < usable.length; at++) if (usable[at] && scores[at]! >= 0) return true;
  return false;
}

/** Members follow each other, so that one of them knows what all others think. */
function hearGroup(
  hearing: Hearing,
  group: Resource,
  scores: readonly number[],
  by: Weight,
): readonly number[] {
  const member = group.children.at(hearing.forward ? -1 : 0);
  return member === undefined ? scores : hear(hearing, member, scores, by);
}

/** @returns new sums, or the same list where the resource is indifferent. */
function withOwnScores(
  hearing: Hearing,
  resource: Resource,
  scores: readonly number[],
  { colocation, factor }: Weight,
): readonly number[] {
  const own = ownScores(hearing, resource, colocation);
  let sums: number[] | undefined;
  for (let at = 0; at < own.length; at++) {
    const score = own[at]!, before = scores[at]!;
    // Where a dependent that wants to be apart would not go, the primary is not drawn to, unless
    // that leaves the dependent only one place, and the primary may move for that.
    if (factor < 0 && score < 0 && !mayPush(colocation, score)) continue;
    if (before === FILTERED) continue;
    const sum = withWeight(before, weightOf(factor, score), hearing.positive);
    if (sum !== before) (sums ??= scores.slice())[at] = sum;
  }
  return sums ?? scores;
}

function weightOf(factor: number, score: number): number {
  const exact = factor * score;
  const weight = exact < 0 ? Math.ceil(exact - 0.5) : Math.floor(exact + 0.5);
  if (weight !== 0 || score === 0) return weight;
  return factor > 0 ? 1 : factor < 0 ? -1 : 0;
}

function withWeight(before: number, weight: number, positive: boolean): number {
  const sum = addScores(weight, before);
  if (!positive || sum >= 0) return sum;
  if (before > 0) return FILTERED;
  return before === 0 ? before : sum;
}

/** A primary that sticks at least as much as the dependent dislikes the node stays. */
const mayPush = (colocation: Colocation, score: number): boolean =>
  colocation.primary.stickiness < -score && hasInfluence(colocation, undefined) &&
  isAllowedOnOne(colocation.dependent);

function isAllowedOnOne({ allowed }: Resource): boolean {
  let count = 0;
  for (const { score } of allowed.values()) if (score >= 0 && ++count > 1) return false;
  return count === 1;
}

/** For each node, the best score the resource gives to any usable one that counts as the same. */
function ownScores(
  { nodes, usable, owner }: Hearing,
  resource: Resource,
  colocation: Colocation,
): readonly number[] {
  const ofGroup = locationsOfGroup(resource, colocation);
  const scoreOf = (candidate: Candidate | undefined): number =>
    candidate === undefined
      ? -INFINITY
      : addScores(candidate.score, ofGroup === none ? 0 : ofGroup.get(candidate.node) ?? 0);
  const attribute = attributeName(colocation);
  if (attribute === undefined && colocation.steps.byNode) {
    const { allowed } = resource;
    const inOrder = allowed.size === nodes.length ? allowed.values() : undefined;
    return nodes.map((node, at) => {
      // Nearly all tables list the nodes in one order.
      const next = inOrder?.next().value;
      return usable[at] ? scoreOf(next?.node === node ? next : allowed.get(node)) : -INFINITY;
    });
  }
  const name = attribute ?? "#uname";
  const best = new Map<string | undefined, number>();
  for (const candidate of resource.allowed.values()) {
    if (!isUsable(candidate.node)) continue;
    const value = valueFor(candidate.node, name, resource);
    const score = scoreOf(candidate);
    if (score > (best.get(value) ?? -INFINITY)) best.set(value, score);
  }
  return nodes.map((node) => best.get(valueFor(node, name, owner)) ?? -INFINITY);
}

/**
 * Only the first member carries the constraints of a group; another one that is colocated by itself
 * still is bound by it.
 */
function locationsOfGroup(
  resource: Resource,
  { dependent, explicit }: Colocation,
): ReadonlyMap<Node, number> {
  const { parent } = resource;
  if (
    resource !== dependent || !explicit || parent?.variant !== "group" ||
    parent.children[0] === resource
  ) return none;
  const sums = new Map<Node, number>();
  for (const location of parent.locations) {
    if (location.role > Role.started) continue;
    for (const [node, score] of location.scores) {
      sums.set(node, addScores(sums.get(node) ?? 0, score));
    }
  }
  return sums;
}

const none: ReadonlyMap<Node, number> = new Map();
