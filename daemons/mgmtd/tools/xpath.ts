/**
 * The elements of a CIB that an XPath names, in the part of XPath that the field's programs use.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";
import type { Element } from "../compat/xml.ts";
import { select } from "../compat/xpath.ts";
import { childrenOf } from "../api/document/element.ts";

/** Each once, in the order of the document. @throws {Ending} if the path asks for something else. */
export function selected(root: XmlElement, path: string): readonly XmlElement[] {
  const originals = new Map<Element, XmlElement>();
  const copy = (of: XmlElement): Element => {
    const made: Element = {
      tag: of.name.raw,
      attributes: new Map(Object.entries(of.attributes)),
      children: childrenOf(of).map(copy),
    };
    originals.set(made, of);
    return made;
  };
  return select(copy(root), path).flatMap((one) => originals.get(one) ?? []);
}
