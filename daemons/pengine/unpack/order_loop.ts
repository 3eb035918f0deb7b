/**
 * Orders that wait for each other: none of their resources would ever start.
 *
 * @module
 */
import type { OrderPair, Resource } from "../model.ts";
import { report, type Unpacking } from "./unpacking.ts";

/** Reports every mandatory order that is part of a circle. */
export function reportLoops(unpacking: Unpacking): void {
  const { set: { orders }, find } = unpacking;
  const pairs = orders.filter((order): order is OrderPair =>
    order.type === "pair" && order.kind === "mandatory" && order.firstAction === order.thenAction
  );
  const circles = circlesOf(pairs);
  for (const { id, first, then } of pairs) {
    const circle = circles.get(first);
    if (first !== then && (circle === undefined || circle !== circles.get(then))) continue;
    const element = find("rsc_order", id);
    if (element === undefined) continue;
    report(
      unpacking,
      "warning",
      element,
      `Order "${id}" is part of a circle: "${first.id}" is to come before "${then.id}", which is ` +
        `to come before it. Remove one of the orders between them.`,
    );
  }
}

/** For each resource in a circle (with another) the number of that circle: Tarjan, unrolled. */
function circlesOf(pairs: readonly OrderPair[]): ReadonlyMap<Resource, number> {
  const next = new Map<Resource, Resource[]>();
  for (const { first, then } of pairs) {
    const known = next.get(first);
    if (known === undefined) next.set(first, [then]);
    else known.push(then);
  }
  const found = new Map<Resource, { index: number; low: number; open: boolean }>();
  const stack: Resource[] = [];
  const circles = new Map<Resource, number>();
  for (const start of next.keys()) {
    if (found.has(start)) continue;
    const path: { resource: Resource; at: number }[] = [];
    const enter = (resource: Resource): void => {
      found.set(resource, { index: found.size, low: found.size, open: true });
      stack.push(resource);
      path.push({ resource, at: 0 });
    };
    enter(start);
    for (let step = path.at(-1); step !== undefined; step = path.at(-1)) {
      const mark = found.get(step.resource)!;
      const to = next.get(step.resource)?.[step.at++];
      if (to !== undefined) {
        const other = found.get(to);
        if (other === undefined) enter(to);
        else if (other.open) mark.low = Math.min(mark.low, other.index);
        continue;
      }
      path.pop();
      const above = path.at(-1);
      if (above !== undefined) {
        const aboveMark = found.get(above.resource)!;
        aboveMark.low = Math.min(aboveMark.low, mark.low);
      }
      if (mark.low !== mark.index) continue;
      const members = stack.splice(stack.lastIndexOf(step.resource));
      for (const member of members) {
        found.get(member)!.open = false;
        if (members.length > 1) circles.set(member, mark.index);
      }
    }
  }
  return circles;
}
