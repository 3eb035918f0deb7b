/**
 * Ids of a configuration: each stands once, and what refers to one finds it.
 *
 * @module
 */
import { children, type XmlElement } from "../unpack/xml.ts";
import { type Finding, Findings, findingsMax } from "./findings.ts";

/** Elements whose `id` refers to another one. */
const references: ReadonlySet<string> = new Set(["resource_ref", "role"]);
/** Elements whose `id` is a name of elsewhere, or refers to what need not be there. */
const free: ReadonlySet<string> = new Set(["node", "acl_target", "obj_ref", "role_ref"]);
/** Attributes that refer to the id of an element, by element. */
const attributes: Readonly<Record<string, readonly string[]>> = {
  acl_permission: ["reference"],
  primitive: ["template"],
  rsc_colocation: ["rsc", "with-rsc"],
  rsc_location: ["rsc"],
  rsc_order: ["first", "then"],
  rsc_ticket: ["rsc"],
};
/** What XML lets an id be. */
const idForm = /^[\p{L}_][\p{L}\p{M}\p{N}_.\-·]*$/u;

/** Trees are never changed in place: what was found in one stays true. */
const known = new WeakMap<XmlElement, readonly Finding[]>();

/** What is wrong with the ids of a configuration, as errors. */
export function identityFindings(configuration: XmlElement): readonly Finding[] {
  const found = known.get(configuration);
  if (found !== undefined) return found;
  const all = find(configuration);
  known.set(configuration, all);
  return all;
}

function find(configuration: XmlElement): readonly Finding[] {
  const findings = new Findings({ strict: true, current: false });
  const seen = new Set<string>();
  const asked: { readonly element: XmlElement; readonly attribute: string }[] = [];
  const open: XmlElement[] = [configuration];
  for (let element = open.pop(); element !== undefined; element = open.pop()) {
    const name = element.name.raw;
    const { id } = element.attributes;
    if (references.has(name)) asked.push({ element, attribute: "id" });
    else if (id !== undefined && !free.has(name)) {
      const here = element;
      if (!idForm.test(id)) {
        findings.refuse(
          here,
          "HA3004",
          () =>
            `The id "${id}" cannot be used. Fix: begin it with a letter or _, and use letters, ` +
            "digits, ., - and _ alone.",
        );
      }
      if (seen.has(id)) {
        findings.refuse(
          here,
          "HA3004",
          () => `The id "${id}" stands more than once. Fix: give each element an id of its own.`,
        );
      }
      seen.add(id);
    }
    if (element.attributes["id-ref"] !== undefined) asked.push({ element, attribute: "id-ref" });
    for (const attribute of Object.hasOwn(attributes, name) ? attributes[name]! : []) {
      if (element.attributes[attribute] !== undefined) asked.push({ element, attribute });
    }
    open.push(...children(element).toReversed());
    if (findings.all.length >= findingsMax) break;
  }
  for (const { element, attribute } of asked) {
    const id = element.attributes[attribute] ?? "";
    if (seen.has(id)) continue;
    findings.refuse(
      element,
      "HA3005",
      () =>
        `<${element.name.raw}> names "${id}" in "${attribute}", which is not there. Fix: correct the ` +
        "name, or remove it.",
    );
  }
  return findings.all;
}
