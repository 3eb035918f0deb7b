/**
 * Whether a node is up, coming, going, or lost.
 *
 * @module
 */
import { INFINITY, type Node, Role, type WorkingSet } from "../model.ts";
import { isTrue } from "./boolean.ts";
import { fenceNode } from "./fence_node.ts";
import { addNodeAttributes, applyNodeAttributes, findNode, wantsShutdown } from "./node.ts";
import { setNextRole } from "./progress.ts";
import { parseInteger } from "./score.ts";
import { recheckBy, report, type Unpacking } from "./unpacking.ts";
import { child, type XmlElement } from "./xml.ts";

/** Reads one `node_state`, except for its histories. */
export function unpackNodeState(unpacking: Unpacking, state: XmlElement): void {
  const { set } = unpacking;
  const { id, uname } = state.attributes;
  if (id === undefined) {
    report(unpacking, "error", state, "Ignoring the state of a node without id.");
    return;
  }
  // A node that is only joining may be known by its id alone.
  const node = findNode(unpacking, id, uname);
  if (node === undefined) {
    report(unpacking, "info", state, `Ignoring the state of node "${uname ?? id}": no such node.`);
    return;
  }
  if (node.kind === "remote" || node.kind === "guest") {
    // Whether it is up depends on its connection; that it was fenced counts now.
    node.remoteWasFenced = (parseInteger(state.attributes.node_fenced) ?? 0) !== 0;
    return;
  }
  addNodeAttributes(unpacking, child(state, "transient_attributes"), node, true);
  applyNodeAttributes(unpacking, node);
  node.unclean = false;
  node.unseen = false;
  settlePresence(unpacking, state, node);
  if (!set.quorate && node.online && set.options.noQuorumPolicy === "suicide") {
    fenceNode(set, node, "cluster does not have quorum");
  }
}

function settlePresence({ set }: Unpacking, state: XmlElement, node: Node): void {
  const presence = presenceOf(state);
  if (wantsShutdown(node)) node.shutdown = true;
  else if (presence.expected === "member") node.expectedUp = true;
  if (node.kind === "ping") {
    node.unclean = false;
    node.online = false;
  } else if (set.options.stonithEnabled) {
    node.online = isOnlineWithFencing(
      node,
      { ...presence, joinsTooLong: joinsTooLong(set, presence) },
      (text, delay) => fenceNode(set, node, text, delay),
    );
  } else if (isOnlineWithoutFencing(presence)) node.online = true;
  else if (presence.member && !presence.peer && node.expectedUp) {
    fenceNode(set, node, "peer is unexpectedly down");
  }
  if (!node.online || node.shutdown) node.score = -INFINITY;
}

interface Presence {
  /** In the membership; `undefined`: never reported. */
  readonly inCluster: string | undefined;
  readonly member: boolean;
  /** Its coordination process is there. */
  readonly peer: boolean;
  readonly join: string | undefined;
  readonly expected: string | undefined;
}

/**
 * Whether a member has been without its coordination process for longer than it may be. Only new
 * releases say since when.
 */
function joinsTooLong(set: WorkingSet, { inCluster, member, peer }: Presence): boolean {
  const { nodePendingTimeoutMs } = set.options;
  if (nodePendingTimeoutMs <= 0 || !member || peer || !isSince(inCluster)) return false;
  const untilS = Number(inCluster) + nodePendingTimeoutMs / 1000;
  if (set.nowS >= untilS) return true;
  recheckBy(set, untilS);
  return false;
}

/** Both are yes or no in old releases, and the time since when in new ones. */
function presenceOf({ attributes }: XmlElement): Presence {
  const { in_ccm: inCluster, crmd, join, expected } = attributes;
  return {
    inCluster,
    member: isTrue(inCluster) || isSince(inCluster),
    peer: crmd?.toLowerCase() === "online" || isSince(crmd),
    join: join?.toLowerCase(),
    expected: expected?.toLowerCase(),
  };
}

const isSince = (text: string | undefined): boolean =>
  text !== undefined && /^\d+$/.test(text) && Number(text) > 1;

const isOnlineWithoutFencing = ({ member, peer, join }: Presence): boolean =>
  member && peer && join === "member";

function isOnlineWithFencing(
  node: Node,
  { inCluster, member, peer, join, expected = "down", joinsTooLong }: Presence & {
    readonly joinsTooLong: boolean;
  },
  fence: (text: string, priorityDelay: boolean) => void,
): boolean {
  const terminate = mustTerminate(node);
  const wait = (): void => {
    node.standby = true;
    node.pending = true;
  };
  if (node.shutdown) return peer;
  node.online = member;
  if (inCluster === undefined) fence("peer has not been seen by the cluster", false);
  else if (join === "banned") fence("peer failed Pacemaker membership criteria", false);
  else if (!terminate && expected === "down") {
    if (joinsTooLong) fence("peer pending timed out on joining the process group", true);
    else if (member || peer) wait();
  } else if (terminate && join === "down" && !member && !peer) {
    return false; // It was just shot.
  } else if (!member) fence("peer is no longer part of the cluster", true);
  else if (!peer) fence("peer process is no longer available", false);
  else if (terminate) fence("fencing was requested", false);
  else if (join === "member") return true;
  else if (join === "pending" || join === "down") wait();
  else fence("peer was in an unknown state", false);
  return node.online;
}

/** An attribute by which a person or a program asks for the node to be fenced: yes, or a time. */
function mustTerminate(node: Node): boolean {
  const text = node.attributes.get("terminate");
  return isTrue(text) || /^[1-9]/.test(text ?? "");
}

/** Whether a remote or guest node is up, from the state of its connection. */
export function settleRemotePresence(node: Node): void {
  const { connection } = node;
  if (connection === undefined) {
    node.online = false;
    return;
  }
  const { container } = connection;
  const [host] = container !== undefined && connection.runningOn.length === 1
    ? connection.runningOn
    : [];
  if (connection.role === Role.started) {
    node.online = true;
    if (connection.nextRole === Role.stopped) node.shutdown = true;
  }
  if (container?.failed) {
    node.online = false;
    node.remoteRequiresReset = true;
  } else if (connection.failed) node.online = false;
  else if (connection.role === Role.stopped || container?.role === Role.stopped) {
    node.online = false;
    node.remoteRequiresReset = false;
  } else if (host !== undefined && !host.online && host.unclean) {
    node.online = false;
    node.remoteRequiresReset = true;
  }
}

/** Attributes that a remote or guest node was given while it was up. */
export function unpackRemoteAttributes(
  unpacking: Unpacking,
  state: XmlElement,
  node: Node,
): void {
  if (!node.remoteRequiresReset) {
    node.unclean = false;
    node.unseen = false;
  }
  node.remoteMaintenance = (parseInteger(state.attributes.node_in_maintenance) ?? 0) !== 0;
  addNodeAttributes(unpacking, child(state, "transient_attributes"), node, true);
  if (wantsShutdown(node)) {
    node.shutdown = true;
    if (node.connection !== undefined) {
      setNextRole(node.connection, Role.stopped, "remote shutdown");
    }
  }
  applyNodeAttributes(unpacking, node);
  if (node.connection !== undefined && !node.connection.managed) node.maintenance = true;
}
