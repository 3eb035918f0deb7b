/**
 * One action as the transition has it: names, place, agent, attributes.
 *
 * @module
 */
import type { Action, Node, Resource, WorkingSet } from "../model.ts";
import type { ActionKind, TransitionAction } from "../../runtime/transition.ts";
import { notifyKey, operationKey } from "../act/keys.ts";
import { remoteMaintenanceChanges } from "../act/maintenance.ts";
import { connectionHost } from "../act/route.ts";
import { currentNode } from "../place/resource.ts";
import { resourceParameters } from "../unpack/mod.ts";

/** Describes an action. */
export function describeAction(set: WorkingSet, action: Action): TransitionAction {
  const kind = kindOf(action);
  const { resource, node } = action;
  const key = externalKey(action);
  // A mark in time belongs to no node, but for the fencing of a guest, which is one too.
  const placed = kind !== "pseudo_event" || action.task === "stonith" ? node : undefined;
  const router = placed === undefined ? undefined : connectionHost(action);
  const downed = placed === undefined ? [] : downedBy(action);
  const maintenance = action.task === "maintenance_nodes" ? maintenanceChanges(set) : [];
  return {
    id: action.id,
    kind,
    task: action.task,
    operationKey: key,
    ...(key === action.key ? {} : { internalOperationKey: action.key }),
    ...(placed === undefined ? {} : { onNode: placed.name, onNodeUuid: placed.id }),
    ...(router === undefined ? {} : { routerNode: router.name }),
    ...(resource?.agent === undefined || action.pseudo ? {} : { resource: agentOf(resource) }),
    ...(action.task === "lrm_delete" ? { mode: "cib" as const } : {}),
    attributes: attributesOf(set, action, placed),
    ...(downed.length === 0 ? {} : { downed }),
    ...(maintenance.length === 0 ? {} : { maintenance }),
    canFail: action.meta.get("can_fail") === "true",
  };
}

function kindOf(action: Action): ActionKind {
  switch (action.task) {
    case "stonith":
      return action.pseudo ? "pseudo_event" : "crm_event";
    case "do_shutdown":
    case "clear_failcount":
    case "lrm_delete":
      return "crm_event";
    default:
      return action.pseudo ? "pseudo_event" : "rsc_op";
  }
}

/** The key as the status section names the operation: without numbers of anonymous instances. */
export function externalKey(action: Action): string {
  const { resource } = action;
  if (resource === undefined || resource.historyId === resource.id) return action.key;
  if (resource.variant !== "primitive") return action.key;
  if (action.task === "notify") {
    const type = action.meta.get("notify_type"), task = action.meta.get("notify_operation");
    if (type !== undefined && task !== undefined) return notifyKey(resource.historyId, type, task);
  }
  return operationKey(resource.historyId, action.cancelTask ?? action.task, action.intervalMs);
}

function agentOf(resource: Resource): NonNullable<TransitionAction["resource"]> {
  const agent = resource.agent ?? { class: "", type: "" };
  const configured = resource.element.attributes.id ?? resource.id;
  const id = resource.globallyUnique
    ? resource.id
    : resource.orphan && resource.historyId !== resource.id
    ? resource.historyId
    : configured;
  return {
    id,
    ...(id === resource.id ? {} : { longId: longIdOf(resource, configured) }),
    class: agent.class,
    ...(agent.provider === undefined ? {} : { provider: agent.provider }),
    type: agent.type,
  };
}

/** The number of an instance is that of its history, where that was recorded with one. */
function longIdOf({ id, historyId, orphan }: Resource, configured: string): string {
  return !orphan && historyId !== configured ? historyId : id;
}

