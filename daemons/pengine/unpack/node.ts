/**
 * Nodes of the configuration: cluster nodes, and those that resources bring (remote and guest).
 *
 * @module
 */
import type { Node, Resource } from "../model.ts";
import { isTrue } from "./boolean.ts";
import { addNvpairs } from "./nvpair.ts";
import { parseInteger, parseScore } from "./score.ts";
import { report, ruleInput, type Unpacking } from "./unpacking.ts";
import { child, children, type XmlElement } from "./xml.ts";

/** Reads `nodes`. */
export function unpackNodes(unpacking: Unpacking): void {
  const { set } = unpacking;
  for (const element of children(child(unpacking.configuration, "nodes"), "node")) {
    const { id, uname, type, score } = element.attributes;
    if (id === undefined || id === "") {
      report(unpacking, "error", element, "Ignoring a node without id. Give it one.");
      continue;
    }
    if (uname === undefined) {
      report(unpacking, "error", element, `Ignoring node "${id}": it has no uname. Give it one.`);
      continue;
    }
    if (set.nodeById.has(id)) {
      report(unpacking, "error", element, `Ignoring node "${id}": another has the same id.`);
      continue;
    }
    if (set.nodeByName.has(uname)) {
      report(unpacking, "warning", element, `More than one node has the name "${uname}".`);
    }
    const kind = type === undefined || type === "member" || type === "normal"
      ? "cluster"
      : type === "remote"
      ? "remote"
      : "ping";
    if (kind === "ping" && type !== "ping") {
      report(unpacking, "warning", element, `Node "${uname}" has an unknown type "${type}".`);
    }
    const node = addNode(unpacking, { id, name: uname, kind, score: parseScore(score) });
    markUnseen(unpacking, node);
    addNodeAttributes(unpacking, element, node, false);
  }
}

/** Creates a node. Nodes stand in the order of their names, numbers in them counted as numbers. */
export function addNode(
  { set }: Unpacking,
  { id, name, kind, score }: Pick<Node, "id" | "name" | "kind" | "score">,
): Node {
  const node: Node = {
    id,
    name,
    kind,
    attributes: new Map([["#kind", kind === "remote" ? "remote" : "cluster"]]),
    utilization: new Map(),
    score,
    online: false,
    pending: false,
    unclean: false,
    unseen: false,
    shutdown: false,
    expectedUp: false,
    isDc: false,
    standby: false,
    standbyOnFail: false,
    maintenance: false,
    remoteMaintenance: false,
    discoveryEnabled: true,
    discovery: "always",
    unpacked: false,
    remoteRequiresReset: false,
    remoteWasFenced: false,
    healthScore: 0,
    fenceReasons: [],
    running: [],
    allocated: [],
    resourceCount: 0,
    free: new Map(),
    priority: 0,
  };
  if (kind === "remote") set.haveRemoteNodes = true;
  let at = set.nodes.length;
  while (at > 0 && compareNames(set.nodes[at - 1]!.name, name) > 0) at--;
  set.nodes.splice(at, 0, node);
  if (!set.nodeById.has(id)) set.nodeById.set(id, node);
  if (!set.nodeByName.has(name)) set.nodeByName.set(name, node);
  return node;
}

/** The node with this id, else the one with this name. */
export function findNode(
  { set }: Unpacking,
  id: string | undefined,
  name: string | undefined,
): Node | undefined {
  return (id === undefined ? undefined : set.nodeById.get(id)) ??
    (name === undefined ? undefined : set.nodeByName.get(name));
}

/** Until it has been seen, a node must be thought to run anything (unless one trusts it blindly). */
export function markUnseen({ set }: Unpacking, node: Node): void {
  if (node.kind === "remote" && node.connection === undefined) {
    node.unclean = false;
    return;
  }
  node.unclean = set.options.startupFencing;
  node.unseen = true;
}

/** Permanent (from the configuration) or transient (from the status) attributes. */
export function addNodeAttributes(
  unpacking: Unpacking,
  element: XmlElement | undefined,
  node: Node,
  overwrite: boolean,
): void {
  const { set } = unpacking;
  const { attributes } = node;
  attributes.set("#uname", node.name);
  attributes.set("#id", node.id);
  if (node.id === set.cib.attributes["dc-uuid"]) {
    set.dcNode = node;
    node.isDc = true;
  }
  attributes.set("#is_dc", String(node.isDc));
  const cluster = set.options.raw.get("cluster-name");
  if (cluster !== undefined) attributes.set("#cluster-name", cluster);
  const input = ruleInput(unpacking);
  addNvpairs(attributes, element, "instance_attributes", input, { overwrite });
  addUtilization(node.utilization, element, input);
  if (!attributes.has("#site-name")) {
    const site = attributes.get("site-name") ?? cluster;
    if (site !== undefined) attributes.set("#site-name", site);
  }
}

/** Capacity of a node or need of a resource: whole numbers. */
export function addUtilization(
  into: Map<string, number>,
  element: XmlElement | undefined,
  input: ReturnType<typeof ruleInput>,
): void {
  const written = new Map<string, string>();
  addNvpairs(written, element, "utilization", input);
  for (const [name, value] of written) {
    if (!into.has(name)) into.set(name, parseInteger(value) ?? 0);
  }
}

/** What the node's attributes ask for: standby, maintenance, no discovery. */
export function applyNodeAttributes(unpacking: Unpacking, node: Node): void {
  if (isTrue(node.attributes.get("standby"))) node.standby = true;
  if (isTrue(node.attributes.get("maintenance"))) node.maintenance = true;
  const discovery = node.attributes.get("resource-discovery-enabled");
  if (discovery === undefined || isTrue(discovery)) return;
  if (node.kind === "cluster" || node.kind === "ping") return;
  if (node.kind === "remote" && !unpacking.set.options.stonithEnabled) return;
  node.discoveryEnabled = false;
}

/** Whether its attributes ask it to shut down: a time, or anything but 0. */
export function wantsShutdown(node: Node): boolean {
  const shutdown = node.attributes.get("shutdown");
  return shutdown !== undefined && shutdown !== "0";
}

/** A node and the resource that is the connection to it belong together. */
export function linkConnection(unpacking: Unpacking, resource: Resource): void {
  if (!resource.remoteConnection) return;
  const node = unpacking.set.nodeByName.get(resource.id);
  if (node === undefined) return;
  node.connection = resource;
  resource.remoteNode = node;
  if (resource.container === undefined) markUnseen(unpacking, node);
  else {
    // What was written down as a member of the cluster stays one.
    if (node.kind === "remote") node.kind = "guest";
    node.attributes.set("#kind", "container");
  }
}

function compareNames(left: string, right: string): number {
  const [a, b] = [left.toLowerCase(), right.toLowerCase()];
  const [partsA, partsB] = [a.match(/\d+|\D/g) ?? [], b.match(/\d+|\D/g) ?? []];
  for (let index = 0; index < Math.max(partsA.length, partsB.length); index++) {
    const [one, other] = [partsA[index], partsB[index]];
    if (one === undefined) return -1;
    if (other === undefined) return 1;
    const numeric = /^\d/.test(one) && /^\d/.test(other);
    const difference = numeric
      ? Number(one) - Number(other)
      : one < other
      ? -1
      : one > other
      ? 1
      : 0;
    if (difference !== 0) return difference;
  }
  return 0;
}
