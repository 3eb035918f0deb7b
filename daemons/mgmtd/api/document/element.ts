/**
 * Elements of the CIB, made and read.
 *
 * @module
 */
import type { XmlElement, XmlNode } from "@std/xml";

/** An element. Attributes that are undefined are left out. */
export function element(
  tag: string,
  attributes: Readonly<Record<string, string | undefined>> = {},
  children: readonly XmlNode[] = [],
): XmlElement {
  const own: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) own[name] = value;
  }
  return { type: "element", name: { raw: tag, local: tag }, attributes: own, children };
}

/** The same element with other attributes; undefined removes one. */
export function withAttributes(
  of: XmlElement,
  attributes: Readonly<Record<string, string | undefined>>,
): XmlElement {
  const { children } = of;
  return {
    ...of,
    attributes: element("", { ...of.attributes, ...attributes }).attributes,
    children,
  };
}

/** The same element with other children. */
export const withChildren = (of: XmlElement, children: readonly XmlNode[]): XmlElement => ({
  ...of,
  children,
});

/** Child elements, of a tag if one is given. */
export const childrenOf = (of: XmlElement | undefined, ...tags: string[]): readonly XmlElement[] =>
  (of?.children ?? []).filter((child): child is XmlElement =>
    child.type === "element" && (tags.length === 0 || tags.includes(child.name.raw))
  );

/** The first child of a tag. */
export const childOf = (of: XmlElement | undefined, tag: string): XmlElement | undefined =>
  childrenOf(of, tag)[0];

/** The element at the end of a path of tags. */
export const under = (of: XmlElement | undefined, ...tags: string[]): XmlElement | undefined =>
  tags.reduce<XmlElement | undefined>((at, tag) => childOf(at, tag), of);

/** All elements below one, itself first, in document order. */
export function* all(of: XmlElement): Generator<XmlElement> {
  const open = [of];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    yield at;
    open.push(...childrenOf(at).toReversed());
  }
}
