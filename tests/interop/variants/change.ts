/**
 * A change of a CIB from which a variant of a case is made, and what such changes are written with.
 *
 * @module
 */
import {
  append,
  childrenNamed,
  type EditableCib,
  type EditableElement,
} from "../../../daemons/pengine/simulate/cib_edit.ts";

/** One thing that may happen to a cluster or its configuration. */
export interface Change {
  /** Changes of a kind are counted together. */
  readonly kind: string;
  /** What is done, for people. */
  readonly what: string;
  readonly apply: (cib: EditableCib) => void;
}

/** All changes of one sort that make sense for a CIB. */
export type Changes = (cib: EditableCib) => readonly Change[];

/** Elements of these names at any depth, in the order of the document. */
export function find(from: EditableElement, ...names: readonly string[]): EditableElement[] {
  const found: EditableElement[] = [];
  const walk = (element: EditableElement): void => {
    for (const item of element.children) {
      if (item.type !== "element") continue;
      if (names.includes(item.name.local)) found.push(item);
      walk(item);
    }
  };
  walk(from);
  return found;
}

/** The first element of that name. */
export function section(cib: EditableCib, name: string): EditableElement | undefined {
  return find(cib.root, name)[0];
}

/** The element of that name and id: for changes made on a copy of the CIB they were thought of. */
export function same(cib: EditableCib, element: EditableElement): EditableElement | undefined {
  const { id } = element.attributes;
  return find(cib.root, element.name.local).find((one) => one.attributes.id === id);
}

/** Gives an owner of attribute sets a value for a name, where it has one or in a set of its own. */
export function setPair(
  owner: EditableElement,
  setName: string,
  name: string,
  value: string,
): void {
  const sets = childrenNamed(owner, setName).filter(({ attributes }) =>
    attributes["id-ref"] === undefined
  );
  const written = sets.flatMap((one) => childrenNamed(one, "nvpair"))
    .find((pair) => pair.attributes.name === name && pair.attributes["id-ref"] === undefined);
  if (written !== undefined) {
    written.attributes.value = value;
    return;
  }
  const id = `variant-${setName}-${owner.attributes.id ?? owner.name.local}`;
  const into = sets.find(({ attributes }) => attributes.id === id) ?? insertSet(owner, setName, id);
  append(into, "nvpair", { id: `${id}-${name}`, name, value });
}

/** Takes an element out of its parent. */
export function remove(cib: EditableCib, element: EditableElement): void {
  const walk = (parent: EditableElement): boolean => {
    const at = parent.children.indexOf(element);
    if (at >= 0) parent.children.splice(at, 1);
    return at >= 0 || parent.children.some((item) => item.type === "element" && walk(item));
  };
  walk(cib.root);
}

/** Attribute sets stand before the parts of a resource. */
function insertSet(owner: EditableElement, setName: string, id: string): EditableElement {
  const made = append(owner, setName, { id });
  owner.children.pop();
  const first = owner.name.local.endsWith("_property_set") ? owner.children.length : 0;
  owner.children.splice(owner.name.local === "bundle" ? owner.children.length : first, 0, made);
  return made;
}
