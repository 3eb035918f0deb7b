/**
 * Actions: making one, finding those there are, and what is noted on them.
 *
 * @module
 */
import type { Action, Node, Resource, WorkingSet } from "../model.ts";
import { findOperation, operationOptions } from "../unpack/mod.ts";
import { Bit } from "../order/flags.ts";
import { operationKey, parseOperationKey } from "./keys.ts";

/** What is wanted of an action. */
export interface ActionWish {
  readonly key: string;
  readonly task: string;
  readonly node?: Node | undefined;
  readonly optional: boolean;
}

/** An action that belongs to no resource, one for each key. */
export function clusterAction(set: WorkingSet, wish: ActionWish): Action {
  let action = set.singletons.get(wish.key);
  if (action === undefined) {
    action = newAction(set, undefined, wish);
    set.singletons.set(wish.key, action);
  }
  if (!wish.optional) action.optional = false;
  return action;
}

/** Actions of a resource by key, on any node. */
export function findActions(resource: Resource, key: string): Action[] {
  return [...known(resource, key)];
}

/** The same on a node. Those that have no node yet get this one. */
export function claimActions(resource: Resource, key: string, node: Node): Action[] {
  const found = known(resource, key)
    .filter((action) => action.node === undefined || action.node === node);
  for (const action of found) action.node = node;
  return found;
}

/** Actions of a resource by task, on a node; without `exactly` those without node count too. */
export function tasksOf(
  resource: Resource,
  task: string,
  node: Node | undefined,
  exactly: boolean,
): Action[] {
  const key = operationKey(resource.id, task, 0);
  if (node === undefined) return exactly ? [] : findActions(resource, key);
  if (!exactly) return claimActions(resource, key, node);
  return known(resource, key).filter((action) => action.node === node);
}

/** The latest action with a task on a node (any, if none is given). */
export function firstWithTask(
  resource: Resource,
  taskName: string,
  node: Node | undefined,
): Action | undefined {
  return resource.actions.findLast((action) =>
    action.task === taskName &&
    (node === undefined || action.node === undefined || action.node === node)
  );
}

/** The latest action with a key. */
export function firstWithKey(resource: Resource, key: string): Action | undefined {
  return known(resource, key).at(-1);
}

const none: readonly Action[] = [];

const known = (resource: Resource, key: string): readonly Action[] =>
  resource.actionsByKey.get(key) ?? none;

/** The four properties that orderings know, as bits. */
export function bitsOf(action: Action): number {
  return (action.optional ? Bit.optional : 0) | (action.runnable ? Bit.runnable : 0) |
    (action.pseudo ? Bit.pseudo : 0) | (action.migrateRunnable ? Bit.migrateRunnable : 0);
}

/** Why an action is what it is: the first reason stands, unless overwritten. */
export function setReason(action: Action, reason: string | undefined, overwrite: boolean): void {
  if (action.reason !== undefined && !overwrite) return;
  if (reason === undefined) delete action.reason;
  else action.reason = reason;
}

/** Takes one of the properties away from an action because of another, and says so. */
export function clearBecause(
  action: Action,
  what: "optional" | "runnable" | "migrateRunnable",
  because: Action,
): void {
  if (!action[what]) return;
  action[what] = false;
  if (action.resource === because.resource) return; // Of itself it is no reason.
  const word = what === "optional"
    ? "required"
    : what === "runnable"
    ? "unrunnable"
    : "unmigrateable";
  const name = because.resource === undefined ? "" : ` ${because.resource.id}`;
  setReason(action, `${word}${name} ${because.task}`, what === "migrateRunnable");
}

/** The result that is expected, for the executor to compare with. */
export function expectResult(action: Action, code: number): void {
  action.meta.set("op_target_rc", String(code));
}

/** What an action is until something is known of it. */
const flags = {
  pseudo: false,
  runnable: true,
  printAlways: false,
  implied: false,
  migrateRunnable: false,
  dangle: false,
  rescheduled: false,
  dumped: false,
  requiresAny: false,
} as const;

/** A new action, as it is before anything is known of it. */
export function newAction(
  set: WorkingSet,
  resource: Resource | undefined,
  wish: ActionWish,
): Action {
  const parts = parseOperationKey(wish.key);
  const intervalMs = parts?.intervalMs ?? 0;
  // What is configured for notify holds for its marks as well, and that of a monitor for its end.
  const task = wish.key.includes("_notify_") ? "notify" : parts?.task ?? wish.task;
  const operation = resource === undefined
    ? undefined
    : findOperation(resource, task, intervalMs, true);
  const options = resource === undefined
    ? undefined
    : operationOptions(set, resource, wish.task, intervalMs, operation);
  const action: Action = {
    id: set.actions.length + 1,
    task: wish.task,
    key: wish.key,
    ...(resource === undefined ? {} : { resource }),
    ...(wish.node === undefined ? {} : { node: wish.node }),
    ...(operation === undefined ? {} : { operation }),
    ...flags,
    optional: wish.optional,
    needs: options?.needs ?? "nothing",
    priority: 0,
    intervalMs,
    startDelayMs: options?.startDelayMs ?? 0,
    // They were made for this action alone.
    meta: options?.meta ?? new Map(),
    extra: options?.extra ?? new Map(),
    before: [],
    after: [],
    runnableBefore: 0,
    requiredRunnableBefore: 0,
  };
  if (resource !== undefined) {
    resource.actions.push(action);
    const alike = resource.actionsByKey.get(wish.key);
    if (alike === undefined) resource.actionsByKey.set(wish.key, [action]);
    else alike.push(action);
  }
  set.actions.push(action);
  return action;
}
