/**
 * `resource clone`, `resource promotable` and `resource unclone`.
 *
 * @module
 */
import { Draft } from "../document/draft.ts";
import { childrenOf, element } from "../document/element.ts";
import { setPairs } from "../document/pairs.ts";
import { type Changing, listOf, textOf } from "../operation.ts";
import { isNewId, pairsIn, Problems, resourceIn } from "../problems.ts";
import { rename } from "./references.ts";

/** What a clone is. */
export type CloneKind = "clone" | "promotable";

/** Puts a resource into a clone. @returns what was done. */
export function cloneOf(
  draft: Draft,
  id: string,
  kind: CloneKind,
  meta: ReadonlyMap<string, string | null>,
  name: string | undefined,
): string {
  const inner = draft.resource(id);
  const cloneId = name ?? draft.freeId(`${id}-clone`);
  if (inner !== undefined) draft.replace(inner, element("clone", { id: cloneId }, [inner]));
  const all = new Map(meta);
  if (kind === "promotable" && !all.has("promotable")) all.set("promotable", "true");
  setPairs(draft, () => draft.byId(cloneId, "clone"), "meta_attributes", all);
  // Constraints on the resource now mean the clone.
  rename(draft, id, cloneId);
  return `"${id}" runs as the ${kind === "clone" ? "clone" : "promotable clone"} "${cloneId}"`;
}

function cloning(kind: CloneKind, summary: string): Changing {
  return {
    path: ["resource", kind],
    summary,
    details:
      "Meta attributes of the clone follow its resource: clone-max=2 interleave=true. Constraints that\n" +
      "name the resource name the clone afterwards.",
    parameters: [
      {
        name: "resource",
        type: "string",
        positional: "required",
        value: "RESOURCE",
        summary: "A resource or group",
      },
      {
        name: "meta",
        type: "string",
        positional: "rest",
        value: "NAME=VALUE",
        summary: "Meta attributes of the clone",
      },
      {
        name: "name",
        type: "string",
        value: "CLONE",
        summary: "Name of the clone; RESOURCE-clone if left out",
      },
    ],
    effect: "change",
    change(cib, values) {
      const problems = new Problems();
      const draft = new Draft(cib);
      const id = textOf(values, "resource") ?? "";
      const inner = resourceIn(draft, id, problems);
      const meta = pairsIn(listOf(values, "meta"), problems);
      const name = textOf(values, "name");
      if (name !== undefined) isNewId(draft, "clone", name, problems);
      const parent = inner === undefined ? undefined : draft.parentOf(inner);
      if (inner !== undefined && !["primitive", "group"].includes(inner.name.raw)) {
        problems.impossible(
          `"${id}" is a ${inner.name.raw}, which cannot be cloned. Fix: set its meta attributes with ` +
            `ha resource set ${id} --meta NAME=VALUE`,
        );
      } else if (parent !== undefined && parent.name.raw !== "resources") {
        problems.impossible(
          `"${id}" belongs to "${parent.attributes.id}". Fix: clone that, or take "${id}" out of it`,
        );
      }
      if (problems.found) return { problems: problems.all };
      const done = [cloneOf(draft, id, kind, meta, name)];
      return { cib: draft.root, done, named: [id] };
    },
  };
}

/** `resource clone` */
export const resourceClone = cloning("clone", "Run a resource on every node");
/** `resource promotable` */
export const resourcePromotable = cloning(
  "promotable",
  "Run a resource on every node, and promote one",
);

/** `resource unclone` */
export const resourceUnclone: Changing = {
  path: ["resource", "unclone"],
  summary: "Run a cloned resource once again",
  parameters: [
    {
      name: "clone",
      type: "string",
      positional: "required",
      value: "CLONE",
      summary: "The clone, or its resource",
    },
  ],
  effect: "change",
  change(cib, values) {
    const problems = new Problems();
    const draft = new Draft(cib);
    const id = textOf(values, "clone") ?? "";
    const given = resourceIn(draft, id, problems);
    const isClone = (tag: string | undefined) => tag === "clone" || tag === "master";
    const parent = given === undefined ? undefined : draft.parentOf(given);
    const clone = isClone(given?.name.raw) ? given : isClone(parent?.name.raw) ? parent : undefined;
    const [inner] = childrenOf(clone, "primitive", "group");
    if (given !== undefined && (clone === undefined || inner === undefined)) {
      problems.impossible(`"${id}" is no clone and belongs to none. Fix: see ha resource ls`);
    }
    if (problems.found || clone === undefined || inner === undefined) {
      return { problems: problems.all };
    }
    draft.replace(clone, inner);
    const [cloneId = "", innerId = ""] = [clone.attributes.id, inner.attributes.id];
    rename(draft, cloneId, innerId);
    return {
      cib: draft.root,
      done: [`"${innerId}" is no clone any longer`],
      named: [cloneId, innerId],
    };
  },
};
