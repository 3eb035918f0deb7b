/**
 * The elements of a document with their places: trees share elements, also within one document, so an
 * element alone does not say where it stands.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";

/** An element at its place; the document, above the root, has no element. */
export interface Place {
  readonly element: XmlElement | undefined;
  readonly parent: Place | undefined;
  readonly children: readonly Place[];
}

/** A document, and where to find what in it. */
export interface PlacedDocument {
  /** Above the root. */
  readonly document: Place;
  readonly root: Place;
  readonly all: readonly Place[];
  readonly byTag: ReadonlyMap<string, readonly Place[]>;
  readonly byId: ReadonlyMap<string, readonly Place[]>;
}

const known = new WeakMap<XmlElement, PlacedDocument>();

/** The places of a document, remembered as long as the document is. */
export function placesOf(root: XmlElement): PlacedDocument {
  const found = known.get(root);
  if (found !== undefined) return found;
  const all: Place[] = [];
  const byTag = new Map<string, Place[]>();
  const byId = new Map<string, Place[]>();
  const put = (into: Map<string, Place[]>, key: string, place: Place) => {
    const list = into.get(key);
    if (list === undefined) into.set(key, [place]);
    else list.push(place);
  };
  const place = (element: XmlElement, parent: Place): Place => {
    const children: Place[] = [];
    const made: Place = { element, parent, children };
    all.push(made);
    put(byTag, element.name.raw, made);
    const { id } = element.attributes;
    if (id !== undefined) put(byId, id, made);
    for (const child of element.children) {
      if (child.type === "element") children.push(place(child, made));
    }
    return made;
  };
  const top: Place[] = [];
  const document: Place = { element: undefined, parent: undefined, children: top };
  const first = place(root, document);
  top.push(first);
  const placed = { document, root: first, all, byTag, byId };
  known.set(root, placed);
  return placed;
}

/** The path of an element for people: `/cib/configuration/resources/primitive[@id='web']`. */
export function pathOf(place: Place): string {
  let path = "";
  for (let at: Place | undefined = place; at?.element !== undefined; at = at.parent) {
    const { name, attributes: { id } } = at.element;
    path = `/${name.raw}${id === undefined ? "" : `[@id='${id}']`}${path}`;
  }
  return path;
}
