/**
 * The changes of the CIB by which the failures of a resource are forgotten.
 *
 * @module
 */
import type { XmlElement } from "../../../metadata/xml/mod.ts";
import { stepText } from "../../cib/doors/path.ts";
import {
  findElement,
  type Node,
  primitivesOf,
  type Resource,
  type WorkingSet,
} from "../../pengine/doors/model.ts";
import { childOf, childrenOf } from "../api/document/element.ts";
import { missing, resourceNamed } from "../named.ts";

/** Paths of the elements to remove; a text that says what is missing. */
export function cleanupPaths(
  set: WorkingSet,
  id: string,
  nodeName: string | undefined,
): readonly string[] | string {
  const resource = resourceNamed(set, id);
  if (resource === undefined) return missing("resource", id, set.resourceById.keys());
  const node = nodeName === undefined ? undefined : set.nodeByName.get(nodeName);
  if (nodeName !== undefined && node === undefined) {
    return missing("node", nodeName, set.nodeByName.keys());
  }
  const nodes = node === undefined ? set.nodes : [node];
  const primitives = [...primitivesOf(resource)];
  return nodes.flatMap((one) => [
    ...new Set(primitives.flatMap((primitive) => [
      ...failCountPaths(set, one, primitive),
      ...historyPaths(set, one, primitive),
    ])),
  ]);
}

/** Attributes that count its failures. */
function failCountPaths({ cib }: WorkingSet, node: Node, resource: Resource): readonly string[] {
  const state = stateOf(cib, node);
  const transient = childOf(state, "transient_attributes");
  const name = withoutInstance(resource.historyId);
  const pattern = new RegExp(`^(fail-count|last-failure)-${escaped(name)}(:\\d+)?(#.*)?$`);
  return childrenOf(transient).flatMap((attributes) =>
    childrenOf(attributes).filter(({ attributes: pair }) => pattern.test(pair.name ?? ""))
      .map((pair) => `/cib/status${step(state)}${step(transient)}${step(attributes)}${step(pair)}`)
  );
}

/** Its history where an operation of it failed: without it, it is probed. */
function historyPaths(set: WorkingSet, node: Node, resource: Resource): readonly string[] {
  const failed = set.failures.some((one) => one.node === node && one.resource === resource);
  const history = set.history.get(node)?.get(withoutInstance(resource.historyId)) ??
    set.history.get(node)?.get(resource.historyId);
  if (!failed || history === undefined) return [];
  const state = stateOf(set.cib, node);
  const lrm = childOf(state, "lrm");
  const resources = childOf(lrm, "lrm_resources");
  return [`/cib/status${step(state)}${step(lrm)}${step(resources)}${step(history.element)}`];
}

const stateOf = (cib: XmlElement, { name }: Node): XmlElement | undefined =>
  findElement(cib, (one) => one.name.local === "node_state" && one.attributes.uname === name);

const step = (element: XmlElement | undefined): string => {
  if (element === undefined) return "";
  const { id } = element.attributes;
  return id === undefined ? `/${element.name.raw}` : stepText(element.name.raw, id);
};

const withoutInstance = (id: string): string => id.replace(/:\d+$/, "");

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
