/**
 * Builds the tree of a document while saxes reads it, within bounds.
 *
 * @module
 */
import type { SaxesParser } from "saxes";
import { Namespaces } from "./namespaces.ts";
import type { ParseOptions } from "./options.ts";
import {
  type XmlCommentNode,
  type XmlDeclarationEvent,
  type XmlDocument,
  type XmlElement,
  type XmlInstructionNode,
  type XmlName,
  type XmlNode,
  XmlSyntaxError,
} from "./types.ts";

const MI = 1024 * 1024;

interface Open {
  readonly type: "element";
  readonly name: XmlName;
  readonly attributes: Readonly<Record<string, string>>;
  children: XmlNode[];
  line?: number;
}

/** Builds the tree while saxes reads. */
export class Build {
  readonly #xml: string;
  readonly #parser: SaxesParser;
  readonly #options: ParseOptions;
  readonly #namespaces = new Namespaces();
  readonly #stack: Open[] = [];
  readonly #before: (XmlCommentNode | XmlInstructionNode)[] = [];
  readonly #after: (XmlCommentNode | XmlInstructionNode)[] = [];
  #root: Open | undefined;
  #declared: Partial<SaxesParser["xmlDecl"]> = {};
  #nodes = 0;
  #line = 1;

  constructor(xml: string, parser: SaxesParser, options: ParseOptions) {
    this.#xml = xml;
    this.#parser = parser;
    this.#options = options;
    const { disallowDoctype = true, ignoreComments, ignoreWhitespace } = options;
    // Seven handlers at most: with an eighth, V8 no longer keeps the parser's fields as those of a
    // class, and reading takes two and a half times as long. So there is no handler for errors, for the
    // declaration and for single attributes, and one for lines only where they are asked for.
    parser.on("opentag", (tag) => this.#open(tag.name, tag.attributes));
    parser.on("closetag", () => this.#close());
    parser.on("text", (text) => {
      if (this.#stack.length === 0) return;
      if (!ignoreWhitespace || /[^ \t\r\n]/.test(text)) this.#add({ type: "text", text });
    });
    parser.on("cdata", (text) => this.#add({ type: "cdata", text }));
    parser.on("doctype", (text) => {
      if (disallowDoctype) throw new Error("A DOCTYPE is not allowed here");
      if (text.includes("[")) throw new Error("A DOCTYPE with an internal subset is not allowed");
    });
    if (!ignoreComments) {
      parser.on("comment", (text) => this.#add({ type: "comment", text }));
    }
    if (options.keepInstructions) {
      parser.on(
        "processinginstruction",
        ({ target, body }) => this.#add({ type: "comment", target, text: body }),
      );
    }
    if (options.trackPosition) {
      parser.on("opentagstart", () => {
        // The character behind the name is read already, and may have ended the line.
        this.#line = parser.line - (/[\r\n]/.test(xml[parser.position - 1] ?? "") ? 1 : 0);
      });
    }
  }

  /** Where the parser stands: at the character that it read last. */
  here(): { readonly line: number; readonly column: number; readonly offset: number } {
    const { line, column, position } = this.#parser;
    return {
      line,
      column: Math.max(column, 1),
      offset: Math.max(Math.min(position, this.#xml.length) - 1, 0),
    };
  }

  document(): XmlDocument {
    if (this.#root === undefined) throw new XmlSyntaxError("No root element", this.here());
    const { version, encoding, standalone } = this.#declared;
    const declaration: XmlDeclarationEvent | undefined = version === undefined ? undefined : {
      type: "declaration",
      line: 1, // nothing may stand before it
      column: 1,
      offset: 0,
      version,
      ...(encoding === undefined ? {} : { encoding }),
      ...(standalone === "yes" || standalone === "no" ? { standalone } : {}),
    };
    return {
      ...(declaration === undefined ? {} : { declaration }),
      ...(this.#before.length === 0 ? {} : { before: this.#before }),
      root: this.#root as XmlElement,
      ...(this.#after.length === 0 ? {} : { after: this.#after }),
    };
  }

  #open(raw: string, attributes: Readonly<Record<string, string>>): void {
    const { depthMax = 256, attributesMax = 1024, trackPosition } = this.#options;
    const depth = this.#stack.length;
    if (depth === 0) this.#declare();
    if (depth >= depthMax) throw new Error(`Elements nested deeper than ${depthMax}`);
    let count = 0;
    let prefixed: readonly string[] = none;
    for (const name in attributes) {
      count++;
      if (name.includes(":") || name === "xmlns") prefixed = [...prefixed, name];
    }
    if (count > attributesMax) throw new Error(`More than ${attributesMax} attributes`);
    this.#refuseLong(attributes);
    const name = this.#namespaces.open(raw, attributes, prefixed, depth);
    const element: Open = { type: "element", name, attributes, children: [] };
    if (trackPosition) element.line = this.#line;
    if (depth === 0) {
      this.#root = element;
      this.#count();
    } else this.#add(element);
    this.#stack.push(element);
  }

  #close(): void {
    const element = this.#stack.pop()!;
    this.#namespaces.close(this.#stack.length);
    // An array that grew by one holds room for seventeen: a CIB would take twice the memory.
    const count = element.children.length;
    if (count > 0 && count < 12) element.children = element.children.slice();
  }

  #add(node: Open | Exclude<XmlNode, XmlElement>): void {
    this.#count();
    const { textMax = 16 * MI } = this.#options;
    if (node.type !== "element" && node.text.length > textMax) {
      throw new Error(`A ${node.type} of more than ${textMax} characters`);
    }
    const parent = this.#stack.at(-1);
    if (parent !== undefined) parent.children.push(node as XmlNode);
    else if (node.type === "comment") {
      (this.#root === undefined ? this.#before : this.#after).push(node);
    }
  }

  #count(): void {
    const { nodesMax = 4 * MI } = this.#options;
    if (++this.#nodes > nodesMax) throw new Error(`More than ${nodesMax} nodes`);
  }

  #refuseLong(attributes: Readonly<Record<string, string>>): void {
    const { textMax = 16 * MI } = this.#options;
    if (this.#xml.length <= textMax) return;
    for (const name in attributes) {
      if (attributes[name]!.length > textMax || name.length > textMax) {
        throw new Error(`A value of more than ${textMax} characters`);
      }
    }
  }

  #declare(): void {
    this.#declared = this.#parser.xmlDecl;
    const { version } = this.#declared;
    // XML 1.1 allows control characters that nothing else here can carry.
    if (version !== undefined && version !== "1.0") {
      throw new Error(`XML ${version} is not read here`);
    }
  }
}

const none: readonly string[] = [];
