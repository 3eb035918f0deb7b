/**
 * What a transition will do, in the lines people know: one for each node and resource it changes.
 *
 * The lines compare where a resource is with where it is to be, and name the change by the
 * actions that bring it about: `Move`, `Recover`, `Restart`, `Promote`... with what it is due to.
 *
 * @module
 */
import { type Action, type Node, type Resource, Role, type WorkingSet } from "../model.ts";
import { currentNode } from "../place/resource.ts";
import { roleText } from "./status_primitive.ts";

/** One change of one resource. */
interface Change {
  readonly word: string;
  readonly resource: Resource;
  readonly from: Node | undefined;
  readonly to: Node | undefined;
  /** The action that decides whether the change can happen. */
  readonly action: Action;
  /** The action that knows the reason. */
  readonly source: Action;
}

/** The lines of the section, fenced nodes first. */
export function transitionSummary(set: WorkingSet): readonly string[] {
  return [...nodeLines(set), ...changeLines(set.resources.flatMap(changesOf))];
}

function nodeLines(set: WorkingSet): readonly string[] {
  const lines: string[] = [];
  for (const action of set.actions.toReversed()) {
    if (action.resource !== undefined || action.optional || action.node === undefined) continue;
    if (action.task !== "stonith") continue;
    const task = `Fence (${action.meta.get("stonith_action") ?? ""})`;
    const { node, reason } = action;
    const inside = node.kind === "guest" ? node.connection?.container?.id : undefined;
    const name = inside === undefined ? node.name : `${node.name} (resource: ${inside})`;
    lines.push(`  * ${task} ${name}${reason === undefined ? "" : ` '${reason}'`}`);
  }
  return lines;
}

/** The changes of a resource and of those it is made of, in the order of the configuration. */
function changesOf(resource: Resource): readonly Change[] {
  if (resource.bundle !== undefined) {
    return resource.bundle.replicas.flatMap(({ ip, container, remote, child }) =>
      [ip, container, remote, child].flatMap((part) => part === undefined ? [] : changesOf(part))
    );
  }
  if (resource.variant !== "primitive") return resource.children.flatMap(changesOf);
  const from = currentNode(resource);
  // A resource under recovery was set to stopped while actions were made for it; it is active.
  if (from !== undefined && resource.role === Role.stopped) resource.role = Role.started;
  if (from === undefined && resource.orphan) return [];
  return primitiveChanges(resource, from, resource.allocatedTo);
}

/** What is about to happen to a primitive: its actions, as far as they make a difference. */
interface Plan {
  readonly resource: Resource;
  readonly from: Node | undefined;
  readonly to: Node | undefined;
  readonly moving: boolean;
  readonly reload: boolean;
  readonly start: Action | undefined;
  readonly stop: Action | undefined;
  readonly promote: Action | undefined;
  readonly demote: Action | undefined;
}

function primitiveChanges(
  resource: Resource,
  from: Node | undefined,
  to: Node | undefined,
): readonly Change[] {
  if (!resource.managed || (from === undefined && to === undefined)) return [];
  const start = find(resource, "start", to);
  const mayStart = start !== undefined && start.runnable;
  const plan: Plan = {
    resource,
    from,
    to,
    moving: from !== undefined && to !== undefined && from !== to,
    reload: resource.actions.some(({ task, optional }) =>
      !optional && (task === "reload" || task === "reload-agent")
    ),
    start,
    // What cannot start again is stopped everywhere: the first of its stops tells whether it can be.
    stop: (mayStart ? find(resource, "stop", from) : firstStop(resource)) ??
      (resource.stopUnexpected ? find(resource, "stop", undefined) : undefined),
    promote: find(resource, "promote", to),
    demote: find(resource, "demote", to),
  };
  return resource.role === resource.nextRole ? sameRole(plan) : otherRole(plan);
}

function change(
  { resource }: Plan,
  word: string,
  [from, to]: readonly [Node | undefined, Node | undefined],
  action: Action | undefined,
  source?: Action,
): readonly Change[] {
  return action === undefined
    ? []
    : [{ word, resource, from, to, action, source: source ?? action }];
}

