/**
 * Writes the tree of `types.ts` as XML that reads back as the same tree.
 *
 * @module
 */
import type { XmlDocument, XmlElement, XmlNode } from "./types.ts";

/** How to write. */
export interface StringifyOptions {
  /** Indentation of one level. Without it everything stands in one line. */
  readonly indent?: string;
  /** Write the XML declaration of a document that has one. Default true. */
  readonly declaration?: boolean;
}

/**
 * Writes a document or an element.
 *
 * @example
 * ```ts
 * import { parse } from "./parse.ts";
 * console.log(stringify(parse(`<a b='1&#10;'><c></c></a>`))); // <a b="1&#10;"><c/></a>
 * ```
 * @throws {TypeError} if the tree holds what XML cannot: a control character, half a character, a
 * name that is none, `--` in a comment, `?>` in an instruction.
 */
export function stringify(node: XmlDocument | XmlElement, options: StringifyOptions = {}): string {
  const { indent } = options;
  const out: string[] = [];
  if (!("root" in node)) {
    write(out, node, indent, 0);
    return out.join("");
  }
  const newline = indent === undefined ? "" : "\n";
  if (node.declaration && options.declaration !== false) {
    const { version, encoding, standalone } = node.declaration;
    out.push(`<?xml version="${version}"`);
    if (encoding !== undefined) out.push(` encoding="${encoding}"`);
    if (standalone !== undefined) out.push(` standalone="${standalone}"`);
    out.push("?>", newline);
  }
  for (const item of node.before ?? []) {
    write(out, item, indent, 0);
    out.push(newline);
  }
  write(out, node.root, indent, 0);
  for (const item of node.after ?? []) {
    out.push(newline);
    write(out, item, indent, 0);
  }
  return out.join("");
}

function write(out: string[], item: XmlNode, indent: string | undefined, depth: number): void {
  switch (item.type) {
    case "text":
      out.push(escapeText(item.text));
      return;
    case "cdata":
      // Nothing is decoded in a section, a comment or an instruction: a carriage return would be lost.
      refuse(isForbidden(item.text) || item.text.includes("\r"), "CDATA section", item.text);
      // A section cannot hold its own end: it is cut in two there.
      out.push("<![CDATA[", item.text.replaceAll("]]>", "]]]]><![CDATA[>"), "]]>");
      return;
    case "comment":
      refuse(isForbidden(item.text) || /--|-$|\r/.test(item.text), "comment", item.text);
      out.push("<!--", item.text, "-->");
      return;
    case "instruction": {
      refuse(isForbidden(item.text) || /\?>|\r/.test(item.text), "instruction", item.text);
      refuse(/^xml$/i.test(item.target), "instruction's target", item.target);
      out.push("<?", nameText(item.target), item.text === "" ? "" : ` ${item.text}`, "?>");
      return;
    }
    case "element":
      writeElement(out, item, indent, depth);
  }
}

function writeElement(
  out: string[],
  item: XmlElement,
  indent: string | undefined,
  depth: number,
): void {
  const name = nameText(item.name.raw);
  out.push("<", name);
  for (const key in item.attributes) {
    out.push(" ", nameText(key), '="', escapeValue(item.attributes[key]!), '"');
  }
  if (item.children.length === 0) {
    out.push("/>");
    return;
  }
  out.push(">");
  // Text beside elements is content: nothing may be added to it.
  const inner = item.children.some(({ type }) => type === "text" || type === "cdata")
    ? undefined
    : indent;
  for (const child of item.children) {
    if (inner !== undefined) out.push("\n", inner.repeat(depth + 1));
    write(out, child, inner, depth + 1);
  }
  if (inner !== undefined) out.push("\n", inner.repeat(depth));
  out.push("</", name, ">");
}

const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\t": "&#9;",
  "\n": "&#10;",
  "\r": "&#13;",
};

function escapeText(text: string): string {
  if (!/[^\t\n -%'-;=?-\ud7ff]/.test(text)) return text;
  refuse(isForbidden(text), "text", text);
  return text.replace(/[&<>\r]/g, (found) => escapes[found]!);
}

function escapeValue(text: string): string {
  if (!/[^ !#-%'-;=?-\ud7ff]/.test(text)) return text;
  refuse(isForbidden(text), "value", text);
  return text.replace(/[&<>"\t\n\r]/g, (found) => escapes[found]!);
}

/** What no XML document can hold, not even by reference. */
function isForbidden(text: string): boolean {
  // deno-lint-ignore no-control-regex -- they are what it looks for
  return !text.isWellFormed() || /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/.test(text);
}

const names = new Set<string>();
/** Names that are remembered as good at most. */
const NAMES_MAX = 4096;

/** A name, if it is one: nothing may smuggle in markup as a name. */
function nameText(name: string): string {
  if (names.has(name)) return name;
  refuse(!/^[\p{L}_:][\p{L}\p{M}\p{N}_:.·-]*$/u.test(name), "name", name);
  if (names.size >= NAMES_MAX) names.clear();
  names.add(name);
  return name;
}

function refuse(isWrong: boolean, noun: string, text: string): void {
  if (isWrong) {
    throw new TypeError(`Cannot write ${JSON.stringify(text.slice(0, 80))} as an XML ${noun}`);
  }
}
