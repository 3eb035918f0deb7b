/**
 * Small functions for reading and building XML elements.
 *
 * @module
 */
import type { Text } from "../field.ts";
import type { XmlElement, XmlNode } from "../xml/mod.ts";

/** An element of a name, with those attributes that are there, and children. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | undefined>>,
  children: readonly XmlNode[] = [],
): XmlElement {
  const present: Record<string, string> = Object.create(null);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined) present[key] = printable(value);
  }
  return { type: "element", name: { raw: name, local: name }, attributes: present, children };
}

/** Text, with what XML cannot hold replaced. */
export function text(value: string): XmlNode {
  return { type: "text", text: printable(value) };
}

/** Child elements of a name. */
export function childrenOf(parent: XmlElement | undefined, name: string): readonly XmlElement[] {
  return (parent?.children ?? []).filter((child): child is XmlElement =>
    child.type === "element" && child.name.local === name
  );
}

/** All text within an element, that of markup within it included, without blanks around it. */
export function textOf(parent: XmlElement): string {
  const parts: string[] = [];
  const walk = (node: XmlNode): void => {
    if (node.type === "text" || node.type === "cdata") parts.push(node.text);
    if (node.type === "element") node.children.forEach(walk);
  };
  walk(parent);
  return parts.join("").trim();
}

/** Descriptions by language, from elements of a name; without `lang` it is English. */
export function textsOf(parent: XmlElement, name: string): Text | undefined {
  const found: Record<string, string> = {};
  for (const child of childrenOf(parent, name)) {
    const said = textOf(child);
    if (said !== "") found[child.attributes.lang || "en"] = said;
  }
  return Object.keys(found).length === 0 ? undefined : found;
}

/** Descriptions as elements of a name, one for each language. */
export function textElements(name: string, texts: Text | undefined): readonly XmlElement[] {
  return Object.entries(texts ?? {}).map(([lang, said]) => element(name, { lang }, [text(said)]));
}

/** The text with what XML cannot hold, not even by reference, replaced. */
function printable(value: string): string {
  // deno-lint-ignore no-control-regex -- they are what it replaces
  return value.toWellFormed().replace(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, "\ufffd");
}
