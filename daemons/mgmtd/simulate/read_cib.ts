/**
 * A CIB out of a text that a person gave.
 *
 * @module
 */
import { parse, type XmlElement, XmlSyntaxError } from "../../../metadata/xml/mod.ts";

/** Reads a CIB; a text that says what is wrong with it where it is none. */
export function readCib(text: string): XmlElement | string {
  try {
    const { root } = parse(text, {
      ignoreWhitespace: true,
      ignoreComments: true,
      trackPosition: true,
    });
    return root.name.local === "cib"
      ? root
      : `This is no CIB: its outermost element is <${root.name.raw}>, not <cib>`;
  } catch (error) {
    if (error instanceof XmlSyntaxError) return `Cannot read the CIB: ${error.message}`;
    throw error;
  }
}
