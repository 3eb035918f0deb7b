/**
 * Colocation: how the place of one resource changes the scores of another.
 *
 * Forward: a dependent is drawn to (or banned from) where its primary was placed. Backward: a
 * primary is drawn to where its dependents would like to be, weighed by the constraint's score.
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
import { anyAvailable, assignCandidates, copyCandidates, isUsable } from "./node.ts";
import { valueFor } from "./colocation_value.ts";
import { asDependent, asPrimary } from "./colocations_of.ts";
import { nodeOf } from "./resource.ts";
import { addScores } from "./score.ts";
import { spend } from "./colocation_steps.ts";

/** What a colocation changes now: the dependent's place, its promotion, or nothing. */
export type Effect = "nothing" | "location" | "role";

/** Which effect a colocation has at this point of the run. */
export function effectOf(
  dependent: Resource,
  primary: Resource,
  colocation: Colocation,
  preview: boolean,
): Effect {
  if (!preview && primary.provisional) return "nothing";
  if (
    colocation.dependentRole >= Role.unpromoted && dependent.parent?.promotable === true &&
    !dependent.provisional
  ) {
    return "role";
  }
  if (!preview && !dependent.provisional) return "nothing";
  const { dependentRole, primaryRole } = colocation;
  if (dependentRole !== Role.unknown && dependentRole !== dependent.nextRole) return "nothing";
  if (primaryRole !== Role.unknown && primaryRole !== primary.nextRole) return "nothing";
  return "location";
}

/**
 * Whether a dependent may move its primary: if configured, or as long as the primary is inactive.
 * A bundle's connection never moves a healthy, active container.
 */
export function hasInfluence(colocation: Colocation, primary: Resource | undefined): boolean {
  const resource = primary ?? colocation.primary;
  if (
    colocation.dependent.allowRemoteRemotes && !resource.failed && resource.runningOn.length === 1
  ) {
    return false;
  }
  return colocation.influence || resource.runningOn.length === 0;
}

/** Applies a colocation to one primitive dependent and one primitive primary. */
export function applyToPrimitive(
  dependent: Resource,
  primary: Resource,
  colocation: Colocation,
): void {
  switch (effectOf(dependent, primary, colocation, false)) {
    case "role":
      return applyToPriority(dependent, primary, colocation);
    case "location":
      return applyToScores(dependent, primary, colocation);
    case "nothing":
  }
}

function applyToScores(dependent: Resource, primary: Resource, colocation: Colocation): void {
  const { score } = colocation;
  const home = primary.allocatedTo;
  if (home === undefined && score < 0) return;
  const value = home === undefined ? undefined : attributeOf(home, colocation, primary);
  const work = copyCandidates(dependent.allowed);
  for (const candidate of work.values()) {
    if (home === undefined) {
      candidate.score = addScores(-score, candidate.score);
    } else if (attributeOf(candidate.node, colocation, dependent) === value) {
      if (score < INFINITY) candidate.score = addScores(score, candidate.score);
    } else if (score >= INFINITY) {
      candidate.score = addScores(-score, candidate.score);
    }
  }
  if (score <= -INFINITY || score >= INFINITY || anyAvailable(work)) {
    assignCandidates(dependent.allowed, work);
  }
}

function applyToPriority(dependent: Resource, primary: Resource, colocation: Colocation): void {
  const { score, dependentRole, primaryRole } = colocation;
  const [first] = dependent.children;
  // The first member of a group carries its constraints.
  if (first !== undefined) applyToPriority(first, primary, colocation);
  const here = nodeOf(dependent, false);
  if (here === undefined) return;
  const there = primary.allocatedTo;
  const same = there !== undefined &&
    attributeOf(here, colocation, dependent) === attributeOf(there, colocation, primary);
  if (!same) {
    if (score >= INFINITY && dependentRole === Role.promoted) dependent.priority = -INFINITY;
    return;
  }
  if (primaryRole !== Role.unknown && primaryRole !== primary.nextRole) return;
  const sign = dependentRole === Role.unpromoted ? -1 : 1;
  dependent.priority = addScores(sign * score, dependent.priority);
}

/** How the scores of others are added; see {@linkcode addByColocation}. */
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

/** How much the scores of another resource count, and by which colocation they do. */
interface Weight {
  readonly colocation: Colocation;
  readonly factor: number;
}

/**
 * Adds to `nodes` what `resource`, and those colocated with it in turn, think of each node.
 *
 * @returns the new table, or the same one if it was rolled back
 */
