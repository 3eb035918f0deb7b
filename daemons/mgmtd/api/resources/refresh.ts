/**
 * `resource refresh`: forgets all that is known of a resource, so that it is probed everywhere.
 *
 * @module
 */
import { Draft } from "../document/draft.ts";
import { all, childrenOf } from "../document/element.ts";
import { type Changing, textOf } from "../operation.ts";
import { nodeIn, Problems, resourceIn } from "../problems.ts";

/** See the head of the file. */
export const resourceRefresh: Changing = {
  path: ["resource", "refresh"],
  summary: "Forget all history and failures of a resource, and probe it again",
  parameters: [
    {
      name: "resource",
      type: "string",
      positional: "required",
      value: "RESOURCE",
      summary: "The resource, group or clone",
    },
    { name: "node", type: "string", positional: "optional", value: "NODE", summary: "Only there" },
  ],
  effect: "change",
  change(cib, values) {
    const problems = new Problems();
    const draft = new Draft(cib);
    const id = textOf(values, "resource") ?? "";
    const found = resourceIn(draft, id, problems);
    const named = textOf(values, "node");
    const node = named === undefined ? undefined : nodeIn(draft, named, problems);
    if (problems.found || found === undefined) return { problems: problems.all };
    const ids = new Set(
      [...all(found)].filter(({ name }) => name.raw === "primitive")
        .map(({ attributes }) => attributes.id ?? ""),
    );
    const base = (name: string) => name.replace(/:\d+$/, "");
    let forgotten = 0;
    for (const state of childrenOf(draft.status, "node_state")) {
      if (node !== undefined && state.attributes.uname !== node) continue;
      for (const one of [...all(state)]) {
        const { id: own = "", name: attribute = "" } = one.attributes;
        const isHistory = one.name.raw === "lrm_resource" && ids.has(base(own));
        const of = /^(?:fail-count|last-failure)-(.*?)(?:#.*)?$/.exec(attribute)?.[1];
        const isCount = one.name.raw === "nvpair" && of !== undefined && ids.has(base(of));
        if (!isHistory && !isCount) continue;
        forgotten++;
        draft.replace(one);
      }
    }
    return {
      cib: draft.root,
      done: [
        forgotten === 0
          ? `Nothing is known of "${id}"`
          : `What was known of "${id}" is forgotten; it is probed again`,
      ],
    };
  },
};
