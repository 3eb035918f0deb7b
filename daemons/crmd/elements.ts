/**
 * Two ways to look at an element.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";

/** Elements among the children, of one tag if given. */
export const elements = (parent: XmlElement | undefined, tag?: string): XmlElement[] =>
  (parent?.children ?? []).filter((child): child is XmlElement =>
    child.type === "element" && (tag === undefined || child.name.raw === tag)
  );

/** The field's idea of a boolean. */
export const isTrue = (text: string | undefined): boolean =>
  text !== undefined && ["true", "on", "yes", "y", "1"].includes(text.toLowerCase());
