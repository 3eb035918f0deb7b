/**
 * A CIB while an operation changes it. Trees are never changed in place: what was given stays as it is.
 *
 * @module
 */
import type { XmlElement, XmlNode } from "@std/xml";
import { all, childOf, childrenOf, element, under, withChildren } from "./element.ts";

/** The sections of a configuration, in the order in which the language has them. */
const sections = [
  "crm_config",
  "nodes",
  "resources",
  "constraints",
  "fencing-topology",
  "op_defaults",
  "rsc_defaults",
  "acls",
  "tags",
  "alerts",
] as const;

/** A section of the configuration. */
export type Section = typeof sections[number];

/** The document, changed step by step. */
export class Draft {
  #root: XmlElement;
  /** What was there before, if anybody looks for ids. */
  #ids: Set<string> | undefined;

  constructor(root: XmlElement) {
    this.#root = root;
  }

  /** The whole document as it is now. */
  get root(): XmlElement {
    return this.#root;
  }

  get configuration(): XmlElement {
    return childOf(this.#root, "configuration") ?? element("configuration");
  }

  /** A section; undefined if the document does not have it. */
  section(name: Section): XmlElement | undefined {
    return childOf(this.configuration, name);
  }

  /** The status section. */
  get status(): XmlElement | undefined {
    return under(this.#root, "status");
  }

  /** The element of the configuration with this id, of one of these tags if any are given. */
  byId(id: string, ...tags: string[]): XmlElement | undefined {
    for (const one of all(this.configuration)) {
      if (one.attributes.id === id && (tags.length === 0 || tags.includes(one.name.raw))) {
        return one;
      }
    }
    return undefined;
  }

  /** All elements of the configuration. */
  elements(): Iterable<XmlElement> {
    return all(this.configuration);
  }

  /** The element in which one stands. */
  parentOf(child: XmlElement): XmlElement | undefined {
    for (const one of all(this.#root)) if (one.children.includes(child)) return one;
    return undefined;
  }

  /** Puts something in the place of an element; nothing removes it. */
  replace(old: XmlElement, ...by: readonly XmlNode[]): void {
    const next = replaced(this.#root, old, by);
    if (next === undefined) throw new Error("the element is not in this document");
    this.#root = next;
    this.#ids = undefined;
  }

  /** Adds a child, at the end or at a position among all children. */
  add(parent: XmlElement, child: XmlNode, position?: number): XmlElement {
    const at = position ?? parent.children.length;
    const next = withChildren(parent, parent.children.toSpliced(at, 0, child));
    this.replace(parent, next);
    return next;
  }

  /** Adds to a section, which is made where it belongs if the document does not have it. */
  addTo(name: Section, child: XmlElement): void {
    this.add(this.madeSection(name), child);
  }

  /** A section, which is made where it belongs if the document does not have it. */
  madeSection(name: Section): XmlElement {
    return this.section(name) ?? this.#makeSection(name);
  }

  #makeSection(name: Section): XmlElement {
    const made = element(name);
    const { configuration } = this;
    const before = sections.slice(0, sections.indexOf(name));
    const at = configuration.children.findLastIndex((child) =>
      child.type === "element" && (before as readonly string[]).includes(child.name.raw)
    );
    this.add(configuration, made, at + 1);
    return made;
  }

  /** An id that no element of the document has: `base`, else with a number behind it. */
  freeId(base: string): string {
    const wanted = idFrom(base);
    this.#ids ??= new Set(
      [...all(this.configuration)].flatMap(({ attributes: { id } }) => id ?? []),
    );
    for (let n = 0;; n++) {
      const id = n === 0 ? wanted : `${wanted}-${n}`;
      if (this.#ids.has(id)) continue;
      this.#ids.add(id);
      return id;
    }
  }

  /** Resources by id: primitives, groups, clones, bundles. */
  resource(id: string): XmlElement | undefined {
    const found = this.byId(id, ...resourceTags);
    return found;
  }

  /** Ids of all resources. */
  resourceIds(): readonly string[] {
    const section = this.section("resources");
    return section === undefined ? [] : [...all(section)]
      .filter(({ name }) => (resourceTags as readonly string[]).includes(name.raw))
      .flatMap(({ attributes: { id } }) => id ?? []);
  }

  /** Names of all nodes of the configuration. */
  nodeNames(): readonly string[] {
    return childrenOf(this.section("nodes"), "node").flatMap(({ attributes: { uname, id } }) =>
      uname ?? id ?? []
    );
  }

  /** A node by name, as the policy engine compares names: without regard to case. */
  node(name: string): XmlElement | undefined {
    const nodes = childrenOf(this.section("nodes"), "node");
    const called = ({ attributes: { uname, id } }: XmlElement) => uname ?? id ?? "";
    return nodes.find((one) => called(one) === name) ??
      nodes.find((one) => called(one).toLowerCase() === name.toLowerCase());
  }
}

/** Tags of resources. `master` is the promotable clone of old documents. */
export const resourceTags = ["primitive", "group", "clone", "master", "bundle"];

/** An id of XML: letters, digits, `.`, `-`, `_`; not beginning with a digit. */
export function idFrom(text: string): string {
  const safe = text.replace(/[^\p{L}\p{N}._-]/gu, "-");
  return /^[\p{L}_]/u.test(safe) ? safe : `_${safe}`;
}

function replaced(
  at: XmlElement,
  old: XmlElement,
  by: readonly XmlNode[],
): XmlElement | undefined {
  if (at === old) {
    const [only] = by;
    return by.length === 1 && only?.type === "element" ? only : undefined;
  }
  for (const [index, child] of at.children.entries()) {
    if (child === old) return withChildren(at, at.children.toSpliced(index, 1, ...by));
    if (child.type !== "element") continue;
    const next = replaced(child, old, by);
    if (next !== undefined) return withChildren(at, at.children.with(index, next));
  }
  return undefined;
}
