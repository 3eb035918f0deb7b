/**
 * Elements of a CIB by their names.
 *
 * @module
 */
import type { XmlElement } from "../../../metadata/xml/mod.ts";

export type { XmlElement };

/** The children with a name. */
export const children = (of: XmlElement, name: string): readonly XmlElement[] =>
  of.children.filter((item): item is XmlElement =>
    item.type === "element" && item.name.local === name
  );

/** All elements with a name, at any depth. */
export function descendants(of: XmlElement, name: string): readonly XmlElement[] {
  return of.children.flatMap((item) =>
    item.type !== "element"
      ? []
      : [...(item.name.local === name ? [item] : []), ...descendants(item, name)]
  );
}
