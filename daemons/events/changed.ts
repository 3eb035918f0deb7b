/**
 * What differs between two trees of the CIB. They share all that is the same, so a look at a change
 * costs what the change is, not what the CIB is.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";

/** An element of both trees, of which one may be missing. */
export interface Pair {
  readonly before: XmlElement | undefined;
  readonly after: XmlElement | undefined;
}

/** The child elements of a tag that differ, by id; those without one by their place. */
export function changed(
  before: XmlElement | undefined,
  after: XmlElement | undefined,
  tag: string,
): readonly Pair[] {
  if (before === after) return [];
  const [old, now] = [children(before, tag), children(after, tag)];
  const left = new Map<string, XmlElement>();
  const came: [string, XmlElement][] = [];
  for (let at = 0; at < Math.max(old.length, now.length); at++) {
    const [one, other] = [old[at], now[at]];
    if (one === other) continue;
    if (one !== undefined) left.set(idOf(one, at), one);
    if (other !== undefined) came.push([idOf(other, at), other]);
  }
  const pairs: Pair[] = [];
  for (const [id, one] of came) {
    const was = left.get(id);
    left.delete(id);
    if (was !== one) pairs.push({ before: was, after: one });
  }
  return [...pairs, ...[...left.values()].map((one) => ({ before: one, after: undefined }))];
}

/** The first child of a tag. */
export const childOf = (of: XmlElement | undefined, tag: string): XmlElement | undefined =>
  children(of, tag)[0];

/** Child elements of a tag. */
export const children = (of: XmlElement | undefined, tag: string): readonly XmlElement[] =>
  (of?.children ?? []).filter((child): child is XmlElement =>
    child.type === "element" && child.name.raw === tag
  );

const idOf = ({ attributes }: XmlElement, at: number): string => attributes.id ?? `#${at}`;
