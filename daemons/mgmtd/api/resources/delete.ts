/**
 * `resource delete`.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";
import { Draft, resourceTags } from "../document/draft.ts";
import { all } from "../document/element.ts";
import { type Changing, listOf } from "../operation.ts";
import { Problems, resourceIn } from "../problems.ts";
import { dropIfEmpty } from "./group.ts";
import { removeReferences } from "./references.ts";

/** See the head of the file. */
export const resourceDelete: Changing = {
  path: ["resource", "delete"],
  summary: "Delete resources, and what refers to them",
  details:
    "Constraints, tags and fencing levels that refer to a deleted resource are removed from it. The\n" +
    "cluster stops a deleted resource that runs.",
  parameters: [
    {
      name: "resources",
      type: "string",
      positional: "rest required",
      value: "RESOURCE",
      summary: "Resources, groups, clones",
    },
  ],
  effect: "change",
  change(cib, values) {
    const problems = new Problems();
    const draft = new Draft(cib);
    const wanted = [...new Set(listOf(values, "resources"))];
    for (const id of wanted) resourceIn(draft, id, problems);
    if (problems.found) return { problems: problems.all };
    const done: string[] = [];
    const named: string[] = [];
    for (const id of wanted) {
      const found = draft.resource(id);
      if (found === undefined) continue; // went with another one
      const gone = deleted(draft, found);
      named.push(...gone.resources);
      done.push(`Deleted: ${gone.resources.map((one) => `"${one}"`).join(", ")}`);
      if (gone.others.length > 0) done.push(`Removed with it: ${gone.others.join(", ")}`);
    }
    return { cib: draft.root, done, named };
  },
};

/** Deletes a resource with all that is in it, and the clone whose only content it is. */
function deleted(draft: Draft, given: XmlElement) {
  const parent = draft.parentOf(given);
  const isInClone = parent?.name.raw === "clone" || parent?.name.raw === "master";
  const whole = isInClone ? parent : given;
  const resources = [...all(whole)]
    .filter(({ name }) => resourceTags.includes(name.raw))
    .flatMap(({ attributes: { id } }) => id ?? []);
  draft.replace(whole);
  const others = resources.flatMap((
    id,
  ) => [...removeReferences(draft, id), ...withoutDevice(draft, id)]);
  const group = parent?.name.raw === "group" ? parent.attributes.id : undefined;
  if (group !== undefined) others.push(...dropIfEmpty(draft, group));
  return { resources, others };
}

/** Takes a fencing device out of all levels. @returns ids of the levels that are gone. */
function withoutDevice(draft: Draft, id: string): readonly string[] {
  const section = draft.section("fencing-topology");
  if (section === undefined) return [];
  const gone: string[] = [];
  for (const level of [...all(section)].filter(({ name }) => name.raw === "fencing-level")) {
    const devices = (level.attributes.devices ?? "").split(",").map((one) => one.trim());
    if (!devices.includes(id)) continue;
    const left = devices.filter((one) => one !== id);
    if (left.length === 0) {
      gone.push(level.attributes.id ?? "");
      draft.replace(level);
    } else {
      const attributes = Object.assign(
        Object.create(null) as Record<string, string>,
        level.attributes,
        {
          devices: left.join(","),
        },
      );
      draft.replace(level, { ...level, attributes });
    }
  }
  return gone;
}