/** The role stays, perhaps elsewhere or after a restart. */
function sameRole(plan: Plan): readonly Change[] {
  const { resource, from, to, moving, start, stop, promote, demote } = plan;
  const migration = find(resource, "migrate_from", to);
  if (migration?.runnable && from !== undefined) return change(plan, "Migrate", [from, to], start);
  if (plan.reload) return change(plan, "Reload", [from, to], start);
  if (start === undefined || start.optional) {
    return demote !== undefined && promote !== undefined && !demote.optional && !promote.optional
      ? change(plan, "Re-promote", [from, to], promote, demote)
      : [];
  }
  if (!start.runnable) {
    return change(plan, "Stop", [from, undefined], stop, stop?.reason === undefined ? start : stop);
  }
  if (moving) return change(plan, resource.failed ? "Recover" : "Move", [from, to], stop);
  if (resource.failed) return change(plan, "Recover", [from, undefined], stop);
  return change(plan, "Restart", [from, to], start);
}

/** The role becomes another one. */
function otherRole(plan: Plan): readonly Change[] {
  const { resource, from, to, start, stop } = plan;
  const stopped = resource.nextRole === Role.stopped || (start !== undefined && !start.runnable);
  if (stop !== undefined && stopped) {
    return resource.runningOn.flatMap((node) => {
      const here = find(resource, "stop", node);
      const source = here?.reason === undefined ? start : here;
      return change(plan, "Stop", [node, undefined], here, source);
    });
  }
  if (stop !== undefined && resource.failed && resource.stop) {
    return change(plan, "Recover", [from, to], stop, start);
  }
  if (plan.moving) return change(plan, "Move", [from, to], stop);
  if (plan.reload) return change(plan, "Reload", [from, to], start);
  if (stop !== undefined && !stop.optional) return change(plan, "Restart", [from, to], start);
  if (resource.role === Role.promoted) return change(plan, "Demote", [from, to], plan.demote);
  if (resource.nextRole === Role.promoted) return change(plan, "Promote", [from, to], plan.promote);
  if (resource.role === Role.stopped) return change(plan, "Start", [from, to], start);
  return [];
}

function firstStop({ id, actions }: Resource): Action | undefined {
  return actions.find(({ key }) => key === `${id}_stop_0`);
}

/** The action of that task; with a node, the one there or one that belongs to no node yet. */
function find(resource: Resource, task: string, node: Node | undefined): Action | undefined {
  const key = `${resource.id}_${task}_0`;
  return resource.actions.findLast((action) =>
    action.key === key && (node === undefined || action.node === undefined || action.node === node)
  );
}

function changeLines(changes: readonly Change[]): readonly string[] {
  let nameWidth = 5;
  let detailsWidth = 5;
  const rows = changes.map((change) => {
    const { resource: { id } } = change;
    // Two blanks more than the longest name, counted from the name that first was the longest.
    if (id.length > nameWidth) nameWidth = id.length + 2;
    const details = detailsOf(change);
    detailsWidth = Math.max(detailsWidth, details.length);
    return { change, details };
  });
  return rows.map(({ change, details }) => {
    const reason = reasonOf(change);
    return `  * ${change.word.padEnd(8)}   ${change.resource.id.padEnd(nameWidth)}   ` +
      `( ${details.padStart(detailsWidth)} )${reason === "" ? "" : `  ${reason}`}`;
  });
}

function reasonOf({ action, source }: Change): string {
  const blocked = !action.runnable;
  if (source.reason !== undefined) return `due to ${source.reason}${blocked ? " (blocked)" : ""}`;
  return blocked ? "blocked" : "";
}

/** Where from and where to, with roles where the resource has any but "started". */
function detailsOf({ resource, from, to }: Change): string {
  const withRole = resource.role > Role.started || resource.nextRole > Role.unpromoted;
  const sameRole = resource.role === resource.nextRole;
  const role = roleText(resource.role);
  const next = roleText(resource.nextRole);
  const origin = from?.name ?? "";
  const target = to?.name ?? "";
  if (from === undefined) return withRole ? `${role} -> ${next} ${target}` : target;
  if (to === undefined) return withRole ? `${role} ${origin}` : origin;
  if (from === to) {
    if (!sameRole) return `${role} -> ${next} ${origin}`;
    return withRole ? `${role} ${origin}` : origin;
  }
  if (!sameRole) return `${role} ${origin} -> ${next} ${target}`;
  return withRole ? `${origin} -> ${target} ${role}` : `${origin} -> ${target}`;
}
