/**
 * The tree of an XML document, in the shape of `@std/xml`, so that an import map line can
 * change to the standard library where its registry is reachable.
 *
 * One addition: an element may know the `line` it began at, because a diagnostic about a
 * configuration is of little use without it.
 *
 * @module
 */

/** Where in the input something is. */
export interface XmlPosition {
  /** Line, counted from 1. */
  readonly line: number;
  /** Column, counted from 1. */
  readonly column: number;
  /** Characters before it. */
  readonly offset: number;
}

/** A name, with its prefix apart if it has one. */
export interface XmlName {
  /** As written: `ns:item` or `item`. */
  readonly raw: string;
  /** Without the prefix. */
  readonly local: string;
  /** What stood before the colon. */
  readonly prefix?: string;
  /** The namespace that the prefix is bound to. */
  readonly uri?: string;
}

/** Text between tags, decoded. */
export interface XmlTextNode {
  readonly type: "text";
  readonly text: string;
}

/** A CDATA section. */
export interface XmlCDataNode {
  readonly type: "cdata";
  readonly text: string;
}

/** A comment, without its marks. */
export interface XmlCommentNode {
  readonly type: "comment";
  readonly text: string;
}

/** A processing instruction: `<?target text?>`. There is none unless the reader was asked to keep them. */
export interface XmlInstructionNode {
  readonly type: "instruction";
  readonly target: string;
  readonly text: string;
}

/** An element. Attributes keep the order in which they were written. */
export interface XmlElement {
  readonly type: "element";
  readonly name: XmlName;
  /** By name as written. The object has no prototype, so that `__proto__` is a name like others. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlNode[];
  /** Line of the start tag, where the parser was asked to keep it. */
  readonly line?: number;
}

/** Anything that stands in an element. */
export type XmlNode =
  | XmlElement
  | XmlTextNode
  | XmlCDataNode
  | XmlCommentNode
  | XmlInstructionNode;

/** The XML declaration. */
export interface XmlDeclaration {
  readonly type: "declaration";
  readonly version: string;
  readonly encoding?: string;
  readonly standalone?: "yes" | "no";
}

/** A document: the root element, and what stands before and after it. */
export interface XmlDocument {
  readonly declaration?: XmlDeclaration;
  /** Comments and instructions before the root element, where there are any. */
  readonly before?: readonly (XmlCommentNode | XmlInstructionNode)[];
  readonly root: XmlElement;
  /** Comments and instructions after the root element, where there are any. */
  readonly after?: readonly (XmlCommentNode | XmlInstructionNode)[];
}

/** The input is not XML, or not the XML that the profile allows. The message ends with the position. */
export class XmlSyntaxError extends SyntaxError implements XmlPosition {
  readonly line: number;
  readonly column: number;
  readonly offset: number;

  constructor(message: string, position: XmlPosition) {
    super(`${message} at line ${position.line}, column ${position.column}`);
    this.name = "XmlSyntaxError";
    this.line = position.line;
    this.column = position.column;
    this.offset = position.offset;
  }
}
