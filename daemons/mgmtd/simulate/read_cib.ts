/**
 * A CIB out of a text that a person gave.
 *
 * @module
 */
import { parse, type XmlElement, XmlSyntaxError } from "../../../metadata/xml/mod.ts";
import { unprintableAttribute } from "../../../metadata/xml/unprintable.ts";

/** Reads a CIB; a text that says what is wrong with it where it is none. */
export function readCib(text: string): XmlElement | string {
  try {
    const { root } = parse(text, {
      ignoreWhitespace: true,
      ignoreComments: true,
      trackPosition: true,
    });
    if (root.name.local !== "cib") {
      return `This is not a CIB: its outermost element is <${root.name.raw}>, not <cib>`;
    }
    const unprintable = unprintableAttribute(root);
    return unprintable === undefined ? root : `Cannot use the CIB: ${unprintable}`;
  } catch (error) {
    if (error instanceof XmlSyntaxError) return `Cannot read the CIB: ${error.message}`;
    throw error;
  }
}
