/**
 * One rule of an ordering, applied to two actions.
 *
 * @module
 */
import type { Action, Node } from "../model.ts";
import { Role } from "../model.ts";
import { bitsOf, clearBecause, firstWithTask } from "../act/action.ts";
import { roleOf } from "../place/resource.ts";
import { Bit, Order } from "./flags.ts";
import { Changed, enqueue, enqueueAfter, type Work } from "./work.ts";

/** One of the things that an ordering may mean, and which properties of the actions it is about. */
export interface Rule {
  /** One flag of `Order`. */
  readonly type: number;
  /** Of `Bit`. */
  readonly about: number;
}

/** Two actions of which one comes first. */
export interface Pair {
  readonly first: Action;
  readonly then: Action;
  /** Of members, only those on this node follow. */
  readonly node: Node | undefined;
}

/**
 * Applies one rule to two actions, members apart.
 *
 * @param flags the properties of `first`, of a whole from its members.
 */
export function updatePlain(
  work: Work,
  { type, about }: Rule,
  { first, then }: Pair,
  flags: number,
): number {
  const firstBefore = bitsOf(first), thenBefore = bitsOf(then);
  const onOptional = (about & Bit.optional) !== 0, onRunnable = (about & Bit.runnable) !== 0;
  if ((type & Order.asymmetrical) !== 0) asymmetrical(first, then);
  if ((type & Order.impliesFirst) !== 0 && !then.optional) {
    // A collective first knows from its members whether it must; one of its own, by its restart.
    if (onOptional && (flags & Bit.optional) === 0) clearBecause(first, "optional", then);
    if ((flags & Bit.migrateRunnable) !== 0 && !then.migrateRunnable) {
      clearBecause(first, "migrateRunnable", then);
    }
  }
  if (
    (type & Order.promotedImpliesFirst) !== 0 && then.resource?.role === Role.promoted &&
    onOptional && !then.optional
  ) {
    clearBecause(first, "optional", then);
    if (first.migrateRunnable && !then.migrateRunnable) {
      clearBecause(first, "migrateRunnable", then);
    }
  }
  if ((type & Order.impliesFirstMigratable) !== 0 && onOptional) {
    if (!then.migrateRunnable || !then.runnable) clearBecause(first, "runnable", then);
    if (!then.optional) clearBecause(first, "optional", then);
  }
  if ((type & Order.pseudoLeft) !== 0 && onOptional && !first.runnable) noLongerAlive(first, then);
  if (
    (type & Order.runnableLeft) !== 0 && onRunnable && then.runnable &&
    (flags & Bit.runnable) === 0
  ) {
    clearBecause(then, "runnable", first);
    clearBecause(then, "migrateRunnable", first);
  }
  if (
    (type & Order.impliesThen) !== 0 && onOptional && then.optional &&
    (flags & Bit.optional) === 0 && !first.migrateRunnable
  ) {
    clearBecause(then, "optional", first);
  }
  if ((type & Order.restart) !== 0) restart(first, then, onOptional, onRunnable);
  let changed = 0;
  if (bitsOf(then) !== thenBefore) {
    changed |= Changed.then;
    // A restart within a cloned group reaches the next member only this way.
    if (then.resource?.parent !== undefined) {
      enqueue(work, then);
      enqueueAfter(work, then);
    }
  }
  if (bitsOf(first) !== firstBefore) changed |= Changed.first;
  return changed;
}

/** What cannot move alive, as into a guest that does not come, cannot be started in that either. */
function noLongerAlive(first: Action, then: Action): void {
  clearBecause(then, "migrateRunnable", first);
  then.pseudo = false;
  if (isOnMissingGuest(then)) clearBecause(then, "runnable", first);
}

function isOnMissingGuest({ node }: Action): boolean {
  if (node?.kind !== "guest" || node.connection === undefined) return false;
  return firstWithTask(node.connection, "start", undefined)?.runnable === false;
}

/** One way: only a `then` that has not happened yet is held up. */
function asymmetrical(first: Action, then: Action): void {
  const { resource } = then;
  if (resource === undefined) return;
  const role = roleOf(resource, true);
  if (role === Role.stopped && then.task === "stop") return;
  if (
    role >= Role.started && then.task === "start" && then.optional && then.node !== undefined &&
    resource.runningOn.length === 1 && resource.runningOn[0] === then.node
  ) {
    return;
  }
  if (first.runnable) return;
  clearBecause(then, "optional", first);
  clearBecause(then, "runnable", first);
}

/** The stop and the start of one restart. */
function restart(first: Action, then: Action, onOptional: boolean, onRunnable: boolean): void {
  const required = onOptional && !then.optional;
  // What should restart but cannot start is stopped all the same.
  const stopOnly = onRunnable && !then.runnable && then.resource?.managed === true &&
    first.resource === then.resource;
  if (!required && !stopOnly) return;
  if (first.runnable || !then.optional) clearBecause(first, "optional", then);
  if (!then.migrateRunnable) clearBecause(first, "migrateRunnable", then);
  if (!first.optional && !first.runnable) clearBecause(then, "runnable", first);
}
