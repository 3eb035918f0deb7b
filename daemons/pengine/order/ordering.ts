/**
 * Putting two actions, or two tasks of resources, in order.
 *
 * Most orders are stated before the actions exist ("the stop of A before the stop of B"): these
 * are kept as orderings and applied once all actions are there. Where both actions exist already,
 * they are related at once.
 *
 * @module
 */
import type { Action, Ordering, Resource, WorkingSet } from "../model.ts";
import { operationKey, parseOperationKey } from "../act/keys.ts";
import { Order } from "./flags.ts";

/** One end of an ordering: an action, or a task (a key) of a resource. */
export interface End {
  readonly action?: Action | undefined;
  readonly resource?: Resource | undefined;
  readonly key?: string | undefined;
}

/** The end that is a task of a resource. */
export function task(resource: Resource, name: string): End {
  return { resource, key: operationKey(resource.id, name, 0) };
}

/** Which types already relate two actions; a relation adds to it what is new only. */
const related = new WeakMap<Action, Map<Action, number>>();

/**
 * Relates two actions at once.
 *
 * @returns whether that was new
 */
export function orderActions(first: Action, then: Action, type: number): boolean {
  if (type === Order.none || first === then) return false;
  let known = related.get(first);
  if (known === undefined) related.set(first, known = new Map());
  const before = known.get(then) ?? 0;
  // That two never run at once says nothing of which of them needs the other.
  const told = (type & Order.serializeOnly) === 0 ? type : Order.serializeOnly;
  if ((before & told) !== 0) return false;
  known.set(then, before | told);
  first.after.push({ type, action: then, written: false });
  then.before.push({ type, action: first, written: false });
  return true;
}

/** States an ordering, to be applied when all actions are there. */
export function order(set: WorkingSet, first: End, then: End, type: number): void {
  const firstResource = first.resource ?? first.action?.resource;
  const thenResource = then.resource ?? then.action?.resource;
  const ordering: Ordering = {
    id: set.nextOrderId++,
    type,
    first: first.action,
    firstResource,
    firstTask: first.key ?? first.action?.key,
    then: then.action,
    thenResource,
    thenTask: then.key ?? then.action?.key,
  };
  set.orderings.push(ordering);
  orderMigrationAlike(set, ordering);
}

/** Start after start. */
export function orderStarts(set: WorkingSet, first: Resource, then: Resource, type: number): void {
  if (type !== Order.none) order(set, task(first, "start"), task(then, "start"), type);
}

/** Stop after stop. */
export function orderStops(set: WorkingSet, first: Resource, then: Resource, type: number): void {
  if (type !== Order.none) order(set, task(first, "stop"), task(then, "stop"), type);
}

/**
 * A migration stands for a stop and a start, so what is ordered to these is ordered to it.
 */
function orderMigrationAlike(set: WorkingSet, ordering: Ordering): void {
  const { firstResource: a, thenResource: b } = ordering;
  if (a === undefined || b === undefined || a === b) return;
  if (!a.allowMigrate && !b.allowMigrate) return;
  if (isWithin(a, b) || isWithin(b, a)) return;
  const firstTask = taskOf(ordering.first, ordering.firstTask);
  const thenTask = taskOf(ordering.then, ordering.thenTask);
  const also = (name: string, then: string, type: number) =>
    order(set, task(a, name), task(b, then), type);
  const nonMigratable = a.allowMigrate ? Order.firstNonMigratable : 0;
  if (firstTask === "start" && thenTask === "start") {
    if (a.allowMigrate && b.allowMigrate) also("migrate_from", "migrate_to", Order.optional);
    if (b.allowMigrate) also("start", "migrate_to", Order.optional | nonMigratable);
  } else if (b.allowMigrate && firstTask === "stop" && thenTask === "stop") {
    also("stop", "migrate_to", Order.optional | nonMigratable);
    if (b.partialMigrationTarget !== undefined) {
      also("stop", "migrate_from", Order.optional | nonMigratable);
    }
  } else if (b.allowMigrate && firstTask === "promote" && thenTask === "start") {
    also("promote", "migrate_to", Order.optional);
  } else if (b.allowMigrate && firstTask === "demote" && thenTask === "stop") {
    also("demote", "migrate_to", Order.optional);
    if (b.partialMigrationTarget !== undefined) also("demote", "migrate_from", Order.optional);
  }
}

/** Whether `inner` is somewhere within `outer`. */
export function isWithin(inner: Resource, outer: Resource): boolean {
  for (let up = inner.parent; up !== undefined; up = up.parent) if (up === outer) return true;
  return false;
}

function taskOf(action: Action | undefined, key: string | undefined): string | undefined {
  if (action !== undefined) return action.task;
  return key === undefined ? undefined : parseOperationKey(key)?.task;
}
