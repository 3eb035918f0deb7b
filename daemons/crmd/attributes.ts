/**
 * Transient attributes of a node: facts that hold for one life of it, as `fail-count-*` and
 * `shutdown`.
 *
 * @module
 */
import { stringify, type XmlElement } from "@std/xml";
import { elementAt, stepText } from "../cib/doors/path.ts";
import type { CibChange } from "../runtime/messages.ts";
import { xml } from "./history.ts";
import { elements } from "./state.ts";

const setPath = (nodeId: string): string =>
  `/cib/status${stepText("node_state", nodeId)}${stepText("transient_attributes", nodeId)}${
    stepText("instance_attributes", `status-${nodeId}`)
  }`;

/** Id of an attribute; characters that an id cannot have become dots, as in the field. */
const pairId = (nodeId: string, name: string): string =>
  `status-${nodeId}-${name.replace(/[^\w.-]/g, ".")}`;

/** What an attribute is, if it is set. */
export function attributeOf(root: XmlElement, nodeId: string, name: string): string | undefined {
  return elements(elementAt(root, setPath(nodeId)), "nvpair")
    .find(({ attributes }) => attributes.name === name)?.attributes.value;
}

/** Names of all attributes that are set. */
export const attributeNames = (root: XmlElement, nodeId: string): readonly string[] =>
  elements(elementAt(root, setPath(nodeId)), "nvpair").map(({ attributes }) =>
    attributes.name ?? ""
  );

/** The changes that set attributes of a node that has a `node_state`. */
export function setAttributes(
  root: XmlElement,
  nodeId: string,
  values: Readonly<Record<string, string>>,
): readonly CibChange[] {
  const pairs = Object.entries(values).map(([name, value]) =>
    xml("nvpair", { id: pairId(nodeId, name), name, value })
  );
  const path = setPath(nodeId);
  if (elementAt(root, path) !== undefined) {
    return pairs.map((pair) => ({ op: "create", path, xml: stringify(pair) }));
  }
  const set = xml("instance_attributes", { id: `status-${nodeId}` }, pairs);
  const parent = path.slice(0, path.lastIndexOf("/instance_attributes"));
  if (elementAt(root, parent) !== undefined) {
    return [{ op: "create", path: parent, xml: stringify(set) }];
  }
  return [{
    op: "create",
    path: parent.slice(0, parent.lastIndexOf("/transient_attributes")),
    xml: stringify(xml("transient_attributes", { id: nodeId }, [set])),
  }];
}

/** The changes that take attributes away. */
export function unsetAttributes(
  root: XmlElement,
  nodeId: string,
  names: readonly string[],
): readonly CibChange[] {
  const path = setPath(nodeId);
  return elements(elementAt(root, path), "nvpair")
    .filter(({ attributes }) => names.includes(attributes.name ?? ""))
    .map(({ attributes }) => ({
      op: "delete",
      path: path + stepText("nvpair", attributes.id ?? ""),
    }));
}
