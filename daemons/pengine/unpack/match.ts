/**
 * Which resource a history belongs to. Nodes do not know the numbers of anonymous instances, so
 * these are dealt out here; what nothing matches is an orphan.
 *
 * @module
 */
import type { Node, Resource } from "../model.ts";
import { forbidEverywhere } from "./allowed.ts";
import { addInstance } from "./clone.ts";
import { addNode, linkConnection } from "./node.ts";
import { isRemoteConnection, outermostOf } from "./outline.ts";
import { unpackResource } from "./resource.ts";
import type { Unpacking } from "./unpacking.ts";
import { makeElement, type XmlElement } from "./xml.ts";

/** The configured resource, if there is one. */
export function matchHistory(
  unpacking: Unpacking,
  node: Node,
  id: string,
): Resource | undefined {
  const { set } = unpacking;
  let resource = set.resourceById.get(id);
  if (resource === undefined) {
    const first = set.resourceById.get(`${id.replace(/:\d+$/, "")}:0`);
    if (first === undefined || first.globallyUnique) return undefined;
    resource = first;
  }
  if (resource.variant !== "primitive") return undefined;
  const clone = outermostOf(resource);
  if (clone.variant === "clone" && !clone.globallyUnique) {
    const bundle = clone.parent;
    resource = bundle?.variant === "bundle"
      ? bundle.bundle?.replicas.find((replica) => replica.node === node)?.child
      : anonymousInstance(unpacking, node, clone, id.replace(/:\d+$/, ""));
  }
  if (resource !== undefined && resource.id !== id) resource.historyId = id;
  return resource;
}

/** The instance on that node, else one that is free, else a new one, which is an orphan. */
function anonymousInstance(
  unpacking: Unpacking,
  node: Node,
  clone: Resource,
  id: string,
): Resource | undefined {
  let found: Resource | undefined;
  let free: Resource | undefined;
  let onlyActive = false;
  for (const instance of clone.children) {
    if (found !== undefined) break;
    const [place] = places(instance);
    if (place === node) {
      found = memberOf(instance, id);
      if (found !== undefined && found.runningOn.length > 0) {
        // A second history on one node: the instances were unique once.
        onlyActive = true;
        found = undefined;
      }
    } else if (place === undefined && !onlyActive && free === undefined && !instance.blocked) {
      free = memberOf(instance, id);
      if (free?.pendingNode !== undefined && free.pendingNode !== node) free = undefined;
    }
  }
  if (found === undefined && !onlyActive) found = free;
  // Where nobody can tell and nobody will fence, a number is not to be used up.
  if (
    found !== undefined && !found.needsFencing && (!node.online || node.unclean) &&
    node.kind !== "guest" && clone.clone?.max !== unpacking.set.nodes.length
  ) found = undefined;
  if (found !== undefined) return found;
  const orphan = addInstance(unpacking, clone);
  return orphan === undefined ? undefined : memberOf(orphan, id);
}

/** Where an instance or any member of it is active, or is becoming so. */
function* places(resource: Resource): Generator<Node> {
  if (resource.children.length > 0) {
    for (const member of resource.children) yield* places(member);
    return;
  }
  yield* resource.runningOn;
  if (resource.pendingNode !== undefined) yield resource.pendingNode;
}

/** The instance itself, or the member of it, that was made from the element with that id. */
function memberOf(instance: Resource, id: string): Resource | undefined {
  if (instance.element.attributes.id === id || instance.id === id) return instance;
  for (const member of instance.children) {
    const found = memberOf(member, id);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A resource made from its history, since the configuration does not know it any more. */
export function orphanOf(unpacking: Unpacking, recorded: XmlElement): Resource | undefined {
  const { set } = unpacking;
  const { id = "", container } = recorded.attributes;
  const element = makeElement("primitive", { ...recorded.attributes, id }, [], recorded.line);
  const existing = set.resourceById.get(id);
  // A group or clone of the same name is not what ran there.
  if (existing !== undefined) set.resourceById.delete(id);
  const orphan = unpackResource(unpacking, element);
  if (existing !== undefined) set.resourceById.set(id, existing);
  if (orphan === undefined) return undefined;
  if (isRemoteConnection(element)) {
    const node = set.nodeByName.get(id) ??
      addNode(unpacking, { id, name: id, kind: "remote", score: 0 });
    linkConnection(unpacking, orphan);
    node.shutdown = true;
  }
  if (container !== undefined) orphan.removedFiller = true;
  orphan.orphan = true;
  set.resources.push(orphan);
  if (set.options.stopOrphanResources) forbidEverywhere(set, orphan);
  else orphan.managed = false;
  return orphan;
}

/** Once all histories of a node are known: orphans that lived in a container are put there. */
export function linkFillers({ set }: Unpacking, recorded: readonly XmlElement[]): void {
  for (const { attributes: { id, container: name } } of recorded) {
    if (id === undefined || name === undefined) continue;
    const container = set.resourceById.get(name);
    const filler = set.resourceById.get(id);
    if (container === undefined || filler === undefined) continue;
    if (!filler.removedFiller || filler.container !== undefined) continue;
    filler.container = container;
    container.fillers.push(filler);
    if (filler.remoteNode?.kind === "remote") filler.remoteNode.kind = "guest";
  }
}
