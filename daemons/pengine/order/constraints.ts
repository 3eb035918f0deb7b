/**
 * Configured orders, unfolded to orderings of tasks.
 *
 * @module
 */
import type { Action, OrderConstraint, OrderKind, OrderPair, OrderSet } from "../model.ts";
import type { OrderSets, Resource, WorkingSet } from "../model.ts";
import { clusterAction } from "../act/action.ts";
import { Order } from "./flags.ts";
import { order, task } from "./ordering.ts";

/** Unfolds all configured orders. */
export function applyOrderConstraints(set: WorkingSet): void {
  for (const constraint of set.orders) unfold(set, constraint);
}

function unfold(set: WorkingSet, constraint: OrderConstraint): void {
  switch (constraint.type) {
    case "pair":
      return pair(set, constraint);
    case "sets":
      return sets(set, constraint);
  }
}

type Symmetry = "symmetric" | "asymmetric" | "inverse";

/** What a kind of order means for two tasks. */
function flagsFor(kind: OrderKind, first: string, symmetry: Symmetry): number {
  switch (kind) {
    case "optional":
      return Order.optional;
    case "serialize":
      return Order.optional | Order.serializeOnly;
    case "mandatory":
      if (symmetry === "asymmetric") return Order.optional | Order.asymmetrical;
      if (symmetry === "inverse") return Order.optional | Order.impliesFirst;
      return first === "start" || first === "promote"
        ? Order.optional | Order.impliesThen | Order.runnableLeft
        : Order.optional | Order.impliesThen;
  }
}

const INVERSES: Readonly<Record<string, string>> = {
  start: "stop",
  stop: "start",
  promote: "demote",
  demote: "promote",
  started: "stop",
  stopped: "start",
  promoted: "demote",
  demoted: "promote",
};

function pair(set: WorkingSet, constraint: OrderPair): void {
  const { first, then, firstAction, thenAction, kind, symmetrical } = constraint;
  let flags = flagsFor(kind, firstAction, symmetrical ? "symmetric" : "asymmetric");
  // Old configurations ask for a restart after an optional first this way.
  if (kind === "optional" && then.restartType === "restart") flags |= Order.impliesThen;
  const enough = neededInstances(constraint);
  if (enough > 0) {
    const met = anyOf(set, `clone-one-or-more:${constraint.id}`, enough);
    for (const child of first.children) {
      order(
        set,
        task(child, firstAction),
        { action: met },
        Order.oneOrMore | Order.impliesThenPrinted,
      );
    }
    order(set, { action: met }, task(then, thenAction), flags | Order.runnableLeft);
  } else {
    order(set, task(first, firstAction), task(then, thenAction), flags);
  }
  if (!symmetrical) return;
  const firstInverse = INVERSES[firstAction], thenInverse = INVERSES[thenAction];
  if (firstInverse === undefined || thenInverse === undefined) return;
  order(
    set,
    task(then, thenInverse),
    task(first, firstInverse),
    flagsFor(kind, thenInverse, "inverse"),
  );
}

/** How many instances of a clone are enough, if not all that there will be. */
function neededInstances(constraint: OrderPair): number {
  const { first } = constraint;
  if (first.variant !== "clone") return 0;
  const min = first.clone?.min ?? 0;
  if (min > 0) return min;
  return constraint.requireAll ? 0 : 1;
}

/** The mark that is reached when some of its inputs are. */
function anyOf(set: WorkingSet, key: string, required: number): Action {
  const mark = clusterAction(set, { key, task: key, optional: true });
  mark.pseudo = true;
  mark.runnable = true;
  mark.requiresAny = true;
  mark.requiredRunnableBefore = required;
  return mark;
}

function sets(set: WorkingSet, constraint: OrderSets): void {
  let last: OrderSet | undefined;
  for (const one of constraint.sets) {
    within(set, one);
    if (last !== undefined) {
      const symmetry = constraint.symmetrical ? "symmetric" : "asymmetric";
      between(set, last, one, constraint.kind, symmetry);
      if (constraint.symmetrical) between(set, one, last, constraint.kind, "inverse");
    }
    last = one;
  }
}

function within(set: WorkingSet, one: OrderSet): void {
  const { resources, kind, action } = one;
  const flags = flagsFor(kind, action, one.symmetrical ? "symmetric" : "asymmetric");
  resources.forEach((resource, index) => {
    if (kind === "serialize") {
      for (const later of resources.slice(index + 1)) {
        order(set, task(resource, action), task(later, action), flags);
      }
    } else if (one.sequential) {
      const before = resources[index - 1];
      if (before !== undefined) order(set, task(before, action), task(resource, action), flags);
    }
  });
  const inverse = INVERSES[action];
  if (!one.symmetrical || !one.sequential || inverse === undefined) return;
  const back = flagsFor(kind, inverse, "inverse");
  resources.forEach((resource, index) => {
    const before = resources[index - 1];
    if (before !== undefined) order(set, task(resource, inverse), task(before, inverse), back);
  });
}

function between(
  set: WorkingSet,
  first: OrderSet,
  then: OrderSet,
  kind: OrderKind,
  symmetry: Symmetry,
): void {
  const inverse = symmetry === "inverse";
  const firstAction = inverse ? INVERSES[first.action] : first.action;
  const thenAction = inverse ? INVERSES[then.action] : then.action;
  if (firstAction === undefined || thenAction === undefined) return;
  const flags = flagsFor(kind, firstAction, symmetry);
  // That some are enough is about what comes up; of what goes down all are waited for.
  if (!first.requireAll && /^(start|promote)$/.test(firstAction)) {
    const mark = anyOf(set, `one-or-more:${first.id}`, 0);
    for (const resource of first.resources) {
      order(
        set,
        task(resource, firstAction),
        { action: mark },
        Order.oneOrMore | Order.impliesThenPrinted,
      );
    }
    for (const resource of then.resources) {
      order(set, { action: mark }, task(resource, thenAction), flags | Order.runnableLeft);
    }
    return;
  }
  for (const a of edge(first, !inverse)) {
    for (const b of edge(then, inverse)) {
      order(set, task(a, firstAction), task(b, thenAction), flags);
    }
  }
}

/** Of a set that says to be sequential only the end that touches the other set counts. */
function edge(one: OrderSet, last: boolean): readonly Resource[] {
  if (!one.linked) return one.resources;
  return last ? one.resources.slice(-1) : one.resources.slice(0, 1);
}
