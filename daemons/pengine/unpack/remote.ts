/**
 * Remote and guest nodes as the configuration implies them: nodes without an entry of their own,
 * and the connections to guests, which nobody writes down.
 *
 * @module
 */
import { addNode } from "./node.ts";
import { isRemoteConnection } from "./outline.ts";
import type { Unpacking } from "./unpacking.ts";
import { child, children, makeElement, makeNvpairs, type XmlElement } from "./xml.ts";

/**
 * Creates the nodes that resources bring.
 *
 * @returns the connections to guest nodes, which are resources like those that were written down
 */
export function unpackRemoteNodes(unpacking: Unpacking): readonly XmlElement[] {
  const { set } = unpacking;
  const connections: XmlElement[] = [];
  const add = (name: string): void => {
    if (!set.nodeByName.has(name)) {
      addNode(unpacking, { id: name, name, kind: "remote", score: 0 });
    }
  };
  const resources = child(unpacking.configuration, "resources");
  const visit = (element: XmlElement): void => {
    const connection = guestConnection(element);
    const name = connection?.attributes.id;
    if (connection === undefined || name === undefined) return;
    connections.push(connection);
    add(name);
  };
  for (const element of children(resources)) {
    const { id } = element.attributes;
    if (isRemoteConnection(element)) {
      if (id !== undefined) add(id);
    } else if (element.name.raw === "primitive") visit(element);
    else if (element.name.raw === "group") children(element).forEach(visit);
  }
  return connections;
}

/** The connection to the guest that a resource with `remote-node` is. */
function guestConnection(element: XmlElement): XmlElement | undefined {
  const found = new Map<string, string>();
  for (const set of children(element, "meta_attributes")) {
    for (const { attributes: { name, value } } of children(set, "nvpair")) {
      if (name !== undefined && value !== undefined) found.set(name, value);
    }
  }
  const name = found.get("remote-node");
  if (name === undefined) return undefined;
  return connectionElement({
    name,
    container: element.attributes.id ?? "",
    migratable: found.get("remote-allow-migrate"),
    managed: found.get("is-managed"),
    timeout: found.get("remote-connect-timeout") ?? "60s",
    address: found.get("remote-addr"),
    port: found.get("remote-port"),
    line: element.line,
  });
}

/** What a connection is made of. */
export interface Connection {
  readonly name: string;
  readonly container: string;
  readonly migratable?: string | undefined;
  readonly managed?: string | undefined;
  readonly timeout?: string | undefined;
  readonly address?: string | undefined;
  readonly port?: string | undefined;
  readonly line?: number | undefined;
}

/** The resource that is the connection to a guest. */
export function connectionElement(wanted: Connection): XmlElement {
  const { name } = wanted;
  const meta: [string, string][] = [["internal_rsc", "true"], ["container", wanted.container]];
  if (wanted.migratable !== undefined) meta.push(["allow-migrate", wanted.migratable]);
  if (wanted.managed !== undefined) meta.push(["is-managed", wanted.managed]);
  const operations = [operationElement(name, "monitor", "30s", "30s")];
  if (wanted.timeout !== undefined) {
    operations.push(operationElement(name, "start", "0", wanted.timeout));
  }
  const parts = [
    makeNvpairs("meta_attributes", `${name}-meta_attributes`, meta),
    makeElement("operations", {}, operations),
  ];
  if (wanted.address !== undefined || wanted.port !== undefined) {
    const values: [string, string][] = [];
    if (wanted.address !== undefined) values.push(["addr", wanted.address]);
    if (wanted.port !== undefined) values.push(["port", wanted.port]);
    parts.push(makeNvpairs("instance_attributes", `${name}-instance_attributes`, values));
  }
  return makeElement(
    "primitive",
    { id: name, class: "ocf", provider: "pacemaker", type: "remote" },
    parts,
    wanted.line,
  );
}

/** An operation of a resource of our own making. */
export function operationElement(
  resource: string,
  name: string,
  interval: string,
  timeout?: string,
): XmlElement {
  return makeElement("op", {
    id: `${resource}-${name}-${interval}`,
    interval,
    name,
    ...(timeout === undefined ? {} : { timeout }),
  });
}