function attributesOf(
  set: WorkingSet,
  action: Action,
  placed: Node | undefined,
): Record<string, string> {
  const all: Record<string, string> = {};
  const { resource, node } = action;
  for (const [name, value] of action.extra) all[name] = value;
  if (resource !== undefined && resource.variant === "primitive") {
    for (const [name, value] of resourceParameters(set, resource, node)) all[name] = value;
    // The host of a container stands for an address that is only known now.
    const { container } = resource;
    const inside = container?.allocatedTo ?? (container && currentNode(container));
    if (all.addr === "#uname" && inside !== undefined) all.addr = inside.name;
  }
  const meta = (name: string, value: string) => all[metaName(name)] = value;
  for (let one = resource; one !== undefined; one = one.parent) addResourceMeta(one, meta);
  const external = resource?.meta.get("external-ip");
  if (external !== undefined) all.pcmk_external_ip = external;
  const host = guestHost(action);
  if (resource !== undefined && host !== undefined) {
    const target = resource.meta.get("container-attribute-target");
    if (target !== undefined) meta("container-attribute-target", target);
    meta("physical_host", host.name);
  }
  for (const [name, value] of action.meta) meta(name, value);
  if (placed !== undefined) {
    meta("on_node", placed.name);
    meta("on_node_uuid", placed.id);
  }
  return all;
}

function addResourceMeta(resource: Resource, meta: (name: string, value: string) => void): void {
  const { clone } = resource;
  if (clone !== undefined) {
    meta("globally-unique", String(resource.globallyUnique));
    meta("notify", String(resource.notify));
    meta("clone-max", String(clone.max));
    meta("clone-node-max", String(clone.nodeMax));
    if (resource.promotable) {
      meta("promoted-max", String(clone.promotedMax));
      meta("promoted-node-max", String(clone.promotedNodeMax));
      meta("master-max", String(clone.promotedMax));
      meta("master-node-max", String(clone.promotedNodeMax));
    }
  }
  if (resource.variant === "primitive" || resource.variant === "group") {
    const number = /:(\d+)$/.exec(resource.id)?.[1];
    if (number !== undefined && resource.variant === "primitive" && withinClone(resource)) {
      meta("clone", number);
    }
    const guest = resource.meta.get("remote-node");
    if (guest !== undefined && resource.variant === "primitive") meta("remote-node", guest);
    if (resource.container !== undefined) meta("container", resource.container.id);
  }
}

function withinClone(resource: Resource): boolean {
  for (let up = resource.parent; up !== undefined; up = up.parent) {
    if (up.variant === "clone") return true;
  }
  return false;
}

/** The machine of a guest node: where its container is for what goes down, else where it will be. */
function guestHost(action: Action): Node | undefined {
  const container = action.node?.kind === "guest" ? action.node.connection?.container : undefined;
  if (container === undefined) return undefined;
  const notify = action.task === "notify" || action.task === "notified";
  switch (notify ? action.meta.get("notify_operation") : action.task) {
    case "stop":
    case "stopped":
    case "demote":
    case "demoted":
      return currentNode(container);
    case "start":
    case "running":
    case "started":
    case "monitor":
    case "promote":
    case "promoted":
      return container.allocatedTo;
    default:
      return undefined;
  }
}

function metaName(name: string): string {
  return `CRM_meta_${name.replaceAll("-", "_")}`;
}

function maintenanceChanges(set: WorkingSet): NonNullable<TransitionAction["maintenance"]> {
  return remoteMaintenanceChanges(set).map(({ id, maintenance }) => ({
    id,
    maintenance: maintenance ? "1" : "0",
  }));
}

/** Nodes that are down once an action is done: what is fenced or shut down, and guests in it. */
function downedBy(action: Action): string[] {
  const { node, resource } = action;
  if (node === undefined) return [];
  if (action.task === "do_shutdown") return [node.id];
  if (action.task === "stonith") {
    const kind = action.meta.get("stonith_action");
    const guests = node.running
      .filter(({ remoteConnection, container }) => remoteConnection && container !== undefined)
      .map(({ id, remoteNode }) => remoteNode?.id ?? id);
    return kind === "off" || kind === "reboot" ? [node.id, ...guests] : [];
  }
  if (resource?.remoteConnection === true && action.task === "stop") {
    // A connection that moves alive brings nothing down.
    const migrating = action.before.some(({ action: first }) =>
      first.resource === resource && first.task === "migrate_from"
    );
    return migrating ? [] : [resource.remoteNode?.id ?? resource.id];
  }
  return [];
}
