/**
 * `acl ls` and `acl check`.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";
import {
  Access,
  isEnabled,
  isLimited,
  pathOf,
  type Place,
  rulesOf,
} from "../../../cib/doors/access.ts";
import { Draft } from "../document/draft.ts";
import { childrenOf } from "../document/element.ts";
import { listOf, type Reading, textOf } from "../operation.ts";
import { holdersOf, nameOf, permissionText, rolesOf, rolesWith } from "./parts.ts";

/** `acl ls` */
export const aclLs: Reading = {
  path: ["acl", "ls"],
  summary: "List roles with their rules, and who has them",
  parameters: [],
  effect: "read",
  read(cib) {
    const draft = new Draft(cib);
    const roles = rolesOf(draft).map((role) => ({
      role: role.attributes.id ?? "",
      ...(role.attributes.description === undefined
        ? {}
        : { description: role.attributes.description }),
      rules: childrenOf(role).map((rule) => ({
        id: rule.attributes.id ?? "",
        rule: permissionText(rule),
      })),
    }));
    const holders = (tag: "acl_target" | "acl_group") =>
      holdersOf(draft, tag).map((one) => ({ name: nameOf(one), roles: rolesWith(one) }));
    const [users, groups] = [holders("acl_target"), holders("acl_group")];
    const enabled = isEnabled(cib);
    const text = [
      enabled
        ? "Rules are in force: what no rule allows is denied"
        : "Rules are not in force: ha option set enable-acl=true",
      ...roles.flatMap(({ role, description, rules }) => [
        `role ${role}${description === undefined ? "" : `: ${description}`}`,
        ...rules.map(({ id, rule }) => `  ${id}: ${rule}`),
      ]),
      ...users.map(({ name, roles }) => `user ${name}: ${roles.join(" ")}`),
      ...groups.map(({ name, roles }) => `group ${name}: ${roles.join(" ")}`),
    ];
    return { text, data: { enabled, roles, users, groups } };
  },
};

/** What may be done with an element, and why. */
interface Found {
  readonly element: string;
  readonly access: "write" | "read" | "denied";
  readonly why: string;
}

/** `acl check` */
export const aclCheck: Reading = {
  path: ["acl", "check"],
  summary: "Show what a user may read and write, and by which rule",
  details:
    "An element is listed where something else holds for it than for the element around it. The " +
    "groups of a user are known to the system, not to the cluster: name them.",
  parameters: [
    {
      name: "user",
      type: "string",
      positional: "required",
      value: "USER",
      summary: "Name of the user, as the system has it",
    },
    {
      name: "group",
      type: "string",
      value: "GROUP",
      multiple: true,
      summary: "A group of the user; may be given several times",
    },
  ],
  effect: "read",
  read(cib, values) {
    const user = { name: textOf(values, "user") ?? "", groups: listOf(values, "group") };
    const enabled = isEnabled(cib);
    if (!isLimited(cib, user)) {
      const why = enabled ? "root and hacluster are not limited" : "enable-acl is not true";
      return {
        text: [`${user.name} may read and write everything: ${why}`],
        data: { user: user.name, limited: false, why },
      };
    }
    const access = new Access(cib, rulesOf(cib, user));
    const found = turnsIn(access);
    const broken = access.rules.filter(({ wrong }) => wrong !== undefined);
    return {
      text: [
        ...(access.rules.length === 0
          ? [`${user.name} may see nothing: neither the user nor a group named here has a rule`]
          : []),
        ...broken.map(({ id, wrong = "" }) => `WARNING: rule ${id} gives nothing: ${wrong}`),
        ...(access.rules.length === 0
          ? []
          : found.map(({ element, access, why }) => `${access.padEnd(6)} ${element} (${why})`)),
      ],
      data: { user: user.name, limited: true, elements: found },
    };
  },
};

/** Elements where something else holds than around them. */
function turnsIn(access: Access): readonly Found[] {
  const found: Found[] = [];
  const look = (place: Place, around: string) => {
    const written = access.mayWrite(place);
    const read = access.mayRead(place);
    const may = written.allowed ? "write" : read.allowed ? "read" : "denied";
    const { rule } = written.allowed ? written : read;
    const why = rule === undefined
      ? "no rule"
      : `rule ${rule.id} of role ${rule.role}: ${rule.kind} ${rule.about}`;
    const now = `${may} ${why}`;
    if (now !== around && isElement(place.element)) {
      found.push({ element: pathOf(place), access: may, why });
    }
    for (const child of place.children) look(child, now);
  };
  look(access.placed.root, "");
  return found;
}

const isElement = (element: XmlElement | undefined): element is XmlElement => element !== undefined;
