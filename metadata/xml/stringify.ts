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

const textOf: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  "\r": "&#13;",
};
const valueOf: Readonly<Record<string, string>> = {
  ...textOf,
  '"': "&quot;",
  "\n": "&#10;",
  "\t": "&#9;",
};
const escapeText = (text: string): string =>
  /[&<>\r]/.test(text) ? text.replace(/[&<>\r]/g, (found) => textOf[found] ?? found) : text;
const escapeValue = (text: string): string =>
  /[&<>"\r\n\t]/.test(text)
    ? text.replace(/[&<>"\r\n\t]/g, (found) => valueOf[found] ?? found)
    : text;

/**
 * Writes a document or an element.
 *
 * @example
 * ```ts
 * import { parse } from "./parse.ts";
 * console.log(stringify(parse(`<a b='1&#10;'><c></c></a>`))); // <a b="1&#10;"><c/></a>
 * ```
 */
export function stringify(
  node: XmlDocument | XmlElement,
  options: StringifyOptions = {},
): string {
  const { indent } = options;
  const out: string[] = [];
  const write = (item: XmlNode, depth: number): void => {
    switch (item.type) {
      case "text":
        out.push(escapeText(item.text));
        return;
      case "cdata":
        // A section cannot hold its own end: it is cut in two there.
        out.push("<![CDATA[", item.text.replaceAll("]]>", "]]]]><![CDATA[>"), "]]>");
        return;
      case "comment":
        out.push("<!--", item.text, "-->");
        return;
      case "element": {
        out.push("<", item.name.raw);
        for (const name in item.attributes) {
          out.push(" ", name, '="', escapeValue(item.attributes[name]!), '"');
        }
        if (item.children.length === 0) {
          out.push("/>");
          return;
        }
        out.push(">");
        // Text beside elements is content: nothing may be added to it.
        const mixed = indent === undefined ||
          item.children.some((child) => child.type === "text" || child.type === "cdata");
        for (const child of item.children) {
          if (!mixed) out.push("\n", indent!.repeat(depth + 1));
          write(child, mixed ? 0 : depth + 1);
        }
        if (!mixed) out.push("\n", indent!.repeat(depth));
        out.push("</", item.name.raw, ">");
      }
    }
  };
  const root = "root" in node ? node.root : node;
  if ("root" in node && node.declaration && options.declaration !== false) {
    const { version, encoding, standalone } = node.declaration;
    out.push(`<?xml version="${version}"`);
    if (encoding !== undefined) out.push(` encoding="${encoding}"`);
    if (standalone !== undefined) out.push(` standalone="${standalone}"`);
    out.push("?>", indent === undefined ? "" : "\n");
  }
  write(root, 0);
  return out.join("");
}
