/**
 * What `@std/xml` 0.1 offers, as its documentation says: names and signatures, nothing that runs.
 * What stands in for it is held against this list, and so is the code that imports it.
 *
 * @module
 */

/** Everything that it exports and that is there when a program runs. */
export const published = [
  "XmlSyntaxError",
  "isCData",
  "isComment",
  "isElement",
  "isText",
  "parse",
  "parseXmlStream",
  "parseXmlStreamFromBytes",
  "stringify",
] as const;

export interface XmlPosition {
  readonly line: number;
  readonly column: number;
  readonly offset: number;
}

export declare class XmlSyntaxError extends SyntaxError {
  readonly line: number;
  readonly column: number;
  readonly offset: number;
  constructor(message: string, position: XmlPosition);
}

export interface XmlName {
  readonly raw: string;
  readonly local: string;
  readonly prefix?: string;
  readonly uri?: string;
}

export interface XmlTextNode {
  readonly type: "text";
  readonly text: string;
}

export interface XmlCDataNode {
  readonly type: "cdata";
  readonly text: string;
}

export interface XmlCommentNode {
  readonly type: "comment";
  readonly text: string;
}

export interface XmlElement {
  readonly type: "element";
  readonly name: XmlName;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: ReadonlyArray<XmlNode>;
}

export type XmlNode = XmlElement | XmlTextNode | XmlCDataNode | XmlCommentNode;

export interface XmlDeclarationEvent extends XmlPosition {
  readonly type: "declaration";
  readonly version: string;
  readonly encoding?: string;
  readonly standalone?: "yes" | "no";
}

export interface XmlDocument {
  readonly declaration?: XmlDeclarationEvent;
  readonly root: XmlElement;
}

export interface ParseOptions {
  readonly ignoreWhitespace?: boolean;
  readonly ignoreComments?: boolean;
  readonly trackPosition?: boolean;
  readonly disallowDoctype?: boolean;
}

export interface StringifyOptions {
  readonly indent?: string;
  readonly declaration?: boolean;
}

export declare function parse(xml: string, options?: ParseOptions): XmlDocument;
export declare function stringify(
  node: XmlDocument | XmlElement,
  options?: StringifyOptions,
): string;
export declare function isElement(node: XmlNode): node is XmlElement;
export declare function isText(node: XmlNode): node is XmlTextNode;
export declare function isCData(node: XmlNode): node is XmlCDataNode;
export declare function isComment(node: XmlNode): node is XmlCommentNode;
