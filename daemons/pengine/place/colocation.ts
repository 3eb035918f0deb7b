/**
 * Colocation: how the place of one resource changes the scores of another. A dependent is drawn to
 * (or banned from) where its primary was placed. The other way round is `colocated_scores.ts`.
 *
 * @module
 */
import { type Colocation, INFINITY, type Node, type Resource, Role } from "../model.ts";
import { anyAvailable, assignCandidates, copyCandidates } from "./node.ts";
import { valueFor } from "./colocation_value.ts";
import { nodeOf } from "./resource.ts";
import { addScores } from "./score.ts";

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

/** The attribute's name, or undefined where it is the node itself. */
export function attributeName(colocation: Colocation): string | undefined {
  const name = colocation.nodeAttribute;
  return name === "#uname" || name === "" ? undefined : name;
}

function attributeOf(node: Node, colocation: Colocation, of: Resource): string | undefined {
  return valueFor(node, attributeName(colocation) ?? "#id", of);
}
