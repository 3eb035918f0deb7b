/**
 * `acl target add`, `acl target rm`, `acl group add` and `acl group rm`: who has which roles.
 *
 * @module
 */
import { Draft, idFrom } from "../document/draft.ts";
import { element, withChildren } from "../document/element.ts";
import { type Changing, listOf, type Parameter, textOf } from "../operation.ts";
import { Problems } from "../problems.ts";
import { type Holder, holderIn, holdersOf, nameOf, roleIn, roleOf, rolesWith } from "./parts.ts";

/** Words for a sort. */
const words = {
  acl_target: { path: "target", what: "user", value: "USER" },
  acl_group: { path: "group", what: "group", value: "GROUP" },
} as const;

const parameters = (
  tag: Holder,
  roles: Pick<Parameter, "positional" | "summary">,
): readonly Parameter[] => [
  {
    name: "name",
    type: "string",
    positional: "required",
    value: words[tag].value,
    summary: `Name of the ${words[tag].what}, as the system has it`,
  },
  { name: "roles", type: "string", value: "ROLE", ...roles },
];

const isName = (name: string): boolean => /^[^\p{C}\s:]{1,255}$/u.test(name);

function adding(tag: Holder): Changing {
  const { path, what } = words[tag];
  return {
    path: ["acl", path, "add"],
    summary: `Give a ${what} roles`,
    parameters: parameters(tag, { positional: "rest required", summary: "The roles" }),
    effect: "change",
    change(cib, values) {
      const problems = new Problems();
      const draft = new Draft(cib);
      const name = textOf(values, "name") ?? "";
      if (!isName(name)) {
        problems.wrong(`"${name}" is no name of a ${what}. Fix: write it as the system has it`);
      }
      if (tag === "acl_target" && (name === "root" || name === "hacluster")) {
        problems.impossible(`${name} is not limited by roles. Fix: name another user`);
      }
      const wanted = [...new Set(listOf(values, "roles"))];
      for (const role of wanted) roleIn(draft, role, problems);
      if (problems.found) return { problems: problems.all };
      const found = holderIn(draft, tag, name);
      if (found === undefined) {
        const id = draft.freeId(name);
        const named = id === name && idFrom(name) === name ? {} : { name };
        draft.addTo("acls", element(tag, { id, ...named }, wanted.map(roleOf)));
      } else {
        const more = wanted.filter((role) => !rolesWith(found).includes(role)).map(roleOf);
        draft.replace(found, withChildren(found, [...found.children, ...more]));
      }
      return { cib: draft.root, done: [`The ${what} "${name}" has ${wanted.join(", ")}`] };
    },
  };
}

function removing(tag: Holder): Changing {
  const { path, what } = words[tag];
  return {
    path: ["acl", path, "rm"],
    summary: `Take roles away from a ${what}; all of them if none is named`,
    parameters: parameters(tag, { positional: "rest", summary: "The roles" }),
    effect: "change",
    change(cib, values) {
      const problems = new Problems();
      const draft = new Draft(cib);
      const name = textOf(values, "name") ?? "";
      const found = holderIn(draft, tag, name);
      if (found === undefined) {
        problems.missing(`${what} with roles`, name, holdersOf(draft, tag).map(nameOf));
        return { problems: problems.all };
      }
      const had = rolesWith(found);
      const wanted = listOf(values, "roles").length === 0 ? had : listOf(values, "roles");
      for (const role of wanted) if (!had.includes(role)) problems.missing("role", role, had);
      if (problems.found) return { problems: problems.all };
      const left = found.children.filter((child) =>
        child.type !== "element" || !wanted.includes(child.attributes.id ?? "")
      );
      const isEmpty = had.every((role) => wanted.includes(role));
      draft.replace(found, ...(isEmpty ? [] : [withChildren(found, left)]));
      return {
        cib: draft.root,
        done: [`The ${what} "${name}" has ${isEmpty ? "no roles" : `lost ${wanted.join(", ")}`}`],
      };
    },
  };
}

/** `acl target add` */
export const aclTargetAdd: Changing = adding("acl_target");
/** `acl target rm` */
export const aclTargetRm: Changing = removing("acl_target");
/** `acl group add` */
export const aclGroupAdd: Changing = adding("acl_group");
/** `acl group rm` */
export const aclGroupRm: Changing = removing("acl_group");
