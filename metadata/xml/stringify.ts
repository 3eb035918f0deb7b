/**
 * Writes the tree of `types.ts` as XML that reads back as the same tree.
 *
 * @module
 */
import { remembered } from "../remembered.ts";
import {
  isInstruction,
  type XmlDocument,
  type XmlElement,
  type XmlInstructionNode,
  type XmlNode,
} from "./types.ts";

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
  if (!("root" in node)) return written(node, indent, 0);
  const newline = indent === undefined ? "" : "\n";
  let out = "";
  if (node.declaration && options.declaration !== false) {
    const { version, encoding, standalone } = node.declaration;
    out = `<?xml version="${version}"`;
    if (encoding !== undefined) out += ` encoding="${encoding}"`;
    if (standalone !== undefined) out += ` standalone="${standalone}"`;
    out += `?>${newline}`;
  }
  for (const item of node.before ?? []) out += written(item, indent, 0) + newline;
  out += written(node.root, indent, 0);
  for (const item of node.after ?? []) out += newline + written(item, indent, 0);
  return out;
}

function instructionText({ target, text }: XmlInstructionNode): string {
  refuse(isForbidden(text) || /\?>|\r/.test(text), "instruction", text);
  refuse(/^xml$/i.test(target), "instruction's target", target);
  return `<?${nameText(target)}${text === "" ? "" : ` ${text}`}?>`;
}

function written(item: XmlNode, indent: string | undefined, depth: number): string {
  switch (item.type) {
    case "text":
      return escapeText(item.text);
    case "cdata":
      // Nothing is decoded in a section, a comment or an instruction: a carriage return would be lost.
      refuse(isForbidden(item.text) || item.text.includes("\r"), "CDATA section", item.text);
      // A section cannot hold its own end: it is cut in two there.
      return `<![CDATA[${item.text.replaceAll("]]>", "]]]]><![CDATA[>")}]]>`;
    case "comment":
      if (isInstruction(item)) return instructionText(item);
      refuse(isForbidden(item.text) || /--|-$|\r/.test(item.text), "comment", item.text);
      return `<!--${item.text}-->`;
    case "element":
      return elementText(item, indent, depth);
  }
}

function elementText(item: XmlElement, indent: string | undefined, depth: number): string {
  const { attributes, children } = item;
  const name = nameText(item.name.raw);
  let out = "<" + name;
  for (const key in attributes) {
    out += " " + nameText(key) + '="' + escapeValue(attributes[key]!) + '"';
  }
  if (children.length === 0) return out + "/>";
  out += ">";
  // Text beside elements is content: nothing may be added to it.
  const inner = indent === undefined || children.some(isText) ? undefined : indent;
  for (const child of children) {
    if (inner !== undefined) out += "\n" + inner.repeat(depth + 1);
    out += written(child, inner, depth + 1);
  }
  if (inner !== undefined) out += "\n" + inner.repeat(depth);
  return out + "</" + name + ">";
}

const isText = ({ type }: XmlNode): boolean => type === "text" || type === "cdata";

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

/** Names that are remembered as good at most. */
const NAMES_MAX = 4096;

/** A name, if it is one: nothing may smuggle in markup as a name. */
const nameText = remembered((name) => {
  refuse(!/^[\p{L}_:][\p{L}\p{M}\p{N}_:.·-]*$/u.test(name), "name", name);
  // Not empty, so it is remembered as itself.
  return name;
}, { entriesMax: NAMES_MAX });

function refuse(isWrong: boolean, noun: string, text: string): void {
  if (isWrong) {
    throw new TypeError(`Cannot write ${JSON.stringify(text.slice(0, 80))} as an XML ${noun}`);
  }
}
