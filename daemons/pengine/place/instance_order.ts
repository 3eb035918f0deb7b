/**
 * In which order the instances of a clone choose their nodes: those that can stay come first,
 * failed and inactive ones last.
 *
 * @module
 */
import { type Candidate, INFINITY, type Node, type Resource } from "../model.ts";
import { addByColocations, dependentsBy, primariesBy } from "./colocated_scores.ts";
import { hasInfluence } from "./colocation.ts";
import { asDependent, asPrimary } from "./colocations_of.ts";
import { isUsable } from "./node.ts";
import { currentNode, nodesOf } from "./resource.ts";

/**
 * Compares the instances of one clone, for one sort of them: what they think of their nodes, with
 * all heard that are colocated with the clone, is added up once for each.
 */
export function instanceOrder(): (a: Resource, b: Resource) => number {
  const known = new Map<Resource, number>();
  const scoreOn = (instance: Resource, node: Node): number => {
    let score = known.get(instance);
    if (score === undefined) known.set(instance, score = colocatedScore(instance, node));
    return score;
  };
  return (a, b) => compareInstances(a, b, scoreOn);
}

function compareInstances(
  a: Resource,
  b: Resource,
  scoreOn: (instance: Resource, node: Node) => number,
): number {
  const countA = nodesOf(a, true).size, countB = nodesOf(b, true).size;
  if (countA > 0 && countB > 0 && countA !== countB) return countA - countB;
  const startA = currentNode(a), startB = currentNode(b);
  const nodeA = stillAllowed(a, startA), nodeB = stillAllowed(b, startB);
  const lostA = startA !== undefined && nodeA === undefined;
  const lostB = startB !== undefined && nodeB === undefined;
  if (lostA !== lostB) return lostA ? 1 : -1;
  if (a.priority !== b.priority) return b.priority - a.priority;
  if (nodeA === undefined || nodeB === undefined) {
    if (nodeA === nodeB) return 0;
    return nodeA === undefined ? 1 : -1;
  }
  const canA = isUsable(nodeA), canB = isUsable(nodeB);
  if (canA !== canB) return canA ? -1 : 1;
  const shareA = a.parent?.allowed.get(nodeA), shareB = b.parent?.allowed.get(nodeB);
  if (shareA === undefined || shareB === undefined) {
    if (shareA === shareB) return 0;
    return shareA === undefined ? 1 : -1;
  }
  if (shareA.count !== shareB.count) return shareA.count - shareB.count;
  const failedA = hasFailed(a), failedB = hasFailed(b);
  if (failedA !== failedB) return failedA ? 1 : -1;
  const scoreA = scoreOn(a, nodeA), scoreB = scoreOn(b, nodeB);
  if (scoreA !== scoreB) return scoreB - scoreA;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

function stillAllowed(instance: Resource, node: Node | undefined): Node | undefined {
  if (node === undefined) return undefined;
  const candidate = instance.allowed.get(node);
  return candidate === undefined || candidate.score < 0 ? undefined : node;
}

function hasFailed(resource: Resource): boolean {
  return resource.failed || resource.children.some(hasFailed);
}

/** What the instance thinks of its node, with those heard that are colocated with the clone. */
function colocatedScore(instance: Resource, node: Node): number {
  const own: Candidate = { node, score: node.score, discovery: "always", count: 0 };
  const table = new Map<Node, Candidate>([[node, own]]);
  const parent = instance.parent;
  if (parent !== undefined) {
    addByColocations(table, primariesBy(asDependent(parent)), { owner: instance });
    const heard = asPrimary(parent).filter((colocation) => hasInfluence(colocation, instance));
    addByColocations(table, dependentsBy(heard), { owner: instance, positive: true });
  }
  return table.get(node)?.score ?? -INFINITY;
}
