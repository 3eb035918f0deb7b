/**
 * The CIB as a user gets it: what may be read, with the two sections that every CIB has and the numbers
 * of its version, which every message has anyway.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";
import type { User } from "../../runtime/user.ts";
import { versionOf, withVersion } from "../version.ts";
import { type Access, accessOf } from "./access.ts";
import { childrenWith, isLimited } from "./rules.ts";

/** A document as a user gets it. */
export interface Shown {
  readonly root: XmlElement;
  /** The user may read nothing at all. */
  readonly nothing: boolean;
}

const known = new WeakMap<Access, Shown>();

/** What a user gets of a document. Without a user: all of it. */
export const shownTo = (root: XmlElement, user: User | undefined): Shown =>
  user !== undefined && isLimited(root, user)
    ? shownBy(accessOf(root, user))
    : { root, nothing: false };

/** The same by given rules. */
export function shownBy(access: Access): Shown {
  const found = known.get(access);
  if (found !== undefined) return found;
  const { element } = access.placed.root;
  if (element === undefined) throw new TypeError("A document without a root");
  const visible = access.visible();
  const shown = {
    root: withVersion(withSections(visible ?? bare(element), element), versionOf(element)),
    nothing: visible === undefined,
  };
  known.set(access, shown);
  return shown;
}

/** With the sections of the document that have no id: what is in them is another matter. */
function withSections(shown: XmlElement, root: XmlElement): XmlElement {
  const complete = (part: XmlElement, whole: XmlElement): XmlElement => {
    const missing = childrenWith(whole, "configuration", "status")
      .filter(({ name }) => childrenWith(part, name.raw).length === 0).map(bare);
    return missing.length === 0 ? part : { ...part, children: [...part.children, ...missing] };
  };
  return complete(shown, root);
}

/** The document of {@linkcode shownTo} with all sections of the configuration, for paths to lead to. */
export function withPlaces(shown: XmlElement, root: XmlElement): XmlElement {
  const [whole] = childrenWith(root, "configuration");
  if (whole === undefined) return shown;
  return {
    ...shown,
    children: shown.children.map((child) => {
      if (child.type !== "element" || child.name.raw !== "configuration") return child;
      const missing = whole.children.filter((one): one is XmlElement =>
        one.type === "element" && one.attributes.id === undefined &&
        childrenWith(child, one.name.raw).length === 0
      );
      return { ...child, children: [...child.children, ...missing.map(bare)] };
    }),
  };
}

const bare = (element: XmlElement): XmlElement => {
  const attributes: Record<string, string> = Object.create(null);
  return { ...element, attributes, children: [] };
};
