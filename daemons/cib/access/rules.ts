/**
 * What the `acls` section of a CIB says of one user: the rules of all roles that the user and the
 * user's groups have.
 *
 * `root` and `hacluster` are not limited, nor is anybody before `enable-acl` is true. After that, who
 * has no rule may do nothing.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";
import { messageOf } from "../../../metadata/message_of.ts";
import type { User } from "../../runtime/user.ts";
import { type Expression, readXpath } from "./xpath.ts";

/** Rules of one user at most; of one with more, nothing is believed but that nothing is allowed. */
const rulesMax = 1_024;

/** What a rule does. */
export type Kind = "read" | "write" | "deny";

/** One rule. */
export interface Rule {
  readonly kind: Kind;
  /** Id of its element, and of the role that has it. */
  readonly id: string;
  readonly role: string;
  /** As people read it: `xpath //nvpair`. */
  readonly about: string;
  /** What it is about; absent: the rule is not understood. */
  readonly path?: Expression;
  /** Why it is not. */
  readonly wrong?: string;
}

/** Users whom no rule limits. */
export const unlimitedUsers: ReadonlySet<string> = new Set(["root", "hacluster"]);

/** Whether rules limit this user in this document. Undefined: who owns the daemons' socket. */
export const isLimited = (root: XmlElement, user: User | undefined): boolean =>
  user !== undefined && !unlimitedUsers.has(user.name) && isEnabled(root);

/** Elements with this tag. */
export const childrenWith = (parent: XmlElement | undefined, ...tags: readonly string[]) =>
  (parent?.children ?? []).filter((child): child is XmlElement =>
    child.type === "element" && tags.includes(child.name.raw)
  );

/** The section of the configuration with this tag. */
const sectionOf = (root: XmlElement, tag: string): XmlElement | undefined =>
  childrenWith(childrenWith(root, "configuration")[0], tag)[0];

/** Whether `enable-acl` is true, in any set of options and under any condition. */
export const isEnabled = (root: XmlElement): boolean =>
  childrenWith(sectionOf(root, "crm_config"), "cluster_property_set").some(switchesOn);

function switchesOn(set: XmlElement): boolean {
  return childrenWith(set, "nvpair", "attributes").some((pair) =>
    pair.name.raw === "attributes" ? switchesOn(pair) : pair.attributes.name === "enable-acl" &&
      /^(?:1|on|true|y|yes)$/i.test(pair.attributes.value?.trim() ?? "")
  );
}

/** The rules of a user, in the order of the document. */
export function rulesOf(root: XmlElement, { name, groups }: User): readonly Rule[] {
  const acls = sectionOf(root, "acls");
  const own = childrenWith(acls, "acl_target", "acl_user", "acl_group").filter((one) => {
    const called = one.attributes.name ?? one.attributes.id ?? "";
    return one.name.raw === "acl_group" ? groups.includes(called) : called === name;
  });
  const roles = new Map<string, XmlElement>();
  for (const role of childrenWith(acls, "acl_role")) {
    const { id = "" } = role.attributes;
    if (!roles.has(id)) roles.set(id, role);
  }
  const rules: Rule[] = [];
  for (const one of own) {
    rules.push(...permissionsIn(one));
    for (const { attributes: { id = "" } } of childrenWith(one, "role", "role_ref")) {
      const role = roles.get(id);
      if (role !== undefined) rules.push(...permissionsIn(role));
    }
  }
  if (rules.length <= rulesMax) return rules;
  const wrong = `${rules.length} rules for one user; limit ${rulesMax}`;
  return [{ kind: "deny", id: "", role: "", about: "everything", wrong }];
}

/** The rules that stand in a role. Older documents have them as `read`, `write` and `deny`. */
const permissionsIn = (role: XmlElement): readonly Rule[] =>
  childrenWith(role, "acl_permission", "read", "write", "deny").flatMap((element) =>
    ruleOf(element, role.attributes.id ?? "")
  );

function ruleOf({ name, attributes }: XmlElement, role: string): readonly Rule[] {
  const { id = "", attribute } = attributes;
  const said = name.raw === "acl_permission" ? attributes.kind : name.raw;
  // What is not understood gives nothing.
  const kind = said === "read" || said === "write" ? said : "deny";
  const xpath = attributes.xpath;
  const tag = attributes["object-type"] ?? attributes.tag;
  const reference = attributes.reference ?? attributes.ref;
  const rule = { kind, id, role } as const;
  if (xpath !== undefined) {
    const about = `xpath ${xpath}`;
    try {
      return [{ ...rule, about, path: readXpath(xpath) }];
    } catch (error) {
      return [{ ...rule, about, wrong: messageOf(error) }];
    }
  }
  if (tag === undefined && reference === undefined) return [];
  const about = [
    ...(tag === undefined ? [] : [`object-type ${tag}`]),
    ...(reference === undefined ? [] : [`reference ${reference}`]),
    ...(attribute === undefined ? [] : [`attribute ${attribute}`]),
  ].join(", ");
  return [{ ...rule, about, path: pathTo(tag ?? "*", reference, attribute) }];
}

/** `//TAG[@id='REFERENCE' and @ATTRIBUTE]`, without a detour over a text. */
function pathTo(tag: string, reference?: string, attribute?: string): Expression {
  const of = (name: string): Expression => ({
    type: "path",
    absolute: false,
    steps: [{ axis: "attribute", test: name, conditions: [] }],
  });
  const conditions: Expression[] = [];
  if (reference !== undefined) {
    conditions.push({ type: "=", left: of("id"), right: { type: "text", text: reference } });
  }
  if (attribute !== undefined) conditions.push(of(attribute));
  return {
    type: "path",
    absolute: true,
    steps: [
      { axis: "descendant-or-self", test: "node()", conditions: [] },
      { axis: "child", test: tag, conditions },
    ],
  };
}
