/**
 * What a colocation compares: the value of an attribute of a node, as a resource sees it.
 *
 * @module
 */
import type { Node, Resource } from "../model.ts";
import { nodeAttribute } from "./node.ts";
import { outermost, topmost } from "./resource.ts";

/**
 * The value on a node. What runs in a bundle counts as being on the host of its container; other
 * guests do so for a resource that looks at the host. A host that is not known yet has no value.
 */
export function valueFor(node: Node, name: string, resource: Resource): string | undefined {
  if (node.kind !== "guest" || !looksAtHost(node, resource)) return nodeAttribute(node, name);
  const host = node.connection?.container?.allocatedTo;
  return host === undefined ? undefined : nodeAttribute(host, name);
}

function looksAtHost(guest: Node, resource: Resource): boolean {
  if (guest.connection?.parent?.variant === "bundle") {
    const inside = outermost(resource).bundle?.child;
    if (inside !== undefined && topmost(resource) === inside) return true;
  }
  return resource.meta.get("container-attribute-target")?.toLowerCase() === "host";
}
