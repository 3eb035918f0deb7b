/**
 * `tag create` and `tag rm`.
 *
 * @module
 */
import { Draft } from "../document/draft.ts";
import { childrenOf, element } from "../document/element.ts";
import { type Changing, listOf, textOf } from "../operation.ts";
import { isNewId, Problems } from "../problems.ts";

const tagsOf = (draft: Draft) =>
  childrenOf(draft.section("tags"), "tag").map(({ attributes }) => attributes.id ?? "");

/** `tag create` */
export const tagCreate: Changing = {
  path: ["tag", "create"],
  summary: "Give several resources one name for constraints",
  parameters: [
    { name: "tag", type: "string", positional: "required", value: "TAG", summary: "Its name" },
    {
      name: "ids",
      type: "string",
      positional: "rest required",
      value: "ID",
      summary: "Resources or other elements",
    },
  ],
  effect: "change",
  change(cib, values) {
    const problems = new Problems();
    const draft = new Draft(cib);
    const tag = textOf(values, "tag") ?? "";
    isNewId(draft, "tag", tag, problems);
    const ids = [...new Set(listOf(values, "ids"))];
    for (const id of ids) {
      if (draft.byId(id) === undefined) problems.missing("element", id, draft.resourceIds());
    }
    if (problems.found) return { problems: problems.all };
    draft.addTo("tags", element("tag", { id: tag }, ids.map((id) => element("obj_ref", { id }))));
    return { cib: draft.root, done: [`Tag "${tag}" means ${ids.join(", ")}`] };
  },
};

/** `tag rm` */
export const tagRm: Changing = {
  path: ["tag", "rm"],
  summary: "Remove tags; what they name stays",
  parameters: [
    {
      name: "tags",
      type: "string",
      positional: "rest required",
      value: "TAG",
      summary: "The tags",
    },
  ],
  effect: "change",
  change(cib, values) {
    const problems = new Problems();
    const draft = new Draft(cib);
    const wanted = [...new Set(listOf(values, "tags"))];
    for (const tag of wanted) {
      if (!tagsOf(draft).includes(tag)) problems.missing("tag", tag, tagsOf(draft));
    }
    if (problems.found) return { problems: problems.all };
    for (const tag of wanted) {
      const found = childrenOf(draft.section("tags"), "tag").find(({ attributes }) =>
        attributes.id === tag
      );
      if (found !== undefined) draft.replace(found);
    }
    return { cib: draft.root, done: wanted.map((tag) => `Removed: ${tag}`) };
  },
};
