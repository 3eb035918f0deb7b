/**
 * Whether the definition of an unfencing device changed since a node was unfenced with it.
 *
 * @module
 */
import type { Action, Node, Resource, WorkingSet } from "../model.ts";
import { fencingDigest } from "../unpack/mod.ts";
import { primitivesOf } from "../place/resource.ts";

/**
 * Notes the digests of all unfencing devices on a fencing action.
 *
 * @returns whether a device changed, so that the node must be unfenced again
 */
export function addUnfencingDigests(set: WorkingSet, action: Action, node: Node): boolean {
  let all = "", secure = "", changed = false;
  for (const device of [...unfencingDevices(set)].reverse()) {
    const digest = fencingDigest(set, device, node);
    if (digest.changed) changed = true;
    const agent = device.agent?.type ?? "";
    all += `${device.id}:${agent}:${digest.all},`;
    secure += `${device.id}:${agent}:${digest.secure},`;
  }
  action.meta.set("digests-all", all);
  action.meta.set("digests-secure", secure);
  return changed;
}

function* unfencingDevices(set: WorkingSet): Generator<Resource> {
  for (const resource of set.resources) {
    for (const one of primitivesOf(resource)) {
      if (one.fenceDevice && one.meta.get("provides") === "unfencing") yield one;
    }
  }
}
