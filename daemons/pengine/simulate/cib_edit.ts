/**
 * A CIB that can be edited: a copy of the XML tree whose status changes as a transition is played.
 *
 * The rest of the engine sees configuration and status as a tree it may only read. A simulation
 * changes its own copy, in place, and hands that on as such a tree again.
 *
 * @module
 */
import type { XmlElement, XmlNode } from "../../../metadata/xml/mod.ts";

/** An element whose attributes and children may change. It is an `XmlElement` to readers. */
export interface EditableElement extends XmlElement {
  readonly attributes: Record<string, string>;
  readonly children: EditableNode[];
}

/** Anything that stands in an editable element. */
export type EditableNode = EditableElement | Exclude<XmlNode, XmlElement>;

/** A CIB under simulation, with what is looked up often. */
export interface EditableCib {
  readonly root: EditableElement;
  readonly status: EditableElement;
  /** `node_state` elements by the name of the node. */
  readonly nodeStates: Map<string, EditableElement>;
}

/** Copies a CIB for editing. A missing status section is added. */
export function editableCib(cib: XmlElement): EditableCib {
  const root = copy(cib);
  const status = child(root, "status") ?? append(root, "status");
  const nodeStates = new Map<string, EditableElement>();
  for (const state of childrenNamed(status, "node_state")) {
    const name = state.attributes.uname;
    if (name !== undefined && !nodeStates.has(name)) nodeStates.set(name, state);
  }
  return { root, status, nodeStates };
}

/**
 * The state of a node in the status section, made if there is none.
 *
 * @param id of the node in the CIB; without it the one that the configuration gives, else the name.
 */
export function nodeState(cib: EditableCib, node: string, id?: string): EditableElement {
  const found = cib.nodeStates.get(node);
  if (found !== undefined) return found;
  const made = append(cib.status, "node_state", {
    id: id ?? configuredId(cib, node) ?? node,
    uname: node,
  });
  cib.nodeStates.set(node, made);
  return made;
}

/** The first child of that name. */
export function child(parent: EditableElement, name: string): EditableElement | undefined {
  for (const item of parent.children) {
    if (item.type === "element" && item.name.local === name) return item;
  }
  return undefined;
}

/** The children of that name. */
export function childrenNamed(parent: EditableElement, name: string): EditableElement[] {
  return parent.children.filter((item): item is EditableElement =>
    item.type === "element" && item.name.local === name
  );
}

/** The child of that name and id. */
export function childWithId(
  parent: EditableElement,
  name: string,
  id: string,
): EditableElement | undefined {
  for (const item of parent.children) {
    if (item.type === "element" && item.name.local === name && item.attributes.id === id) {
      return item;
    }
  }
  return undefined;
}

/** The first child of that name, made with these attributes if there is none. */
export function ensure(
  parent: EditableElement,
  name: string,
  attributes: Readonly<Record<string, string>> = {},
): EditableElement {
  return child(parent, name) ?? append(parent, name, attributes);
}

/** Adds a child at the end. */
export function append(
  parent: EditableElement,
  name: string,
  attributes: Readonly<Record<string, string>> = {},
): EditableElement {
  const made: EditableElement = {
    type: "element",
    name: { raw: name, local: name },
    attributes: Object.assign(Object.create(null), attributes),
    children: [],
  };
  parent.children.push(made);
  return made;
}

/** Takes away all children of that name. */
export function removeChildren(parent: EditableElement, name: string): void {
  const kept = parent.children.filter((item) =>
    item.type !== "element" || item.name.local !== name
  );
  parent.children.splice(0, parent.children.length, ...kept);
}

/** Sets attributes; one without a value is left as it was. */
export function set(
  target: EditableElement,
  attributes: Readonly<Record<string, string | undefined>>,
): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) target.attributes[name] = value;
  }
}

/** Counts a change of the status section in the version of the CIB. */
export function countStatusChange({ root }: EditableCib): void {
  root.attributes.num_updates = String(Number(root.attributes.num_updates ?? 0) + 1);
}

/** Counts a change of the configuration, which restarts the counting of updates. */
export function countConfigurationChange({ root }: EditableCib): void {
  root.attributes.epoch = String(Number(root.attributes.epoch ?? 0) + 1);
  root.attributes.num_updates = "0";
}

/** The id that the configuration gives a node of this name. */
function configuredId({ root }: EditableCib, node: string): string | undefined {
  const configuration = child(root, "configuration");
  const nodes = configuration && child(configuration, "nodes");
  return nodes && childrenNamed(nodes, "node")
    .find(({ attributes }) => attributes.uname === node)?.attributes.id;
}

function copy(source: XmlElement): EditableElement {
  return {
    type: "element",
    name: source.name,
    attributes: Object.assign(Object.create(null), source.attributes),
    children: source.children.map((item) => item.type === "element" ? copy(item) : item),
    ...(source.line === undefined ? {} : { line: source.line }),
  };
}
