/**
 * Which element of the CIB a value comes from, so that a person can go and change it.
 *
 * @module
 */
import type { XmlElement } from "../../../metadata/xml/types.ts";
import type { Node, Resource, WorkingSet } from "../model.ts";

/** The first element below one, itself included, for which `is` holds. */
export function findElement(
  from: XmlElement | undefined,
  is: (element: XmlElement) => boolean,
): XmlElement | undefined {
  if (from === undefined || is(from)) return from;
  for (const child of from.children) {
    const found = child.type === "element" ? findElement(child, is) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

const isPair = (name: string) => ({ name: tag, attributes }: XmlElement): boolean =>
  tag.local === "nvpair" && attributes.name === name;

/** `id` of the nvpair that gives a node an attribute: a transient one, else the configured one. */
export function attributeElement(
  { cib }: WorkingSet,
  node: Node,
  name: string,
): string | undefined {
  const ofNode = (tag: string) =>
    findElement(cib, (one) => one.name.local === tag && one.attributes.uname === node.name);
  const found = findElement(ofNode("node_state"), isPair(name)) ??
    findElement(ofNode("node"), isPair(name));
  return found?.attributes.id;
}

/** `id` of the nvpair that gives a resource, or what it is part of, a meta-attribute or a use. */
export function pairElement(resource: Resource, name: string): string | undefined {
  for (let one: Resource | undefined = resource; one !== undefined; one = one.parent) {
    const found = findElement(one.element, isPair(name))?.attributes.id;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** How a location constraint is called: a rule is named with the constraint that holds it. */
export function locationName({ cib }: WorkingSet, id: string): string {
  const holder = findElement(
    cib,
    ({ name, children }) =>
      name.local === "rsc_location" &&
      children.some((child) => child.type === "element" && child.attributes.id === id),
  );
  const constraint = holder?.attributes.id;
  return constraint === undefined
    ? `location constraint "${id}"`
    : `rule "${id}" of location constraint "${constraint}"`;
}
