/**
 * The status section: nodes first, then what each node's resource manager recorded.
 *
 * @module
 */
import { type Node, type Resource, type ResourceHistory, Role } from "../model.ts";
import { readEntries } from "./history.ts";
import { linkFillers, matchHistory, orphanOf } from "./match.ts";
import { findNode } from "./node.ts";
import { settleRemotePresence, unpackNodeState, unpackRemoteAttributes } from "./node_state.ts";
import { unpackResult } from "./operation_result.ts";
import { demandStop, type Progress, setNextRole } from "./progress.ts";
import { targetRole } from "./resource.ts";
import { settleState } from "./resource_state.ts";
import { parseInteger } from "./score.ts";
import { unpackTicketStates } from "./ticket.ts";
import { recheckBy, report, type Unpacking } from "./unpacking.ts";
import { child, children, type XmlElement } from "./xml.ts";

/** Reads `status`. */
export function unpackStatus(unpacking: Unpacking): void {
  const { set } = unpacking;
  const status = child(set.cib, "status");
  unpackTicketStates(unpacking, child(status, "tickets"));
  const states = children(status, "node_state");
  for (const state of states) unpackNodeState(unpacking, state);
  // What runs on a guest is known only when it is known whether its container is up.
  while (unpackHistories(unpacking, states, false));
  unpackHistories(unpacking, states, set.options.stonithEnabled);
  for (const container of unpacking.stopContainers) {
    const node = container.runningOn[0];
    if (node !== undefined) demandStop(unpacking, container, node);
  }
  for (const node of set.nodes) {
    if (node.kind !== "remote" && node.kind !== "guest") continue;
    if (node.shutdown && node.connection !== undefined) {
      setNextRole(node.connection, Role.stopped, "remote shutdown");
    }
    if (!node.unpacked) settleRemotePresence(node);
  }
}

/** Reads the histories whose time has come; whether there were any. */
function unpackHistories(
  unpacking: Unpacking,
  states: readonly XmlElement[],
  rest: boolean,
): boolean {
  let any = false;
  for (const state of states) {
    const { id, uname } = state.attributes;
    if (id === undefined || uname === undefined) continue;
    const node = findNode(unpacking, id, uname);
    if (node === undefined || node.unpacked) continue;
    if (!rest && !isReady(unpacking, node)) continue;
    if (node.kind === "remote" || node.kind === "guest") {
      settleRemotePresence(node);
      unpackRemoteAttributes(unpacking, state, node);
    }
    node.unpacked = true;
    unpackNodeHistory(unpacking, state, node);
    any = true;
  }
  return any;
}

function isReady({ set }: Unpacking, { kind, connection, online }: Node): boolean {
  const { stonithEnabled, shutdownLock } = set.options;
  switch (kind) {
    case "guest":
      return connection?.role === Role.started && connection.container?.role === Role.started;
    case "remote":
      return connection !== undefined && (shutdownLock || connection.role === Role.started);
    case "cluster":
    case "ping":
      // Active clone instances get the first numbers.
      return stonithEnabled || shutdownLock || online;
  }
}

function unpackNodeHistory(unpacking: Unpacking, state: XmlElement, node: Node): void {
  const recorded = children(child(child(state, "lrm"), "lrm_resources"), "lrm_resource");
  const fillers: XmlElement[] = [];
  for (const element of recorded) {
    const resource = unpackResourceHistory(unpacking, element, node);
    if (resource?.removedFiller) fillers.push(element);
  }
  linkFillers(unpacking, fillers);
}

function unpackResourceHistory(
  unpacking: Unpacking,
  element: XmlElement,
  node: Node,
): Resource | undefined {
  const { set } = unpacking;
  const { id } = element.attributes;
  if (id === undefined || id === "") {
    report(unpacking, "warning", element, `Ignoring a history without id on node "${node.name}".`);
    return undefined;
  }
  const entries = readEntries(element);
  if (entries.length === 0 && !set.options.shutdownLock) return undefined;
  let resource = matchHistory(unpacking, node, id);
  if (resource === undefined) {
    if (entries.length === 0) return undefined;
    resource = orphanOf(unpacking, element);
    if (resource === undefined) return undefined;
  }
  const history: ResourceHistory = { node, id, element, entries, resource };
  let histories = set.history.get(node);
  if (histories === undefined) set.history.set(node, histories = new Map());
  histories.set(id, history);
  if (set.options.shutdownLock) unpackLock(unpacking, element, resource, node);
  const before = resource.role;
  resource.role = Role.unknown;
  const progress: Progress = { unpacking, set, resource, node, onFail: "ignore" };
  for (const entry of entries) unpackResult(progress, entry);
  settleState(progress);
  const wanted = targetRole(unpacking, resource);
  if (
    wanted !== undefined &&
    (resource.nextRole === Role.unknown || wanted < resource.nextRole)
  ) setNextRole(resource, wanted, "target-role");
  if (before > resource.role) resource.role = before;
  return resource;
}

/** A resource that waits for the node it ran on before that was shut down. */
function unpackLock(
  unpacking: Unpacking,
  element: XmlElement,
  resource: Resource,
  node: Node,
): void {
  const { set } = unpacking;
  const sinceS = parseInteger(element.attributes["shutdown-lock"]);
  if (sinceS === undefined || sinceS === 0) return;
  const limitS = set.options.shutdownLockLimitMs / 1000;
  if (limitS > 0 && set.nowS > sinceS + limitS) {
    set.clearHistory.push({ resource, node });
    return;
  }
  if (limitS > 0) recheckBy(set, sinceS + limitS + 1);
  resource.lockNode = node;
  resource.lockTimeS = sinceS;
}
