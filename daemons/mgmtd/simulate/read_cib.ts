/**
 * A CIB out of a text that a person gave.
 *
 * @module
 */
import { withCode } from "../../../metadata/code.ts";
import { clip } from "../../../metadata/clip.ts";
import { parse, type XmlElement, XmlSyntaxError } from "../../../metadata/xml/mod.ts";
import { unprintableAttribute } from "../../../metadata/xml/unprintable.ts";

/**
 * Reads a CIB; a text that says what is wrong with it where it is none.
 *
 * @param from where it comes from, as `from standard input` or `"/etc/cib.xml"`, for that text.
 */
export function readCib(text: string, from?: string): XmlElement | string {
  const name = from === undefined ? "" : ` ${from}`;
  try {
    const { root } = parse(text, {
      ignoreWhitespace: true,
      ignoreComments: true,
      trackPosition: true,
    });
    if (root.name.local !== "cib") {
      return withCode(
        "HA0009",
        `Cannot use the CIB${name}: its outermost element is <${clip(root.name.raw, 200)}>, ` +
          "not <cib>. Fix: give the output of cibadmin --query, or a file like it",
      );
    }
    const unprintable = unprintableAttribute(root);
    if (unprintable === undefined) return root;
    return withCode("HA0009", `Cannot use the CIB${name}: ${unprintable}`);
  } catch (error) {
    if (!(error instanceof XmlSyntaxError)) throw error;
    return withCode("HA0009", `Cannot read the CIB${name}: ${error.message}`);
  }
}
