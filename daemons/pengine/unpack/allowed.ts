/**
 * Where a resource may run, as far as configuration and history say so by themselves.
 *
 * @module
 */
import type { Node, Resource, WorkingSet } from "../model.ts";
import { addScores, INFINITY } from "./score.ts";

/** Adds a score on one node, to the resource or, if it is collective, to its members. */
export function addScore(resource: Resource, node: Node, score: number): void {
  for (const member of resource.children) addScore(member, node, score);
  const candidate = resource.allowed.get(node);
  if (candidate === undefined) {
    resource.allowed.set(node, {
      node,
      score: addScores(score, node.score),
      discovery: node.discovery,
      count: 0,
    });
  } else candidate.score = addScores(candidate.score, score);
}

/** Forbids a resource and its members to run anywhere. */
export function forbidEverywhere(set: WorkingSet, resource: Resource): void {
  for (const node of set.nodes) addScore(resource, node, -INFINITY);
}

/** Forbids this very resource to run anywhere, whatever was said before. */
export function banEverywhere(set: WorkingSet, resource: Resource): void {
  resource.allowed.clear();
  for (const node of set.nodes) {
    resource.allowed.set(node, { node, score: -INFINITY, discovery: node.discovery, count: 0 });
  }
}
