/**
 * The actions that bring a primitive from the role it has to the role it is to have.
 *
 * @module
 */
import { type Node, type Resource, Role, type WorkingSet } from "../model.ts";
import { orderActions } from "../order/ordering.ts";
import { Order } from "../order/flags.ts";
import { activeNodes } from "../place/resource.ts";
import { setNextRole } from "../place/role.ts";
import { setReason, tasksOf } from "./action.ts";
import { taskAction } from "./resource_action.ts";
import { fencingAction } from "./fencing_action.ts";
import { canMigrate, createMigration } from "./migrate.ts";
import { createRecurring } from "./recurring.ts";
import { orderAfterUnfencing } from "./unfence.ts";

/** Creates all actions of a primitive except its probes. */
export function createPrimitiveActions(set: WorkingSet, resource: Resource): void {
  if (resource.nextRole === Role.unknown) {
    if (resource.allocatedTo === undefined) setNextRole(resource, Role.stopped, "assignment");
    else setNextRole(resource, Role.started, "assignment");
  }
  const { node: current, all, clean } = activeNodes(resource);
  for (const node of resource.danglingMigrations) {
    const stop = taskAction(set, resource, "stop", node, false);
    stop.dangle = true;
  }
  const home = resource.allocatedTo;
  const moving = current !== undefined && home !== undefined && current !== home &&
    resource.nextRole >= Role.started;
  const move = settleMove(resource, current, { moving, all, clean });
  if (resource.startPending) {
    taskAction(set, resource, "start", home, true).printAlways = true;
  }
  let { needStop } = move;
  let needPromote = false;
  if (moving) {
    // What follows is about resources that stay where they are.
  } else if (resource.failed) {
    if (resource.stop) needStop = true;
    else if (resource.nextRole === Role.promoted) needPromote = true;
  } else if (resource.blocked) {
    needStop = true;
  } else if (resource.role > Role.started && current !== undefined && home !== undefined) {
    if (!taskAction(set, resource, "start", home, true).optional) needStop = true;
  }
  restart(set, resource, current, { needStop, needPromote });
  transition(set, resource);
  createRecurring(set, resource);
  if (move.migrate && current !== undefined) createMigration(set, resource, current);
}

/** Whether a resource moves alive, and whether it has to stop because it moves or runs too often. */
function settleMove(
  resource: Resource,
  current: Node | undefined,
  { moving, all, clean }: {
    readonly moving: boolean;
    /** Nodes on which it is active, and those of them that are clean. */
    readonly all: number;
    readonly clean: number;
  },
): { readonly migrate: boolean; readonly needStop: boolean } {
  let migrate = moving && current !== undefined && canMigrate(resource, current);
  // Even a migration stops the resource where it was.
  let needStop = moving;
  let multiplyActive = false;
  const { partialMigrationSource: source, partialMigrationTarget: target } = resource;
  if (
    source !== undefined && target !== undefined && migrate && all === 2 && current === source &&
    resource.allocatedTo === target
  ) {
    // The migration under way goes on as it was begun.
  } else if (source !== undefined || target !== undefined) {
    needStop = true;
    delete resource.partialMigrationSource;
    delete resource.partialMigrationTarget;
    migrate = false;
  } else {
    // Without fencing, what is on an unclean node does not count as active.
    multiplyActive = (resource.needsFencing ? all : clean) > 1;
  }
  if (multiplyActive) {
    if (resource.multipleActive === "stop_start") needStop = true;
    else if (resource.multipleActive === "stop_unexpected") {
      needStop = true;
      resource.stopUnexpected = true;
    }
  } else {
    resource.stopUnexpected = false;
  }
  return { migrate, needStop };
}

/** The next role on the way from one to another. */
function step(from: Role, to: Role): Role {
  switch (from) {
    case Role.unknown:
      return Role.stopped;
    case Role.stopped:
      return to === Role.promoted ? Role.unpromoted : to === Role.unknown ? Role.stopped : to;
    case Role.started:
      return to === Role.unknown ? Role.stopped : to;
    case Role.unpromoted:
      return to === Role.promoted || to === Role.unpromoted ? to : Role.stopped;
    case Role.promoted:
      return to === Role.promoted ? Role.promoted : Role.unpromoted;
  }
}

