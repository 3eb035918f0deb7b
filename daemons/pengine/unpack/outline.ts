/**
 * What shows of a resource before it is unpacked: where it belongs, what its element says it is.
 *
 * @module
 */
import type { Resource } from "../model.ts";
import type { XmlElement } from "./xml.ts";

/** The resource just below a bundle, or below nothing, that contains this one. */
export function outermostOf(resource: Resource): Resource {
  let top = resource;
  while (top.parent !== undefined && top.parent.variant !== "bundle") top = top.parent;
  return top;
}

/** Whether an element describes a connection to a remote node. */
export function isRemoteConnection({ attributes }: XmlElement): boolean {
  return attributes.class === "ocf" && attributes.provider === "pacemaker" &&
    attributes.type === "remote";
}
