/**
 * Reads XML strictly, into the tree of `types.ts`.
 *
 * Two profiles (see `metadata/README.md`): by default a DOCTYPE is refused, as the CIB and the
 * wire demand; agent meta-data may allow an external identifier, which is never loaded. Depth,
 * size and attributes are bounded in both, because whoever wrote the input may mean harm.
 *
 * @module
 */
import { SaxesParser } from "saxes";
import {
  type XmlDeclaration,
  type XmlDocument,
  type XmlElement,
  type XmlName,
  type XmlNode,
  XmlSyntaxError,
} from "./types.ts";

/** How to read. */
export interface ParseOptions {
  /** Leave out text that is only white space. Default false. */
  readonly ignoreWhitespace?: boolean;
  /** Leave out comments. Default false. */
  readonly ignoreComments?: boolean;
  /** Refuse any DOCTYPE. Default true. With false an internal subset is refused all the same. */
  readonly disallowDoctype?: boolean;
  /** Keep the line of each element. Default false. */
  readonly trackPosition?: boolean;
  /** Characters of input at most. Default 64 Mi. */
  readonly charactersMax?: number;
  /** Elements within elements at most. Default 256. */
  readonly depthMax?: number;
  /** Attributes of one element at most. Default 1024. */
  readonly attributesMax?: number;
}

interface Open {
  readonly type: "element";
  readonly name: XmlName;
  readonly attributes: Record<string, string>;
  readonly children: XmlNode[];
  line?: number;
}

const nameOf = (raw: string): XmlName => {
  const colon = raw.indexOf(":");
  return colon < 0
    ? { raw, local: raw }
    : { raw, prefix: raw.slice(0, colon), local: raw.slice(colon + 1) };
};

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
  const charactersMax = options.charactersMax ?? 64 * 1024 * 1024;
  const depthMax = options.depthMax ?? 256;
  const attributesMax = options.attributesMax ?? 1024;
  const parser = new SaxesParser({ position: true });
  const names = new Map<string, XmlName>();
  const stack: Open[] = [];
  let root: Open | undefined;
  let declaration: XmlDeclaration | undefined;
  let attributes = 0;

  const refuse = (message: string): never => {
    throw new XmlSyntaxError(message, {
      line: parser.line,
      column: parser.column + 1,
      offset: parser.position,
    });
  };
  if (xml.length > charactersMax) {
    throw new XmlSyntaxError(
      `Document of ${xml.length} characters; limit ${charactersMax}`,
      { line: 1, column: 1, offset: 0 },
    );
  }

  parser.on("error", (error) => refuse(error.message.replace(/^\d+:\d+: /, "")));
  parser.on("xmldecl", (found) => {
    declaration = {
      type: "declaration",
      version: found.version ?? "1.0",
      ...(found.encoding === undefined ? {} : { encoding: found.encoding }),
      ...(found.standalone === "yes" || found.standalone === "no"
        ? { standalone: found.standalone }
        : {}),
    };
  });
  parser.on("doctype", (text) => {
    if (options.disallowDoctype ?? true) refuse("A DOCTYPE is not allowed here");
    if (text.includes("[")) refuse("A DOCTYPE with an internal subset is not allowed");
  });
  parser.on("opentagstart", (tag) => {
    if (stack.length >= depthMax) refuse(`Elements nested deeper than ${depthMax}`);
    tag.attributes = Object.create(null);
    attributes = 0;
  });
  parser.on("attribute", () => {
    if (++attributes > attributesMax) refuse(`More than ${attributesMax} attributes`);
  });
  parser.on("opentag", (tag) => {
    let name = names.get(tag.name);
    if (name === undefined) names.set(tag.name, name = nameOf(tag.name));
    const element: Open = {
      type: "element",
      name,
      attributes: tag.attributes as Record<string, string>,
      children: [],
    };
    if (options.trackPosition) element.line = parser.line;
    const parent = stack.at(-1);
    if (parent === undefined) root = element;
    else parent.children.push(element);
    stack.push(element);
  });
  parser.on("closetag", () => void stack.pop());
  parser.on("text", (text) => {
    const parent = stack.at(-1);
    if (parent === undefined) return;
    if (options.ignoreWhitespace && !/[^ \t\r\n]/.test(text)) return;
    parent.children.push({ type: "text", text });
  });
  parser.on("cdata", (text) => void stack.at(-1)?.children.push({ type: "cdata", text }));
  parser.on("comment", (text) => {
    if (!options.ignoreComments) stack.at(-1)?.children.push({ type: "comment", text });
  });

  parser.write(xml).close();
  if (root === undefined) return refuse("No root element");
  const document: XmlDocument = { root: root as XmlElement };
  return declaration === undefined ? document : { ...document, declaration };
}
