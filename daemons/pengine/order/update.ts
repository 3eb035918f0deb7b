/**
 * The orderings of all actions, applied until nothing changes: which action becomes required, or
 * cannot run. What one of them does is in `relation.ts`, and each of its rules in `rule.ts` and
 * `members.ts`.
 *
 * The rules only ever take away (optional, runnable), save for marks that need "some of" their
 * inputs, so that an end is always reached.
 *
 * @module
 */
import type { Action, WorkingSet } from "../model.ts";
import { bitsOf } from "../act/action.ts";
import { blockDependents } from "./colocated.ts";
import { actionFlags } from "./collective.ts";
import { Bit, Order } from "./flags.ts";
import { updateRelation } from "./relation.ts";
import { Changed, enqueue, enqueueAfter, type Work } from "./work.ts";

/** Applies the rules to all actions until nothing changes. */
export function updateAll(set: WorkingSet): void {
  const work: Work = {
    set,
    queue: [],
    queued: new Set(),
    depth: 0,
    // Each step takes something away from some action, so this bound is never met in practice.
    budget: 1_000_000 + set.actions.length * 500,
    update: (then) => update(work, then),
  };
  // What cannot run to begin with takes its dependents along, before anything else is looked at.
  for (const action of set.actions.toReversed()) blockDependents(work, action, false);
  for (const action of set.actions.toReversed()) settle(work, action);
  // A mark becomes required with its members, which may have been after it was looked at. Then what
  // was to move alive behind it cannot.
  for (const action of set.actions.toReversed()) {
    if (stopsUnderMigration(action)) settle(work, action);
  }
}

function settle(work: Work, action: Action): void {
  update(work, action);
  for (let next = work.queue.pop(); next !== undefined; next = work.queue.pop()) {
    work.queued.delete(next);
    update(work, next);
  }
}

/** Whether a collective has to stop while something that must stop before it would move alive. */
function stopsUnderMigration(action: Action): boolean {
  if (action.resource === undefined || action.resource.variant === "primitive") return false;
  if (action.migrateRunnable) return false;
  const first = action.before.some(({ type, action: { migrateRunnable } }) =>
    (type & Order.impliesFirst) !== 0 && migrateRunnable
  );
  return first && (actionFlags(action, undefined) & Bit.optional) === 0;
}

function update(work: Work, then: Action): void {
  if (work.budget-- <= 0) return;
  let changed: number = Changed.none;
  const before = bitsOf(then);
  if (then.requiresAny) {
    // Counted again each time, as inputs come and go.
    then.runnableBefore = 0;
    if (then.requiredRunnableBefore === 0) then.requiredRunnableBefore = 1;
    then.runnable = false;
  }
  // The latest order is heard first: it gives the reason that people see.
  for (let index = then.before.length - 1; index >= 0; index--) {
    changed |= updateRelation(work, then, then.before[index]!);
  }
  if (then.requiresAny) {
    changed = bitsOf(then) !== before ? changed | Changed.then : changed & ~Changed.then;
  }
  if ((changed & Changed.then) !== 0) {
    if ((before & Bit.runnable) !== 0 && !then.runnable) blockDependents(work, then, true);
    enqueue(work, then);
    enqueueAfter(work, then);
  }
}
