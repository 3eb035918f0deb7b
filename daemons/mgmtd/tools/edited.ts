/**
 * A CIB with an element put in, merged, put in the place of another, or taken out, as `cibadmin` does it.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";
import { Draft } from "../api/document/draft.ts";
import { all, childrenOf, element, withAttributes } from "../api/document/element.ts";
import { Ending } from "../compat/exit_code.ts";
import { usage } from "../compat/options.ts";
import { toolExit } from "./document.ts";
import { selected } from "./xpath.ts";

/** What is done with the element. */
export type Edit = "create" | "modify" | "replace" | "delete" | "delete all";

/** Where it belongs. */
export interface Place {
  readonly scope: string | undefined;
  readonly path: string | undefined;
  readonly mayCreate: boolean;
}

const sections: ReadonlySet<string> = new Set([
  "configuration",
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
  "status",
]);

/**
 * Does it. A whole document, or a section, stands for what is in it.
 *
 * @throws {Ending} if the element is there already, or is not there.
 */
export function edited(
  cib: XmlElement,
  command: Edit,
  given: XmlElement,
  place: Place,
): XmlElement {
  const draft = new Draft(cib);
  if (given.name.raw === "cib") {
    for (const part of childrenOf(given, "configuration")) section(draft, command, part, place);
    return draft.root;
  }
  if (sections.has(given.name.raw)) section(draft, command, given, place);
  else single(draft, command, given, place);
  return draft.root;
}

const find = (draft: Draft, tag: string): XmlElement | undefined =>
  [...all(draft.root)].find(({ name }) => name.raw === tag);

function section(draft: Draft, command: Edit, given: XmlElement, place: Place): void {
  const there = find(draft, given.name.raw);
  if (command === "replace") {
    if (there !== undefined) draft.replace(there, given);
    else draft.add(draft.configuration, given);
    return;
  }
  for (const child of childrenOf(given)) {
    if (sections.has(child.name.raw)) section(draft, command, child, place);
    else single(draft, command, child, { ...place, scope: given.name.raw });
  }
}

function single(
  draft: Draft,
  command: Edit,
  given: XmlElement,
  { scope, path, mayCreate }: Place,
): void {
  const { id } = given.attributes;
  const parent = path === undefined ? undefined : selected(draft.root, path)[0];
  const where = parent ?? (scope === undefined ? draft.root : find(draft, scope));
  const isIt = ({ name, attributes }: XmlElement) =>
    name.raw === given.name.raw && (id === undefined || attributes.id === id);
  const there = where === undefined ? undefined : [...all(where)].find(isIt);
  switch (command) {
    case "create":
      if (there !== undefined && id !== undefined) {
        throw new Ending(toolExit.exists, `Call failed: Name not unique on network: ${id}`);
      }
      add(draft, where, given, scope);
      return;
    case "modify":
    case "replace":
      if (there === undefined) {
        if (!mayCreate) throw new Ending(toolExit.noSuch, "Call failed: No such device or address");
        add(draft, where, given, scope);
      } else draft.replace(there, command === "replace" ? given : merged(there, given));
      return;
    case "delete":
    case "delete all":
      if (there !== undefined) draft.replace(there);
      return;
  }
}

function add(
  draft: Draft,
  where: XmlElement | undefined,
  given: XmlElement,
  scope: string | undefined,
): void {
  if (where !== undefined && where !== draft.root) {
    draft.add(where, given);
    return;
  }
  if (scope === undefined) throw usage("Name the section with -o, or the parent with --xpath");
  draft.add(draft.configuration, element(scope, {}, [given]));
}

/** Attributes and children of the second one on top of those of the first one. */
function merged(into: XmlElement, from: XmlElement): XmlElement {
  let children = [...into.children];
  for (const child of childrenOf(from)) {
    const at = children.findIndex((one) =>
      one.type === "element" && one.name.raw === child.name.raw &&
      one.attributes.id === child.attributes.id
    );
    const there = children[at];
    children = there?.type === "element"
      ? children.with(at, merged(there, child))
      : [...children, child];
  }
  return { ...withAttributes(into, from.attributes), children };
}
