/**
 * Where the configuration names a resource: constraints, sets, tags, access rules.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";
import type { Draft } from "../document/draft.ts";
import { childrenOf, withAttributes } from "../document/element.ts";

/** Attributes of constraints that name a resource. */
const attributes = ["rsc", "with-rsc", "first", "then"] as const;

/** The tags of constraints. */
const constraintTags = ["rsc_location", "rsc_order", "rsc_colocation", "rsc_ticket"];

/** Whether a constraint names a resource. */
export function names(constraint: XmlElement, id: string): boolean {
  return attributes.some((name) => constraint.attributes[name] === id) ||
    childrenOf(constraint, "resource_set").some((set) =>
      childrenOf(set, "resource_ref").some((ref) => ref.attributes.id === id)
    );
}

/** All constraints, in order. */
export const constraintsOf = (draft: Draft): readonly XmlElement[] =>
  childrenOf(draft.section("constraints"), ...constraintTags);

/** Names another resource wherever one is named by a constraint or in a set of one. */
export function rename(draft: Draft, from: string, to: string): void {
  for (const constraint of constraintsOf(draft)) {
    const changed = attributes.filter((name) => constraint.attributes[name] === from);
    if (changed.length === 0) continue;
    draft.replace(
      constraint,
      withAttributes(constraint, Object.fromEntries(changed.map((name) => [name, to]))),
    );
  }
  for (const element of [...draft.elements()]) {
    const { id } = element.attributes;
    if (element.name.raw === "resource_ref" && id === from) {
      draft.replace(element, withAttributes(element, { id: to }));
    }
  }
}

/**
 * Removes every reference to a resource that is deleted. A set that becomes empty goes, and a constraint
 * without anything to hold with it.
 *
 * @returns ids of the constraints and tags that are gone.
 */
export function removeReferences(draft: Draft, id: string): readonly string[] {
  const gone: string[] = [];
  const drop = (element: XmlElement) => {
    gone.push(element.attributes.id ?? "");
    draft.replace(element);
  };
  for (const constraint of constraintsOf(draft)) {
    if (attributes.some((name) => constraint.attributes[name] === id)) {
      drop(constraint);
      continue;
    }
    if (!names(constraint, id)) continue;
    const left = {
      ...constraint,
      children: constraint.children.flatMap((child) => {
        if (child.type !== "element" || child.name.raw !== "resource_set") return [child];
        const set = without(child, id);
        return childrenOf(set, "resource_ref").length === 0 ? [] : [set];
      }),
    };
    const refs = childrenOf(left, "resource_set").flatMap((set) => childrenOf(set, "resource_ref"));
    // Order and colocation of one resource with nothing mean nothing.
    const least = constraint.name.raw === "rsc_order" || constraint.name.raw === "rsc_colocation"
      ? 2
      : 1;
    if (refs.length < least) drop(constraint);
    else draft.replace(constraint, left);
  }
  for (const tag of childrenOf(draft.section("tags"), "tag")) {
    if (!childrenOf(tag, "obj_ref").some((ref) => ref.attributes.id === id)) continue;
    const left = without(tag, id);
    if (childrenOf(left).length === 0) drop(tag);
    else draft.replace(tag, left);
  }
  return gone;
}

const without = (of: XmlElement, id: string): XmlElement => ({
  ...of,
  children: of.children.filter((child) =>
    child.type !== "element" || child.attributes.id !== id || !child.name.raw.endsWith("_ref")
  ),
});