function addColocatedScores(
  resource: Resource,
  nodes: Map<Node, Candidate>,
  by: Weight,
  options: AddOptions,
): Map<Node, Candidate> {
  spend(by.colocation, resource.merging ? 1 : nodes.size);
  if (resource.merging) return nodes;
  const add = resource.variant === "group" ? addGroupScores : addOwnScores;
  return whileMerging(resource, () => add(resource, nodes, by, options));
}

/** The same by a colocation, with the weight that it has. */
export function addByColocation(
  other: Resource,
  nodes: Map<Node, Candidate>,
  colocation: Colocation,
  options: AddOptions,
): Map<Node, Candidate> {
  return addColocatedScores(
    other,
    nodes,
    { colocation, factor: colocation.score / INFINITY },
    options,
  );
}

function addOwnScores(
  resource: Resource,
  nodes: Map<Node, Candidate>,
  by: Weight,
  options: AddOptions,
): Map<Node, Candidate> {
  let work = copyCandidates(nodes);
  addMatching(work, resource, by, options);
  if (anyAvailable(work)) {
    const list = options.forward === true ? asDependent(resource) : asPrimary(resource);
    for (const colocation of list) {
      if (options.forward !== true && !hasInfluence(colocation, undefined)) continue;
      const other = options.forward === true ? colocation.primary : colocation.dependent;
      // Each colocation on the way there sets the weight of those further away.
      const further = { colocation, factor: by.factor * colocation.score / INFINITY };
      work = addColocatedScores(other, work, further, { ...options, rollback: true });
    }
  } else if (options.rollback === true) {
    return nodes;
  }
  if (options.positive === true) {
    for (const candidate of work.values()) if (candidate.score === FILTERED) candidate.score = 1;
  }
  return work;
}

/** Members follow each other, so that one of them knows what all others think. */
function addGroupScores(
  group: Resource,
  nodes: Map<Node, Candidate>,
  by: Weight,
  options: AddOptions,
): Map<Node, Candidate> {
  const member = group.children.at(options.forward === true ? -1 : 0);
  return member === undefined ? nodes : addColocatedScores(member, nodes, by, options);
}

function addMatching(
  nodes: Map<Node, Candidate>,
  resource: Resource,
  { colocation, factor }: Weight,
  { owner, positive = false }: AddOptions,
): void {
  const name = attributeName(colocation) ?? "#uname";
  const best = bestByValue(resource, name, colocation);
  for (const candidate of nodes.values()) {
    const score = best.get(valueFor(candidate.node, name, owner)) ?? -INFINITY;
    // Where a dependent that wants to be apart would not go, the primary is not drawn to, unless
    // that leaves the dependent only one place, and the primary may move for that.
    if (factor < 0 && score < 0 && !mayPush(colocation, score)) continue;
    if (candidate.score === FILTERED) continue;
    const exact = factor * score;
    let weight = exact < 0 ? Math.ceil(exact - 0.5) : Math.floor(exact + 0.5);
    if (weight === 0 && score !== 0) weight = factor > 0 ? 1 : factor < 0 ? -1 : 0;
    const sum = addScores(weight, candidate.score);
    if (positive && sum < 0 && candidate.score > 0) {
      candidate.score = FILTERED;
      continue;
    }
    if (positive && sum < 0 && candidate.score === 0) continue;
    candidate.score = sum;
  }
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

/** The best score the resource gives to any usable node, by value of the attribute. */
function bestByValue(
  resource: Resource,
  name: string,
  colocation: Colocation,
): Map<string | undefined, number> {
  const best = new Map<string | undefined, number>();
  const ofGroup = locationsOfGroup(resource, colocation);
  for (const candidate of resource.allowed.values()) {
    if (!isUsable(candidate.node)) continue;
    const value = valueFor(candidate.node, name, resource);
    const known = best.get(value) ?? -INFINITY;
    const score = addScores(candidate.score, ofGroup.get(candidate.node) ?? 0);
    if (score > known) best.set(value, score);
  }
  return best;
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

/** The attribute's name, or undefined where it is the node itself. */
export function attributeName(colocation: Colocation): string | undefined {
  const name = colocation.nodeAttribute;
  return name === "#uname" || name === "" ? undefined : name;
}

function attributeOf(node: Node, colocation: Colocation, of: Resource): string | undefined {
  return valueFor(node, attributeName(colocation) ?? "#id", of);
}
