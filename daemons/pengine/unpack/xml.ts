/**
 * Looking into the tree of a CIB: attributes and child elements by name.
 *
 * The unpacking reads only elements; text and comments between them mean nothing in a CIB.
 *
 * @module
 */
import type { XmlElement } from "../../../metadata/xml/types.ts";

export type { XmlElement };

/** The child elements, in document order; with `name`, those of that name alone. */
export function children(element: XmlElement | undefined, name?: string): readonly XmlElement[] {
  if (element === undefined) return [];
  const found: XmlElement[] = [];
  for (const child of element.children) {
    if (child.type !== "element") continue;
    if (name === undefined || child.name.raw === name) found.push(child);
  }
  return found;
}

/** The first child element of that name. */
export function child(element: XmlElement | undefined, name: string): XmlElement | undefined {
  if (element === undefined) return undefined;
  for (const item of element.children) {
    if (item.type === "element" && item.name.raw === name) return item;
  }
  return undefined;
}

/** The value of an attribute. */
export function attribute(element: XmlElement, name: string): string | undefined {
  return element.attributes[name];
}

/** The `id` of an element, or the empty string where it has none. */
export function idOf(element: XmlElement): string {
  return element.attributes.id ?? "";
}

/** Every element that has an `id` and stands below `root`, by that id; the first of a name counts. */
export function indexById(root: XmlElement, tagNames: ReadonlySet<string>): Map<string, XmlElement> {
  const found = new Map<string, XmlElement>();
  const walk = (element: XmlElement): void => {
    const id = element.attributes.id;
    if (id !== undefined && tagNames.has(element.name.raw)) {
      const key = `${element.name.raw} ${id}`;
      if (!found.has(key)) found.set(key, element);
    }
    for (const item of element.children) if (item.type === "element") walk(item);
  };
  walk(root);
  return found;
}
