/**
 * Stands in for `@std/xml`, whose registry cannot be reached everywhere: the same names with the same
 * signatures, as far as the project uses them. The import map of `deno.json` says which of the two
 * `@std/xml` is. `tests/std/` compares them.
 *
 * @module
 */
import { parse as read } from "../xml/parse.ts";
import type { XmlDocument, XmlElement, XmlNode, XmlTextNode } from "../xml/types.ts";

export {
  type XmlCDataNode,
  type XmlCommentNode,
  type XmlDeclarationEvent,
  type XmlDocument,
  type XmlElement,
  type XmlName,
  type XmlNode,
  type XmlPosition,
  XmlSyntaxError,
  type XmlTextNode,
} from "../xml/types.ts";
export { stringify, type StringifyOptions } from "../xml/stringify.ts";

/** How to read. */
export interface ParseOptions {
  /** Leave out text that is only white space. Default false. */
  readonly ignoreWhitespace?: boolean;
  /** Leave out comments. Default false. */
  readonly ignoreComments?: boolean;
  /** Know places. Default true; errors have theirs in any case. */
  readonly trackPosition?: boolean;
  /** Refuse any DOCTYPE. Default true. */
  readonly disallowDoctype?: boolean;
}

/**
 * Reads a whole document.
 *
 * @throws {XmlSyntaxError} at the first thing that is not well-formed or beyond a bound.
 */
export function parse(xml: string, options: ParseOptions = {}): XmlDocument {
  return read(xml, { ...options, trackPosition: false }); // lines of elements are not in its tree
}

/** Whether a node is an element. */
export function isElement(node: XmlNode): node is XmlElement {
  return node.type === "element";
}

/** Whether a node is text. */
export function isText(node: XmlNode): node is XmlTextNode {
  return node.type === "text";
}
