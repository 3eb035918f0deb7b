/**
 * What only a primitive must have: an agent, and one that can be what its clone wants.
 *
 * @module
 */
import type { Resource } from "../model.ts";
import { outermostOf } from "./outline.ts";
import { report, type Unpacking } from "./unpacking.ts";

/**
 * Classes of the field whose agents get no parameters: they cannot tell one instance from another on the
 * same node, and have no roles. Any other class is a plugin, whose agents can do what those of OCF can.
 */
const plain: ReadonlySet<string> = new Set([
  "heartbeat",
  "lsb",
  "nagios",
  "service",
  "systemd",
  "upstart",
]);
/** A fencing device has instances, but no roles. */
const cannotBePromoted: ReadonlySet<string> = new Set([...plain, "stonith"]);

/** Checks a primitive; false where it is of no use. */
export function unpackPrimitive(unpacking: Unpacking, resource: Resource): boolean {
  const { set } = unpacking;
  const { agent, id, element } = resource;
  if (agent === undefined) {
    report(unpacking, "error", element, `Ignoring resource "${id}": it has no class. Name one.`);
    return false;
  }
  const clone = outermostOf(resource);
  if (
    plain.has(agent.class) && clone.variant === "clone" && resource.globallyUnique &&
    clone.clone !== undefined
  ) {
    report(
      unpacking,
      "warning",
      element,
      `Ignoring globally-unique of "${clone.id}": resources of class ${agent.class} such as ` +
        `"${id}" do not support separate instances.`,
    );
    makeAnonymous(clone);
    resource.globallyUnique = false;
    if (resource.parent !== undefined) resource.parent.globallyUnique = false;
    clone.clone.nodeMax = 1;
    clone.clone.max = Math.min(clone.clone.max, set.nodes.length);
  }
  if (clone.promotable && cannotBePromoted.has(agent.class)) {
    report(
      unpacking,
      "error",
      element,
      `Ignoring "${clone.id}": resources of class ${agent.class} such as "${id}" cannot be promoted.`,
    );
    return false;
  }
  return true;
}

function makeAnonymous(resource: Resource): void {
  resource.globallyUnique = false;
  for (const member of resource.children) makeAnonymous(member);
}