function restart(
  set: WorkingSet,
  resource: Resource,
  current: Node | undefined,
  { needStop, needPromote }: { readonly needStop: boolean; readonly needPromote: boolean },
): void {
  resource.restarting = true;
  let role = resource.role;
  while (role !== Role.stopped) {
    const next = step(role, Role.stopped);
    act(set, resource, [role, next], current, !needStop);
    role = next;
  }
  while (resource.role <= resource.nextRole && role !== resource.role && !resource.blocked) {
    const next = step(role, resource.role);
    const required = needStop || (next === Role.promoted && needPromote);
    act(set, resource, [role, next], resource.allocatedTo, !required);
    role = next;
  }
  resource.restarting = false;
}

function transition(set: WorkingSet, resource: Resource): void {
  let role = resource.role;
  while (role !== resource.nextRole) {
    const next = step(role, resource.nextRole);
    if (next === role) break;
    act(set, resource, [role, next], resource.allocatedTo, false);
    role = next;
  }
}

/** The action that a step from one role to another takes. */
function act(
  set: WorkingSet,
  resource: Resource,
  [from, to]: readonly [Role, Role],
  node: Node | undefined,
  optional: boolean,
): void {
  if (from === to) return;
  if (from === Role.promoted) demote(set, resource, optional);
  else if (to === Role.promoted) promote(set, resource, node, optional);
  else if (from === Role.stopped) {
    if (to >= Role.started) start(set, resource, node, optional);
  } else if (to === Role.stopped) stop(set, resource, optional);
}

function start(set: WorkingSet, resource: Resource, node: Node | undefined, optional: boolean) {
  const action = taskAction(set, resource, "start", node, true);
  orderAfterUnfencing(set, resource, node, action, Order.impliesThen);
  if (action.runnable && !optional) action.optional = false;
  if (isExpectedNode(resource, node)) action.pseudo = true;
}

function promote(set: WorkingSet, resource: Resource, node: Node | undefined, optional: boolean) {
  const starts = tasksOf(resource, "start", node, true);
  if (starts.every((one) => one.runnable)) {
    // What it may need of unfencing, its start has waited for.
    const action = taskAction(set, resource, "promote", node, optional);
    if (isExpectedNode(resource, node)) action.pseudo = true;
  } else {
    for (const action of tasksOf(resource, "promote", node, true)) action.runnable = false;
  }
}

function demote(set: WorkingSet, resource: Resource, optional: boolean) {
  for (const node of resource.runningOn) {
    if (!isExpectedNode(resource, node)) taskAction(set, resource, "demote", node, optional);
  }
}

function stop(set: WorkingSet, resource: Resource, wished: boolean) {
  let optional = wished;
  for (const node of [...resource.runningOn]) {
    if (isExpectedNode(resource, node)) continue;
    if (resource.partialMigrationTarget !== undefined) {
      if (node === resource.partialMigrationTarget && node === resource.allocatedTo) continue;
      optional = false;
    }
    const action = taskAction(set, resource, "stop", node, optional);
    if (resource.allocatedTo === undefined) setReason(action, "node availability", true);
    else if (resource.restarting && resource.stopUnexpected) {
      setReason(action, "being multiply active", true);
    }
    if (!resource.managed) action.runnable = false;
    if (resource.needsUnfencing && set.enableUnfencing) {
      const unfence = fencingAction(set, node, { operation: "on", optional: true });
      orderActions(action, unfence, Order.impliesFirst);
    }
  }
}

/**
 * Where a resource that is active too often, and to be stopped only where it is unexpected, may
 * stay: no stop and no real start is needed there.
 */
function isExpectedNode(resource: Resource, node: Node | undefined): boolean {
  return resource.stopUnexpected && resource.restarting && resource.nextRole > Role.stopped &&
    resource.allocatedTo === node;
}
