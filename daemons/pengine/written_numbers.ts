/**
 * Numbers of instances, as they are written in the meta-attributes of an element or by references to
 * what stands elsewhere.
 *
 * @module
 */
import type { XmlElement } from "../../metadata/xml/mod.ts";

/** The element that another one stands for by its `id-ref`; the element itself if it has none. */
export type References = (element: XmlElement) => XmlElement | undefined;

/** References within a document. Its ids are collected with the first one: most have none. */
export function referencesIn(root: XmlElement): References {
  let byId: Map<string, XmlElement> | undefined;
  return (element) => {
    const to = element.attributes["id-ref"];
    if (to === undefined) return element;
    byId ??= idsOf(root);
    return byId.get(to);
  };
}

function idsOf(root: XmlElement): Map<string, XmlElement> {
  const byId = new Map<string, XmlElement>();
  const walk = (element: XmlElement): void => {
    const { id } = element.attributes;
    if (id !== undefined) byId.set(id, element);
    for (const child of childrenOf(element)) walk(child);
  };
  walk(root);
  return byId;
}

const numbered: ReadonlySet<string> = new Set(["clone-max", "clone-node-max"]);

/** The numbers that an element's meta-attributes say; of several sets the highest come first. */
export function numbersOf(
  references: References,
  element: XmlElement,
): { readonly name: string; readonly value: number }[] {
  return childrenOf(element, "meta_attributes")
    .map((set) => references(set))
    // Configurations of the first release wrapped the pairs once more.
    .flatMap((set) => childrenOf(childrenOf(set, "attributes")[0] ?? set, "nvpair"))
    .flatMap((written) => {
      const pair = references(written)?.attributes;
      const name = (written.attributes.name ?? pair?.name ?? "").replaceAll("_", "-");
      return numbered.has(name) ? [{ name, value: valueOf(pair?.value ?? "") }] : [];
    })
    .sort((one, other) => other.value - one.value);
}

/** A whole number as the engine reads it: what follows the digits does not count. */
export function valueOf(text: string): number {
  const digits = /^\s*\+?(\d+)/.exec(text)?.[1];
  if (digits !== undefined) return Number(digits);
  return /^\s*\+?INFINITY/i.test(text) ? Infinity : 0;
}

/** Elements in an element, or those of a name. */
export const childrenOf = (parent: XmlElement | undefined, tag?: string): XmlElement[] =>
  (parent?.children ?? []).filter((child): child is XmlElement =>
    child.type === "element" && (tag === undefined || child.name.raw === tag)
  );
