/**
 * Bundles: containers, each with an address, a connection, and an instance of a resource inside,
 * as far as they were asked for. The parts are resources like any other.
 *
 * @module
 */
import type { BundleData, Node, Replica, Resource } from "../model.ts";
import { addressAfter, readBundle, type WrittenBundle } from "./bundle_element.ts";
import { addressElement, containerElement, instancesElement } from "./bundle_parts.ts";
import { addNode } from "./node.ts";
import { connectionElement } from "./remote.ts";
import { addScore } from "./allowed.ts";
import { INFINITY } from "./score.ts";
import { report, type Unpacking } from "./unpacking.ts";
import { child, type XmlElement } from "./xml.ts";

/** Creates the replicas of a bundle; false where it cannot be managed. */
export function unpackBundle(unpacking: Unpacking, bundle: Resource): boolean {
  const written = readBundle(bundle.element, bundle.id);
  if (written === undefined) {
    report(
      unpacking,
      "error",
      bundle.element,
      `Ignoring bundle "${bundle.id}": it names no technology. Use docker, podman or rkt.`,
    );
    return false;
  }
  if (written.replicasPerHost === 1) bundle.globallyUnique = false;
  const inside = child(bundle.element, "primitive");
  if (inside !== undefined && !reachable(written)) {
    report(
      unpacking,
      "error",
      bundle.element,
      `Ignoring bundle "${bundle.id}": "${inside.attributes.id ?? ""}" inside cannot be reached ` +
        `without ip-range-start or control-port. Give its network one.`,
    );
    return false;
  }
  let instances: Resource | undefined;
  if (inside !== undefined) {
    instances = unpacking.unpackResource(instancesElement(written, inside), { parent: bundle });
    if (instances === undefined) return false;
  }
  const data: BundleData = bundle.bundle = {
    technology: written.technology,
    promotedMax: written.promotedMax,
    replicasPerHost: written.replicasPerHost,
    replicaCount: written.replicaCount,
    replicas: [],
    addHost: written.addHost,
  };
  if (instances !== undefined) data.child = instances;
  if (!addReplicas(unpacking, bundle, data, written)) return false;
  if (instances !== undefined) {
    const target = instances.children.at(-1)?.meta.get("container-attribute-target");
    if (target !== undefined) {
      bundle.meta.set("container-attribute-target", target);
      instances.meta.set("container-attribute-target", target);
    }
    bundle.children.push(instances);
  }
  return true;
}

/** What is inside is spoken to through a connection, which needs an address. */
const reachable = ({ addressStart, controlPort }: WrittenBundle): boolean =>
  addressStart !== undefined || controlPort !== undefined;

function addReplicas(
  unpacking: Unpacking,
  bundle: Resource,
  data: BundleData,
  written: WrittenBundle,
): boolean {
  const instances = data.child?.children ?? [];
  const count = data.child === undefined ? written.replicaCount : instances.length;
  const addresses: (string | undefined)[] = [];
  for (let offset = 0; offset < count; offset++) {
    const before = addresses.at(-1);
    addresses.push(before === undefined ? written.addressStart : addressAfter(before));
  }
  for (let offset = 0; offset < count; offset++) {
    const instance = instances[offset];
    if (instance !== undefined) {
      instance.exclusiveDiscovery = true;
      if (instance.notify && data.child !== undefined) data.child.notify = true;
    }
    const replica = addReplica(unpacking, bundle, written, {
      offset,
      addresses,
      ...(instance === undefined ? {} : { instance }),
    });
    if (replica === undefined) return false;
    data.replicas.push(replica);
  }
  return true;
}

function addReplica(
  unpacking: Unpacking,
  bundle: Resource,
  written: WrittenBundle,
  { offset, addresses, instance }: {
    readonly offset: number;
    readonly addresses: readonly (string | undefined)[];
    readonly instance?: Resource;
  },
): Replica | undefined {
  const address = addresses[offset];
  const add = (element: XmlElement): Resource | undefined => {
    const part = unpacking.unpackResource(element, { parent: bundle });
    if (part !== undefined) bundle.children.push(part);
    return part;
  };
  const container = add(containerElement(written, offset, addresses, instance !== undefined));
  if (container === undefined) return undefined;
  const ip = address === undefined ? undefined : add(addressElement(written, offset, address));
  if (address !== undefined && ip === undefined) return undefined;
  if (instance !== undefined && instance.utilization.size > 0) {
    // What is written inside is meant for the container, which nobody writes down.
    for (const [name, value] of instance.utilization) container.utilization.set(name, value);
    instance.utilization.clear();
  }
  const replica: Replica = {
    offset,
    container,
    ...(ip === undefined ? {} : { ip }),
    ...(address === undefined ? {} : { ipAddress: address }),
    ...(instance === undefined ? {} : { child: instance }),
  };
  if (instance === undefined) return replica;
  const guest = addConnection(unpacking, bundle, written, replica, instance);
  if (guest === undefined) return undefined;
  if (address !== undefined) instance.meta.set("external-ip", address);
  return { ...replica, ...guest };
}

function addConnection(
  unpacking: Unpacking,
  bundle: Resource,
  written: WrittenBundle,
  { offset, container, ipAddress }: Replica,
  instance: Resource,
): { remote: Resource; node: Node } | undefined {
  const { set } = unpacking;
  let name = `${bundle.id}-${offset}`;
  if (nameIsTaken(unpacking, name)) name = `pcmk-internal-${instance.id}-remote-${offset}`;
  let node = set.nodeByName.get(name);
  if (node === undefined) {
    node = addNode(unpacking, { id: name, name, kind: "remote", score: -INFINITY });
  } else node.score = -INFINITY;
  node.discovery = "never";
  for (const resource of set.resourceById.values()) {
    const candidate = resource.allowed.get(node);
    if (candidate !== undefined) {
      candidate.score = -INFINITY;
      candidate.discovery = "never";
    }
  }
  instance.allowed.clear();
  instance.allowed.set(node, { node, score: 500, discovery: "exclusive", count: 0 });
  instance.parent?.allowed.set(node, {
    node,
    score: -INFINITY,
    discovery: "exclusive",
    count: 0,
  });
  const remote = unpacking.unpackResource(
    connectionElement({
      name,
      container: container.id,
      address: ipAddress ?? "#uname",
      port: written.controlPort ?? "3121",
      line: bundle.element.line,
    }),
    { parent: bundle },
  );
  if (remote === undefined) return undefined;
  for (const one of set.nodes) {
    // A connection starts from a cluster node.
    if (one.kind === "remote" || one.kind === "guest") {
      if (remote.allowed.has(one)) addScore(remote, one, -INFINITY);
    }
  }
  node.connection = remote;
  if (node.kind === "remote") node.kind = "guest";
  node.attributes.set("#kind", "container");
  remote.remoteNode = node;
  remote.container = container;
  remote.allowRemoteRemotes = true;
  bundle.children.push(remote);
  return { remote, node };
}

/** A resource of the configuration may have the name that the connection would get. */
function nameIsTaken({ set, find }: Unpacking, name: string): boolean {
  if (set.resourceById.has(name)) return true;
  for (const tag of ["primitive", "group", "clone", "master", "bundle", "template"]) {
    if (find(tag, name) !== undefined) return true;
  }
  return false;
}
