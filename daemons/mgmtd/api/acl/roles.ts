/**
 * `acl role create`, `acl role rm`, `acl permit` and `acl unpermit`.
 *
 * @module
 */
import { messageOf } from "../../../../metadata/message_of.ts";
import { readXpath } from "../../../cib/doors/access.ts";
import { Draft } from "../document/draft.ts";
import { childrenOf, element } from "../document/element.ts";
import { type Changing, listOf, type Parameter, textOf, type Values } from "../operation.ts";
import { isNewId, Problems } from "../problems.ts";
import { holdersOf, nameOf, permissionText, roleIn, rolesOf, rolesWith } from "./parts.ts";

const role: Parameter = {
  name: "role",
  type: "string",
  positional: "required",
  value: "ROLE",
  summary: "The role",
};

/** `acl role create` */
export const aclRoleCreate: Changing = {
  path: ["acl", "role", "create"],
  summary: "Create a role: rules that users and groups can have",
  parameters: [
    { ...role, summary: "Its name" },
    { name: "description", type: "string", value: "TEXT", summary: "What it is for" },
  ],
  effect: "change",
  change(cib, values) {
    const problems = new Problems();
    const draft = new Draft(cib);
    const id = textOf(values, "role") ?? "";
    isNewId(draft, "role", id, problems);
    if (problems.found) return { problems: problems.all };
    draft.addTo("acls", element("acl_role", { id, description: textOf(values, "description") }));
    return { cib: draft.root, done: [`Role "${id}" has no rules yet: ha acl permit ${id} ...`] };
  },
};

/** `acl role rm` */
export const aclRoleRm: Changing = {
  path: ["acl", "role", "rm"],
  summary: "Remove roles that nobody has",
  parameters: [
    {
      name: "roles",
      type: "string",
      positional: "rest required",
      value: "ROLE",
      summary: "The roles",
    },
  ],
  effect: "change",
  change(cib, values) {
    const problems = new Problems();
    const draft = new Draft(cib);
    const wanted = [...new Set(listOf(values, "roles"))];
    const holders = [...holdersOf(draft, "acl_target"), ...holdersOf(draft, "acl_group")];
    for (const id of wanted) {
      roleIn(draft, id, problems);
      const having = holders.filter((one) => rolesWith(one).includes(id)).map(nameOf);
      if (having.length > 0) {
        problems.impossible(
          `Role "${id}" belongs to ${having.join(", ")}. Fix: take it away first, with ` +
            "ha acl target rm or ha acl group rm",
        );
      }
    }
    if (problems.found) return { problems: problems.all };
    for (const id of wanted) {
      const found = rolesOf(draft).find(({ attributes }) => attributes.id === id);
      if (found !== undefined) draft.replace(found);
    }
    return { cib: draft.root, done: wanted.map((id) => `Removed: ${id}`) };
  },
};

/** Ways to say what a rule is about; exactly one. */
const ways = ["xpath", "reference", "object-type"] as const;

/** `acl permit` */
export const aclPermit: Changing = {
  path: ["acl", "permit"],
  summary: "Add a rule to a role: what may be read or written, or is denied",
  details:
    "The nearest rule counts: one about the element itself, else about the nearest element around it. " +
    "deny wins over write and read of the same element. What no rule is about is denied.",
  parameters: [
    role,
    {
      name: "kind",
      type: "string",
      positional: "required",
      value: "read|write|deny",
      summary: "What it does; write lets read too",
    },
    { name: "xpath", type: "string", value: "PATH", summary: "Elements by their path" },
    { name: "reference", type: "string", value: "ID", summary: "The element with this id" },
    { name: "object-type", type: "string", value: "TAG", summary: "All elements with this tag" },
    {
      name: "attribute",
      type: "string",
      value: "NAME",
      summary: "Of those with --object-type, the ones that have this attribute",
    },
    { name: "id", type: "string", value: "ID", summary: "Id of the rule; made if left out" },
  ],
  effect: "change",
  change(cib, values) {
    const problems = new Problems();
    const draft = new Draft(cib);
    const id = textOf(values, "role") ?? "";
    const kind = textOf(values, "kind") ?? "";
    const found = roleIn(draft, id, problems);
    if (!["read", "write", "deny"].includes(kind)) {
      problems.wrong(`"${kind}" is no kind of rule. Fix: write read, write or deny`);
    }
    const about = aboutOf(draft, values, problems);
    const given = textOf(values, "id");
    if (given !== undefined) isNewId(draft, "rule", given, problems);
    if (problems.found || found === undefined) return { problems: problems.all };
    const permission = element("acl_permission", {
      id: given ?? draft.freeId(`${id}-${kind}`),
      kind,
      ...about,
    });
    draft.add(found, permission);
    return { cib: draft.root, done: [`Role "${id}": ${permissionText(permission)}`] };
  },
};

function aboutOf(
  draft: Draft,
  values: Values,
  problems: Problems,
): Readonly<Record<string, string | undefined>> {
  const given = ways.filter((way) => textOf(values, way) !== undefined);
  if (given.length !== 1) {
    problems.wrong(
      "What the rule is about is missing, or given twice. " +
        "Fix: give one of --xpath, --reference and --object-type",
    );
  }
  const attribute = textOf(values, "attribute");
  if (attribute !== undefined && textOf(values, "object-type") === undefined) {
    problems.wrong("--attribute goes with --object-type alone. Fix: write //TAG[@NAME] as --xpath");
  }
  const xpath = textOf(values, "xpath");
  try {
    if (xpath !== undefined) readXpath(xpath);
  } catch (error) {
    problems.wrong(`${messageOf(error)}. Fix: write a path like //nvpair[@name='port']`);
  }
  const reference = textOf(values, "reference");
  if (reference !== undefined && draft.byId(reference) === undefined) {
    problems.missing("element", reference, draft.resourceIds());
  }
  return {
    xpath,
    reference,
    "object-type": textOf(values, "object-type"),
    attribute,
  };
}

/** `acl unpermit` */
export const aclUnpermit: Changing = {
  path: ["acl", "unpermit"],
  summary: "Remove rules from their roles",
  parameters: [
    {
      name: "ids",
      type: "string",
      positional: "rest required",
      value: "ID",
      summary: "Ids of the rules, as ha acl ls shows them",
    },
  ],
  effect: "change",
  change(cib, values) {
    const problems = new Problems();
    const draft = new Draft(cib);
    const rules = () => rolesOf(draft).flatMap((one) => childrenOf(one));
    const known = rules().flatMap(({ attributes: { id } }) => id ?? []);
    const wanted = [...new Set(listOf(values, "ids"))];
    for (const id of wanted) if (!known.includes(id)) problems.missing("rule", id, known);
    if (problems.found) return { problems: problems.all };
    for (const id of wanted) {
      const found = rules().find(({ attributes }) => attributes.id === id);
      if (found !== undefined) draft.replace(found);
    }
    return { cib: draft.root, done: wanted.map((id) => `Removed: ${id}`) };
  },
};
