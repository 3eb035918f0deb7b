/**
 * What is free on a node of what resources use up.
 *
 * @module
 */
import type { Node, Resource } from "../model.ts";

/** Which of two nodes has more room: negative if `a`. Compares attribute by attribute. */
export function compareCapacity(a: Node, b: Node): number {
  let more = 0, less = 0;
  for (const [name, free] of a.free) {
    const other = b.free.get(name) ?? 0;
    if (free > other) more++;
    else if (free < other) less++;
  }
  for (const [name, free] of b.free) {
    if (a.free.has(name)) continue;
    if (free > 0) less++;
    else if (free < 0) more++;
  }
  return less - more;
}

/**
 * Takes what a resource uses from a node. Of what the node does not say that it provides, the first
 * use is free, and the others are owed.
 */
export function consume(node: Node, resource: Resource): void {
  for (const [name, value] of resource.utilization) {
    const free = node.free.get(name);
    node.free.set(name, free === undefined ? 0 : free - value);
  }
}

/** Gives it back. */
export function release(node: Node, resource: Resource): void {
  for (const [name, value] of resource.utilization) {
    const free = node.free.get(name);
    node.free.set(name, free === undefined ? 0 : free + value);
  }
}
