/**
 * Texts that do not keep a longer one in memory. A part of a text refers to the whole text, so 20
 * characters of a document of 6 MB keep 6 MB for as long as they live.
 *
 * @module
 */
import type { XmlElement, XmlNode } from "@std/xml";

/** Shorter parts are copied by the engine itself. */
const partMin = 13;

/** The same text, which refers to no other. */
export function ownText(part: string): string {
  return part.length < partMin ? part : ownTexts([part])[0] ?? part;
}

/** The same element with texts of its own, for a tree of which parts outlive the document. */
export function ownTree(root: XmlElement): XmlElement {
  const texts: string[] = [];
  const collect = (text: string): string => {
    if (text.length >= partMin) texts.push(text);
    return text;
  };
  walk(root, collect);
  const owned = ownTexts(texts);
  let next = 0;
  return walk(root, (text) => text.length < partMin ? text : owned[next++] ?? text);
}

/** JSON makes texts of their own, and is fast for many at once. */
const ownTexts = (texts: readonly string[]): readonly string[] => JSON.parse(JSON.stringify(texts));

/** Copies an element; `change` gets its long-lived texts in a fixed order. */
function walk(element: XmlElement, change: (text: string) => string): XmlElement {
  const attributes: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(element.attributes)) attributes[name] = change(value);
  const name: Record<string, string> = {};
  for (const [part, text] of Object.entries(element.name)) name[part] = change(text);
  const children = element.children.map((child): XmlNode =>
    child.type === "element" ? walk(child, change) : withText(child, change)
  );
  return { ...element, name: { ...element.name, ...name }, attributes, children };
}

const withText = (
  node: Exclude<XmlNode, XmlElement>,
  change: (text: string) => string,
): XmlNode => ({ ...node, text: change(node.text) });
