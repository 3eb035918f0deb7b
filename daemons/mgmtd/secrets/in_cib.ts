/**
 * Secrets of resources in the CIB: which parameters name one, and the change that makes one do so.
 *
 * @module
 */
import { isReference } from "../../../metadata/secrets/reference.ts";
import type { XmlElement } from "../../../metadata/xml/mod.ts";
import { stepText } from "../../cib/doors/path.ts";
import type { CibChange } from "../../runtime/messages.ts";

/** Levels of groups and clones. */
const depthMax = 8;

/** A resource and the path to it. */
interface Found {
  readonly element: XmlElement;
  readonly path: string;
}

const elements = (of: XmlElement | undefined, tag?: string): readonly XmlElement[] =>
  of?.children.filter((child): child is XmlElement =>
    child.type === "element" && (tag === undefined || child.name.local === tag)
  ) ?? [];

/** All primitives and templates of a CIB. */
function primitives(cib: XmlElement): readonly Found[] {
  const found: Found[] = [];
  const walk = (of: XmlElement | undefined, path: string, depth: number) => {
    for (const element of elements(of)) {
      const { id } = element.attributes;
      if (id === undefined) continue;
      const at = `${path}${stepText(element.name.raw, id)}`;
      if (["primitive", "template"].includes(element.name.local)) found.push({ element, path: at });
      else if (depth > 0) walk(element, at, depth - 1);
    }
  };
  const configuration = elements(cib, "configuration")[0];
  walk(elements(configuration, "resources")[0], "/cib/configuration/resources", depthMax);
  return found;
}

/** Ids of the resources that a CIB has. */
export const resourcesIn = (cib: XmlElement): readonly string[] =>
  primitives(cib).filter(({ element }) => element.name.local === "primitive")
    .map(({ element }) => element.attributes.id ?? "");

/** The references of a resource by parameter, its own before those of its template. */
export function referencesOf(cib: XmlElement, id: string): Readonly<Record<string, string>> {
  const all = primitives(cib);
  const named = (id: string | undefined) => all.find((one) => one.element.attributes.id === id);
  const own = named(id)?.element;
  const found: Record<string, string> = {};
  for (const element of [own, named(own?.attributes.template)?.element]) {
    for (const set of elements(element, "instance_attributes")) {
      for (const { attributes: { name, value } } of elements(set, "nvpair")) {
        // Rules may choose another set, so each set counts.
        if (name !== undefined && value !== undefined && isReference(value)) found[name] ??= value;
      }
    }
  }
  return found;
}

/** The change that gives a parameter this reference; undefined without such a resource. */
export function referenceChange(
  cib: XmlElement,
  { resource, name, reference }: {
    readonly resource: string;
    readonly name: string;
    readonly reference: string;
  },
): CibChange | undefined {
  const found = primitives(cib).find(({ element }) => element.attributes.id === resource);
  if (found === undefined) return undefined;
  const { element, path } = found;
  const sets = elements(element, "instance_attributes").filter((set) =>
    set.attributes.id !== undefined && elements(set, "rule").length === 0
  );
  for (const set of sets) {
    const pair = elements(set, "nvpair").find(({ attributes }) => attributes.name === name);
    if (pair?.attributes.id === undefined) continue;
    const to = stepText("instance_attributes", set.attributes.id ?? "") +
      stepText("nvpair", pair.attributes.id);
    return { op: "modify", path: `${path}${to}`, set: { value: reference } };
  }
  const nvpair = `<nvpair id="${resource}-secret-${name}" name="${name}" value="${reference}"/>`;
  const first = sets[0]?.attributes.id;
  return first === undefined
    ? {
      op: "create",
      path,
      xml: `<instance_attributes id="${resource}-secrets">${nvpair}</instance_attributes>`,
    }
    : { op: "create", path: `${path}${stepText("instance_attributes", first)}`, xml: nvpair };
}
