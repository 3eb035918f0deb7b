/**
 * `resource group` and `resource ungroup`.
 *
 * @module
 */
import { Draft } from "../document/draft.ts";
import { childrenOf, element, withChildren } from "../document/element.ts";
import { type Changing, listOf, textOf } from "../operation.ts";
import { isNewId, Problems, resourceIn } from "../problems.ts";
import { removeReferences } from "./references.ts";

/** Where in a group. */
export interface Place {
  readonly side: "before" | "after";
  readonly member: string;
}

/** Puts primitives into a group, which is made if there is none. @returns what was done. */
export function intoGroup(
  draft: Draft,
  group: string,
  members: readonly string[],
  place: Place | undefined,
  problems: Problems,
): readonly string[] {
  const there = draft.resource(group);
  if (there === undefined) {
    if (!isNewId(draft, "group", group, problems)) return [];
  } else if (there.name.raw !== "group") {
    problems.exists(`"${group}" is a ${there.name.raw}, not a group. Fix: take another name`);
    return [];
  }
  const moved = members.flatMap((id) => {
    const found = resourceIn(draft, id, problems);
    const parent = found === undefined ? undefined : draft.parentOf(found);
    if (found === undefined) return [];
    if (found.name.raw !== "primitive") {
      problems.impossible(
        `"${id}" is a ${found.name.raw}: a group has primitives. Fix: leave it out`,
      );
    } else if (parent?.name.raw === "clone" || parent?.name.raw === "master") {
      problems.impossible(`"${id}" is cloned. Fix: ha resource unclone ${id} first`);
    }
    return [found];
  });
  if (problems.found) return [];
  if (there === undefined) draft.addTo("resources", element("group", { id: group }));
  for (const one of moved) takeOut(draft, one.attributes.id ?? "", group);
  const at = draft.byId(group, "group");
  if (at === undefined) return [];
  const left = at.children.findIndex((child) =>
    child.type === "element" && child.name.raw === "primitive" &&
    child.attributes.id === place?.member
  );
  if (place !== undefined && left < 0) {
    problems.missing(
      `member of "${group}"`,
      place.member,
      childrenOf(at, "primitive")
        .map(({ attributes }) => attributes.id ?? ""),
    );
    return [];
  }
  const last = at.children.findLastIndex((child) =>
    child.type === "element" && child.name.raw === "primitive"
  );
  const position = place === undefined
    ? last < 0 ? at.children.length : last + 1
    : place.side === "before"
    ? left
    : left + 1;
  draft.replace(at, withChildren(at, at.children.toSpliced(position, 0, ...moved)));
  return [`Group "${group}" has ${members.map((id) => `"${id}"`).join(", ")}`];
}

/** Takes a primitive out of where it stands; a group that becomes empty goes, unless it is `kept`. */
function takeOut(draft: Draft, id: string, kept?: string): void {
  const found = draft.byId(id, "primitive");
  if (found === undefined) return;
  const parent = draft.parentOf(found);
  draft.replace(found);
  const group = parent?.attributes.id;
  if (parent?.name.raw === "group" && group !== undefined && group !== kept) {
    dropIfEmpty(draft, group);
  }
}

/** Removes a group without members, and the clone that held it. */
export function dropIfEmpty(draft: Draft, id: string): readonly string[] {
  const group = draft.byId(id, "group");
  if (group === undefined || childrenOf(group, "primitive").length > 0) return [];
  const parent = draft.parentOf(group);
  const whole = parent?.name.raw === "clone" || parent?.name.raw === "master" ? parent : group;
  draft.replace(whole);
  const ids = [...new Set([whole.attributes.id ?? id, id])];
  return [...ids, ...ids.flatMap((one) => removeReferences(draft, one))];
}

/** `resource group` */
export const resourceGroup: Changing = {
  path: ["resource", "group"],
  summary: "Put resources into a group: they run on one node, in this order",
  parameters: [
    {
      name: "group",
      type: "string",
      positional: "required",
      value: "GROUP",
      summary: "The group, made if there is none",
    },
    {
      name: "resources",
      type: "string",
      positional: "rest required",
      value: "RESOURCE",
      summary: "Members, in order",
    },
    { name: "before", type: "string", value: "RESOURCE", summary: "Put them before this member" },
    { name: "after", type: "string", value: "RESOURCE", summary: "Put them after this member" },
  ],
  effect: "change",
  change(cib, values) {
    const problems = new Problems();
    const draft = new Draft(cib);
    const members = listOf(values, "resources");
    const [before, after] = [textOf(values, "before"), textOf(values, "after")];
    if (before !== undefined && after !== undefined) {
      problems.wrong("--before and --after exclude each other. Fix: give one of them");
    }
    for (const id of new Set(members.filter((one, at) => members.indexOf(one) !== at))) {
      problems.wrong(`"${id}" is given twice. Fix: name each member once`);
    }
    const place = before !== undefined
      ? { side: "before", member: before } as const
      : after !== undefined
      ? { side: "after", member: after } as const
      : undefined;
    if (place !== undefined && members.includes(place.member)) {
      problems.wrong(`"${place.member}" cannot stand beside itself. Fix: name another member`);
    }
    const group = textOf(values, "group") ?? "";
    const done = intoGroup(draft, group, members, place, problems);
    return problems.found ? { problems: problems.all } : { cib: draft.root, done, named: members };
  },
};

/** `resource ungroup` */
export const resourceUngroup: Changing = {
  path: ["resource", "ungroup"],
  summary: "Take resources out of a group, or dissolve it",
  parameters: [
    { name: "group", type: "string", positional: "required", value: "GROUP", summary: "The group" },
    {
      name: "resources",
      type: "string",
      positional: "rest",
      value: "RESOURCE",
      summary: "Members to take out; all if left out",
    },
  ],
  effect: "change",
  change(cib, values) {
    const problems = new Problems();
    const draft = new Draft(cib);
    const id = textOf(values, "group") ?? "";
    const group = resourceIn(draft, id, problems);
    if (group !== undefined && group.name.raw !== "group") {
      problems.impossible(`"${id}" is a ${group.name.raw}, not a group. Fix: name a group`);
    }
    const members = childrenOf(group, "primitive");
    const ids = members.map(({ attributes }) => attributes.id ?? "");
    const wanted = listOf(values, "resources");
    for (const one of wanted) {
      if (!ids.includes(one)) problems.missing(`member of "${id}"`, one, ids);
    }
    const parent = group === undefined ? undefined : draft.parentOf(group);
    if (parent !== undefined && parent.name.raw !== "resources") {
      problems.impossible(`"${id}" is cloned. Fix: ha resource unclone ${id} first`);
    }
    if (problems.found || group === undefined) return { problems: problems.all };
    const out = wanted.length === 0 ? ids : wanted;
    for (const one of members.filter(({ attributes }) => out.includes(attributes.id ?? ""))) {
      draft.replace(one);
      draft.addTo("resources", one);
    }
    const gone = dropIfEmpty(draft, id);
    const done = [`${out.map((one) => `"${one}"`).join(", ")} left the group "${id}"`];
    if (gone.length > 0) done.push(`Removed with it: ${gone.join(", ")}`);
    return { cib: draft.root, done, named: out };
  },
};
