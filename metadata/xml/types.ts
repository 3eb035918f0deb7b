/**
 * The tree of an XML document, in the shape of `@std/xml`: a tree of one can be used as the other,
 * so that an import map line can change to the standard library.
 *
 * There are two additions. An element may know the `line` where it begins, because a diagnostic
 * about a configuration is of little use without it. A processing instruction may be kept: it is a
 * comment with a target, so code that knows only comments ignores it.
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
  /** What sort of node it is. */
  readonly type: "text";
  /** The characters. */
  readonly text: string;
}

/** A CDATA section. */
export interface XmlCDataNode {
  /** What sort of node it is. */
  readonly type: "cdata";
  /** The characters, as written. */
  readonly text: string;
}

/** A comment, without its marks. */
export interface XmlCommentNode {
  /** What sort of node it is. */
  readonly type: "comment";
  /** What stands between the marks. */
  readonly text: string;
}

/** A processing instruction: `<?target text?>`. There is none unless the reader was asked to keep them. */
export interface XmlInstructionNode extends XmlCommentNode {
  /** Whom it is for. */
  readonly target: string;
}

/** Whether a node is a processing instruction. */
export function isInstruction(node: XmlNode): node is XmlInstructionNode {
  return node.type === "comment" && "target" in node;
}

/** An element. Attributes keep the order in which they were written. */
export interface XmlElement {
  /** What sort of node it is. */
  readonly type: "element";
  /** Its name. */
  readonly name: XmlName;
  /** By name as written. The object has no prototype, so that `__proto__` is a name like others. */
  readonly attributes: Readonly<Record<string, string>>;
  /** What stands in it, in order. */
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

/** The XML declaration. It is where the document begins. */
export interface XmlDeclarationEvent extends XmlPosition {
  /** What sort of node it is. */
  readonly type: "declaration";
  /** Always `1.0`. */
  readonly version: string;
  /** What it says of the encoding; a text has none any more. */
  readonly encoding?: string;
  /** What it says of other documents that belong to it. */
  readonly standalone?: "yes" | "no";
}

/** A document: the root element, and what stands before and after it. */
export interface XmlDocument {
  /** The declaration, where there is one. */
  readonly declaration?: XmlDeclarationEvent;
  /** Comments and instructions before the root element, where there are any. */
  readonly before?: readonly (XmlCommentNode | XmlInstructionNode)[];
  /** The one element that holds all others. */
  readonly root: XmlElement;
  /** Comments and instructions after the root element, where there are any. */
  readonly after?: readonly (XmlCommentNode | XmlInstructionNode)[];
}

/** The input is not XML, or not the XML that the profile allows. The message ends with the position. */
export class XmlSyntaxError extends SyntaxError implements XmlPosition {
  readonly line: number;
  readonly column: number;
  readonly offset: number;

  /** `message` says what is wrong, without a dot; the position is put behind it. */
  constructor(message: string, position: XmlPosition) {
    super(`${message} at line ${position.line}, column ${position.column}`);
    this.name = "XmlSyntaxError";
    this.line = position.line;
    this.column = position.column;
    this.offset = position.offset;
  }
}
