/**
 * What constraints name: resources, templates, tags.
 *
 * A template or tag in a constraint stands for a set of resources, as if the set had been written.
 *
 * @module
 */
import type { Resource } from "../model.ts";
import { outermostOf } from "./outline.ts";
import { report, type Unpacking } from "./unpacking.ts";
import { children, makeElement, type XmlElement } from "./xml.ts";

/**
 * The resource that a constraint names. What is cloned stands for its clone, once any node has
 * recorded an instance of it under that name.
 */
export function findResource({ set }: Unpacking, id: string): Resource | undefined {
  const exact = set.resourceById.get(id);
  if (exact !== undefined) return exact;
  const first = set.resourceById.get(`${id}:0`);
  if (first === undefined) return undefined;
  const clone = outermostOf(first);
  return hasRecorded(clone, id) ? clone : undefined;
}

function hasRecorded(resource: Resource, id: string): boolean {
  return resource.historyId === id || resource.children.some((member) => hasRecorded(member, id));
}

/** Resources that a template or tag stands for; `undefined` where there is no such one. */
export function findTag({ set }: Unpacking, id: string): readonly string[] | undefined {
  return set.templates.get(id)?.users ?? set.tags.get(id);
}

/** The resource, and if there is none, a diagnostic that says so. */
export function requireResource(
  unpacking: Unpacking,
  constraint: XmlElement,
  id: string | undefined,
): Resource | undefined {
  const found = id === undefined ? undefined : findResource(unpacking, id);
  if (found === undefined) {
    report(
      unpacking,
      "error",
      constraint,
      id === undefined
        ? `Ignoring constraint "${constraint.attributes.id ?? ""}": it does not say for which ` +
          `resource.`
        : `Ignoring constraint "${constraint.attributes.id ?? ""}": there is no resource, ` +
          `template or tag "${id}".`,
    );
  }
  return found;
}

/** The sets of a constraint, with references followed, and templates and tags in them unfolded. */
export function setsOf(unpacking: Unpacking, constraint: XmlElement): readonly XmlElement[] {
  const sets: XmlElement[] = [];
  for (const written of children(constraint, "resource_set")) {
    const set = unpacking.resolve(written);
    if (set !== undefined) sets.push(unfold(unpacking, set));
  }
  return sets;
}

function unfold(unpacking: Unpacking, set: XmlElement): XmlElement {
  const members = children(set, "resource_ref").flatMap((reference) => {
    const id = reference.attributes.id ?? "";
    if (findResource(unpacking, id) !== undefined) return [reference];
    const tag = findTag(unpacking, id);
    return tag === undefined ? [reference] : tag.map(referenceTo);
  });
  return makeElement(set.name.raw, set.attributes, members, set.line);
}

/** The resources of a set; `undefined` (and a diagnostic) if one of them does not exist. */
export function membersOf(
  unpacking: Unpacking,
  constraint: XmlElement,
  set: XmlElement,
): readonly Resource[] | undefined {
  const members: Resource[] = [];
  for (const reference of children(set, "resource_ref")) {
    const member = requireResource(unpacking, constraint, reference.attributes.id);
    if (member === undefined) return undefined;
    members.push(member);
  }
  return members;
}

/** One side of a constraint as a set: its template or tag, or the one resource that it names. */
export function sideAsSet(
  unpacking: Unpacking,
  id: string,
  attributes: Readonly<Record<string, string | undefined>>,
): XmlElement {
  const tag = findResource(unpacking, id) === undefined ? findTag(unpacking, id) : undefined;
  const all: Record<string, string> = { id };
  if (tag !== undefined) all.sequential = "false";
  for (const name in attributes) {
    const value = attributes[name];
    if (value !== undefined) all[name] = value;
  }
  return makeElement("resource_set", all, (tag ?? [id]).map(referenceTo));
}

/** Whether the id is that of a template or tag and of no resource. */
export function isTag(unpacking: Unpacking, id: string | undefined): boolean {
  return id !== undefined && findResource(unpacking, id) === undefined &&
    findTag(unpacking, id) !== undefined;
}

const referenceTo = (id: string): XmlElement => makeElement("resource_ref", { id });
