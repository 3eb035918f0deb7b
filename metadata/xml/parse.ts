/**
 * Reads XML strictly, into the tree of `types.ts`.
 *
 * The grammar is saxes', which is well kept; the tree, the namespaces, the bounds and the words are
 * ours. Whoever wrote the input may mean harm, so that everything is bounded. No entity but
 * XML's own five is known, and a DOCTYPE cannot bring others: nothing expands.
 *
 * @module
 */
import { SaxesParser } from "saxes";
import { Namespaces } from "./namespaces.ts";
import {
  type XmlCommentNode,
  type XmlDeclaration,
  type XmlDocument,
  type XmlElement,
  type XmlInstructionNode,
  type XmlName,
  type XmlNode,
  XmlSyntaxError,
} from "./types.ts";

/** How to read. `profiles.ts` holds the two ways that the project uses. */
export interface ParseOptions {
  /** Leave out text that is only white space. Default false. */
  readonly ignoreWhitespace?: boolean;
  /** Leave out comments. Default false. */
  readonly ignoreComments?: boolean;
  /** Keep processing instructions, which are dropped otherwise. Default false. */
  readonly keepInstructions?: boolean;
  /** Refuse any DOCTYPE. Default true. With false an internal subset is refused all the same. */
  readonly disallowDoctype?: boolean;
  /** Keep the line of each element. Takes half as long again. Default false. */
  readonly trackPosition?: boolean;
  /** Characters of input at most. Default 64 Mi. */
  readonly charactersMax?: number;
  /** Elements within elements at most. Default 256. */
  readonly depthMax?: number;
  /** Attributes of one element at most. Default 1024. */
  readonly attributesMax?: number;
  /** Characters of one text, value, comment or instruction at most. Default 16 Mi. */
  readonly textMax?: number;
  /** Elements, texts, comments and instructions at most. Default 4 Mi. */
  readonly nodesMax?: number;
  /** References such as `&lt;` or `&#10;` at most. Default 4 Mi. */
  readonly referencesMax?: number;
}

const MI = 1024 * 1024;

/**
 * Reads a whole document.
 *
 * @example
 * ```ts
 * const { root } = parse(`<node id="1" uname="alice"/>`);
 * console.log(root.name.local, root.attributes.uname); // node alice
 * ```
 * @throws {XmlSyntaxError} at the first thing that is not well-formed or beyond a bound.
 */
export function parse(xml: string, options: ParseOptions = {}): XmlDocument {
  const { charactersMax = 64 * MI, referencesMax = 4 * MI } = options;
  const first = { line: 1, column: 1, offset: 0 };
  if (xml.length > charactersMax) {
    throw new XmlSyntaxError(`Document of ${xml.length} characters; limit ${charactersMax}`, first);
  }
  if (!xml.isWellFormed()) refuseAt(xml, xml.search(/\p{Surrogate}/u), "Half a character");
  // Every reference takes four characters at least, so that a short document need not be counted.
  if (xml.length > 4 * referencesMax) refuseReferences(xml, referencesMax);
  const parser = new SaxesParser({ position: false });
  const build = new Build(xml, parser, options);
  try {
    parser.write(xml).close();
  } catch (error) {
    // Saxes throws plain errors, in words without a capital letter and with a dot.
    if (!(error instanceof Error) || error instanceof RangeError) throw error;
    const message = error.message.replace(/\.$/, "");
    throw new XmlSyntaxError(`${message[0]!.toUpperCase()}${message.slice(1)}`, build.here());
  }
  return build.document();
}

interface Open {
  readonly type: "element";
  readonly name: XmlName;
  readonly attributes: Readonly<Record<string, string>>;
  children: XmlNode[];
  line?: number;
}

/** Builds the tree while saxes reads. */
class Build {
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
    // class, and reading takes two and a half times as long. Hence no handler for errors, for the
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
        ({ target, body }) => this.#add({ type: "instruction", target, text: body }),
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
    const declaration: XmlDeclaration | undefined = version === undefined ? undefined : {
      type: "declaration",
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
    let prefixed: string[] = none;
    for (const name in attributes) {
      count++;
      if (name.includes(":")) prefixed = [...prefixed, name];
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
    else if (node.type === "comment" || node.type === "instruction") {
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

const none: string[] = [];

function refuseReferences(xml: string, referencesMax: number): void {
  let count = 0;
  for (let at = xml.indexOf("&"); at >= 0; at = xml.indexOf("&", at + 1)) {
    if (++count > referencesMax) refuseAt(xml, at, `More than ${referencesMax} references`);
  }
}

function refuseAt(xml: string, offset: number, message: string): never {
  const before = xml.slice(0, offset).split(/\r\n|\r|\n/);
  const column = before.at(-1)!.length + 1;
  throw new XmlSyntaxError(message, { line: before.length, column, offset });
}
