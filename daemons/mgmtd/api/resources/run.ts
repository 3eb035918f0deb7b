/**
 * `resource start`, `stop`, `manage` and `unmanage`: meta attributes under names that people use.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";
import { Draft } from "../document/draft.ts";
import { childrenOf } from "../document/element.ts";
import { pairsOf, setPairs } from "../document/pairs.ts";
import { type Changing, listOf, type Parameter } from "../operation.ts";
import { Problems, resourceIn } from "../problems.ts";

const resources: Parameter = {
  name: "resources",
  type: "string",
  positional: "rest required",
  value: "RESOURCE",
  summary: "Resources, groups, clones",
};

interface Wanted {
  readonly word: string;
  readonly summary: string;
  readonly details?: string;
  readonly name: "target-role" | "is-managed";
  /** Null: the attribute is removed, at what it stands in and at its members too. */
  readonly value: string | null;
  readonly done: (id: string) => string;
}

/** The resource itself, what it is a member of, and its members. */
function concerned(draft: Draft, found: XmlElement): readonly XmlElement[] {
  const members = [...walk(found)];
  const above: XmlElement[] = [];
  for (
    let at = draft.parentOf(found);
    at !== undefined && at.name.raw !== "resources";
    at = draft.parentOf(at)
  ) {
    // A group that is stopped is started with the member: without it the member cannot start.
    if (at.name.raw === "clone" || at.name.raw === "master") above.push(at);
  }
  return [...members, ...above];
}

function* walk(of: XmlElement): Generator<XmlElement> {
  yield of;
  for (const child of childrenOf(of, "primitive", "group")) yield* walk(child);
}

function switching({ word, summary, details, name, value, done }: Wanted): Changing {
  return {
    path: ["resource", word],
    summary,
    ...(details === undefined ? {} : { details }),
    parameters: [resources],
    effect: "change",
    change(cib, values) {
      const problems = new Problems();
      const draft = new Draft(cib);
      const ids = [...new Set(listOf(values, "resources"))];
      for (const id of ids) resourceIn(draft, id, problems);
      if (problems.found) return { problems: problems.all };
      const named = new Set<string>(ids);
      for (const id of ids) {
        const found = draft.resource(id);
        if (found === undefined) continue;
        for (const one of concerned(draft, found)) {
          const own = one.attributes.id ?? "";
          named.add(own);
          const isItself = own === id;
          if (!isItself && value !== null) continue;
          const current = pairsOf(one, "meta_attributes").get(name);
          if (value === null && (current === undefined || isRunning(name, current))) continue;
          setPairs(
            draft,
            () => draft.byId(own, one.name.raw),
            "meta_attributes",
            new Map([[name, value]]),
          );
        }
      }
      return { cib: draft.root, done: ids.map(done), named: [...named] };
    },
  };
}

/** A value that does not keep the resource from running, such as a role of a promotable clone. */
const isRunning = (name: string, value: string): boolean =>
  name === "target-role" && !/^(?:stopped|false)$/i.test(value) && !/^started$/i.test(value);

/** `resource start` */
export const resourceStart = switching({
  word: "start",
  summary: "Let the cluster start resources",
  details: "Members of a group or clone are started too. A role that was asked for is kept.",
  name: "target-role",
  value: null,
  done: (id) => `"${id}" may run`,
});

/** `resource stop` */
export const resourceStop = switching({
  word: "stop",
  summary: "Stop resources, and keep them stopped",
  details: "If other resources stop because of it, they are named and --yes is needed.",
  name: "target-role",
  value: "Stopped",
  done: (id) => `"${id}" is to be stopped`,
});

/** `resource manage` */
export const resourceManage = switching({
  word: "manage",
  summary: "Let the cluster manage resources again",
  name: "is-managed",
  value: null,
  done: (id) => `The cluster manages "${id}"`,
});

/** `resource unmanage` */
export const resourceUnmanage = switching({
  word: "unmanage",
  summary: "Leave resources as they are: they are watched, not started, stopped or moved",
  name: "is-managed",
  value: "false",
  done: (id) => `The cluster leaves "${id}" alone, and goes on watching it`,
});
