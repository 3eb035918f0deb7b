/**
 * Names with values: instance attributes, meta attributes, utilization, options and defaults.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";
import type { Draft } from "./draft.ts";
import { childOf, childrenOf, element, withAttributes } from "./element.ts";

/** Tags of the sets that hold pairs. */
export type SetTag =
  | "instance_attributes"
  | "meta_attributes"
  | "utilization"
  | "cluster_property_set";

/** The order in which a resource has its parts. */
const parts = ["meta_attributes", "instance_attributes", "utilization"];

/** Whether a set always holds: it has no rule. */
const isPlain = (set: XmlElement): boolean => childOf(set, "rule") === undefined;

/**
 * Sets and removes pairs of an element, in its first set without a rule; a set is made if there is
 * none. Sets with a rule are left alone: they hold only at times.
 *
 * @param owner read again from the draft, since it may have changed.
 * @param values null removes.
 */
export function setPairs(
  draft: Draft,
  owner: () => XmlElement | undefined,
  tag: SetTag,
  values: ReadonlyMap<string, string | null>,
): void {
  for (const [name, value] of values) {
    const of = owner();
    if (of === undefined) return;
    const holders = childrenOf(of, tag).filter(isPlain);
    const pairs = holders.flatMap((set) => childrenOf(set, "nvpair"));
    const old = pairs.find(({ attributes }) => attributes.name === name);
    if (value === null) {
      for (const pair of pairs) if (pair.attributes.name === name) draft.replace(pair);
      const [empty] = childrenOf(owner(), tag).filter((set) => isPlain(set) && isEmpty(set));
      if (empty !== undefined) draft.replace(empty);
    } else if (old !== undefined) {
      if (old.attributes.value !== value) draft.replace(old, withAttributes(old, { value }));
    } else {
      const set = holders[0] ?? addSet(draft, of, tag);
      const setId = set.attributes.id ?? "";
      draft.add(set, element("nvpair", { id: draft.freeId(`${setId}-${name}`), name, value }));
    }
  }
}

const isEmpty = ({ children, attributes }: XmlElement): boolean =>
  children.length === 0 && attributes["id-ref"] === undefined;

function addSet(draft: Draft, owner: XmlElement, tag: SetTag): XmlElement {
  const base = tag === "cluster_property_set"
    ? "cib-bootstrap-options"
    : `${owner.attributes.id ?? owner.name.raw}-${tag}`;
  const made = element(tag, { id: draft.freeId(base) });
  const before = parts.slice(0, parts.indexOf(tag));
  const at = owner.children.findLastIndex((child) =>
    child.type === "element" && (child.name.raw === tag || before.includes(child.name.raw))
  );
  draft.add(owner, made, tag === "cluster_property_set" ? undefined : at + 1);
  return made;
}

/** The pairs of an element that always hold, by name. */
export function pairsOf(owner: XmlElement | undefined, tag: SetTag): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const set of childrenOf(owner, tag).filter(isPlain)) {
    for (const { attributes: { name, value } } of childrenOf(set, "nvpair")) {
      // The first one counts.
      if (name !== undefined && value !== undefined && !found.has(name)) found.set(name, value);
    }
  }
  return found;
}
