/**
 * Clones: instances of one resource, numbered from 0.
 *
 * @module
 */
import type { Resource } from "../model.ts";
import { isTrue } from "./boolean.ts";
import { parseInteger } from "./score.ts";
import { report, type Unpacking } from "./unpacking.ts";
import { children } from "./xml.ts";

/** Instances of all clones together: more than this nobody means. */
const instancesMax = 20_000;

/** Creates the instances of a clone. */
export function unpackClone(unpacking: Unpacking, clone: Resource): boolean {
  const { set } = unpacking;
  const { meta, element } = clone;
  const childElement = children(element).find(({ name }) =>
    name.raw === "primitive" || name.raw === "group"
  );
  if (childElement === undefined) {
    report(unpacking, "error", element, `Ignoring clone "${clone.id}": it has nothing to clone.`);
    return false;
  }
  const count = (names: readonly string[], fallback: number): number => {
    const text = names.map((name) => meta.get(name)).find((value) => value !== undefined);
    return text === undefined ? fallback : Math.max(0, parseInteger(text) ?? 0);
  };
  const wanted = count(["clone-max"], Math.max(1, set.nodes.length));
  const max = Math.min(wanted, Math.max(1, instancesMax - unpacking.instances));
  if (max < wanted) {
    report(
      unpacking,
      "error",
      element,
      `Using ${max} instances of "${clone.id}" instead of ${wanted}: a configuration can have ` +
        `${instancesMax} in all. Lower its clone-max.`,
    );
  }
  const data = clone.clone = {
    max,
    nodeMax: count(["clone-node-max"], 1),
    min: count(["clone-min"], 0),
    promotedMax: clone.promotable ? count(["promoted-max", "master-max"], 1) : 0,
    promotedNodeMax: clone.promotable ? count(["promoted-node-max", "master-node-max"], 1) : 0,
    interleave: isTrue(meta.get("interleave")),
    ordered: isTrue(meta.get("ordered")),
    childElement,
    totalClones: 0,
    choosesRoles: false,
  };
  if (!clone.globallyUnique && data.nodeMax > 1) {
    report(
      unpacking,
      "error",
      element,
      `Ignoring clone-node-max of "${clone.id}": an anonymous clone runs once on a node.`,
    );
    data.nodeMax = 1;
  }
  // A little stickiness, so that instances are not shuffled for nothing.
  if (!meta.has("resource-stickiness")) meta.set("resource-stickiness", "1");
  meta.set("globally-unique", String(clone.globallyUnique));
  // Even with none wanted there is one, to which the history of orphans is matched.
  const first = addInstance(unpacking, clone);
  if (first === undefined) return false;
  while (data.totalClones < data.max) {
    if (addInstance(unpacking, clone) === undefined) return false;
  }
  return true;
}

/** Creates the next instance; one beyond the number that is wanted is an orphan. */
export function addInstance(unpacking: Unpacking, clone: Resource): Resource | undefined {
  const data = clone.clone;
  if (data === undefined) return undefined;
  const orphan = data.totalClones >= data.max;
  const number = data.totalClones;
  const { max } = data;
  const instance = unpacking.unpackResource(data.childElement, {
    parent: clone,
    instance: number,
  });
  if (instance === undefined) return undefined;
  data.totalClones++;
  unpacking.instances++;
  clone.children.push(instance);
  if (orphan) markOrphan(instance);
  instance.meta.set("clone-max", String(max));
  return instance;
}

function markOrphan(resource: Resource): void {
  resource.orphan = true;
  for (const member of resource.children) markOrphan(member);
}
