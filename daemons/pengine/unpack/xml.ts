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

/** An element of our own making, for what the configuration only implies. */
export function makeElement(
  name: string,
  attributes: Readonly<Record<string, string>>,
  content: readonly XmlElement[] = [],
  line?: number,
): XmlElement {
  return {
    type: "element",
    name: { raw: name, local: name },
    attributes: Object.assign(Object.create(null), attributes),
    children: content,
    ...(line === undefined ? {} : { line }),
  };
}

/** A set of names and values, as `nvpair` elements. */
export function makeNvpairs(
  name: string,
  id: string,
  values: Iterable<readonly [string, string]>,
): XmlElement {
  const pairs = [...values].map(([key, value]) =>
    makeElement("nvpair", { id: `${id}-${key}`, name: key, value })
  );
  return makeElement(name, { id }, pairs);
}
