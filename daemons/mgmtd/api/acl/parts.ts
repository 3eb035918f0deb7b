/**
 * The parts of the `acls` section, as its operations name them.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";
import type { Draft } from "../document/draft.ts";
import { childrenOf, element } from "../document/element.ts";
import type { Problems } from "../problems.ts";

/** Roles, by id. */
export const rolesOf = (draft: Draft): readonly XmlElement[] =>
  childrenOf(draft.section("acls"), "acl_role");

const idsOf = (of: readonly XmlElement[]): readonly string[] =>
  of.map(({ attributes: { id = "" } }) => id);

/** A role; else a problem. */
export function roleIn(draft: Draft, id: string, problems: Problems): XmlElement | undefined {
  const found = rolesOf(draft).find(({ attributes }) => attributes.id === id);
  if (found === undefined) problems.missing("role", id, idsOf(rolesOf(draft)));
  return found;
}

/** Users or groups that have roles. */
export type Holder = "acl_target" | "acl_group";

/** Those of one sort. */
export const holdersOf = (draft: Draft, tag: Holder): readonly XmlElement[] =>
  childrenOf(draft.section("acls"), tag);

/** Its name, which is its id unless it has another one. */
export const nameOf = ({ attributes: { id = "", name } }: XmlElement): string => name ?? id;

/** The one of this name. */
export const holderIn = (draft: Draft, tag: Holder, name: string): XmlElement | undefined =>
  holdersOf(draft, tag).find((one) => nameOf(one) === name);

/** The roles that it has. */
export const rolesWith = (holder: XmlElement): readonly string[] =>
  idsOf(childrenOf(holder, "role", "role_ref"));

/** The element of a role that somebody has. */
export const roleOf = (id: string): XmlElement => element("role", { id });

/** A rule in words: `read xpath //nodes`. */
export function permissionText({ name, attributes }: XmlElement): string {
  const about = ["xpath", "reference", "object-type", "attribute"].flatMap((one) => {
    const value = attributes[one];
    return value === undefined ? [] : [`${one} ${value}`];
  });
  const kind = name.raw === "acl_permission" ? attributes.kind ?? "" : name.raw;
  return [kind, ...about].join(" ");
}
