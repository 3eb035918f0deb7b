/**
 * `resource set`, `resource unset` and `resource op`.
 *
 * @module
 */
import { Draft } from "../document/draft.ts";
import { setPairs, type SetTag } from "../document/pairs.ts";
import { type Changing, isOn, listOf, type Parameter, textOf, type Values } from "../operation.ts";
import { pairsIn, Problems, resourceIn } from "../problems.ts";
import { operationIn, removeOperations, setOperation } from "./operations.ts";

const resource: Parameter = {
  name: "resource",
  type: "string",
  positional: "required",
  value: "RESOURCE",
  summary: "The resource",
};

const kinds: readonly Parameter[] = [
  { name: "meta", type: "boolean", summary: "Meta attributes instead of the agent's parameters" },
  {
    name: "utilization",
    type: "boolean",
    summary: "Utilization instead of the agent's parameters",
  },
];

const tagOf = (values: Values, problems: Problems): SetTag => {
  const [meta, utilization] = [isOn(values, "meta"), isOn(values, "utilization")];
  if (meta && utilization) {
    problems.wrong("--meta and --utilization exclude each other. Fix: make two calls");
  }
  return meta ? "meta_attributes" : utilization ? "utilization" : "instance_attributes";
};

function setting(
  draft: Draft,
  id: string,
  tag: SetTag,
  pairs: ReadonlyMap<string, string | null>,
  problems: Problems,
): readonly string[] {
  const found = resourceIn(draft, id, problems);
  if (found !== undefined && found.name.raw !== "primitive" && tag !== "meta_attributes") {
    problems.impossible(
      `"${id}" is a ${found.name.raw}, which has only meta attributes. Fix: add --meta, or name a member`,
    );
  }
  if (problems.found || found === undefined) return [];
  setPairs(draft, () => draft.byId(id, found.name.raw), tag, pairs);
  return [...pairs].map(([name, value]) =>
    value === null ? `${name} of "${id}" is removed` : `${name} of "${id}" is set`
  );
}

/** `resource set` */
export const resourceSet: Changing = {
  path: ["resource", "set"],
  summary: "Set parameters of a resource; NAME= removes one",
  parameters: [
    resource,
    {
      name: "pairs",
      type: "string",
      positional: "rest required",
      value: "NAME=VALUE",
      summary: "What to set",
    },
    ...kinds,
  ],
  effect: "change",
  change(cib, values) {
    const problems = new Problems();
    const draft = new Draft(cib);
    const id = textOf(values, "resource") ?? "";
    const pairs = pairsIn(listOf(values, "pairs"), problems);
    const done = setting(draft, id, tagOf(values, problems), pairs, problems);
    return problems.found ? { problems: problems.all } : { cib: draft.root, done, named: [id] };
  },
};

/** `resource unset` */
export const resourceUnset: Changing = {
  path: ["resource", "unset"],
  summary: "Remove parameters of a resource",
  parameters: [
    resource,
    {
      name: "names",
      type: "string",
      positional: "rest required",
      value: "NAME",
      summary: "What to remove",
    },
    ...kinds,
  ],
  effect: "change",
  change(cib, values) {
    const problems = new Problems();
    const draft = new Draft(cib);
    const id = textOf(values, "resource") ?? "";
    const pairs = new Map(listOf(values, "names").map((name) => [name, null]));
    const done = setting(draft, id, tagOf(values, problems), pairs, problems);
    return problems.found ? { problems: problems.all } : { cib: draft.root, done, named: [id] };
  },
};

/** `resource op` */
export const resourceOp: Changing = {
  path: ["resource", "op"],
  summary: "Set an operation of a resource, or remove it",
  details: "  ha resource op web monitor interval=10s timeout=30s\n" +
    "  ha resource op web start timeout=2min\n" +
    "  ha resource op web monitor interval=10s --rm",
  parameters: [
    resource,
    {
      name: "operation",
      type: "string",
      positional: "required",
      value: "OPERATION",
      summary: "monitor, start, stop, ...",
    },
    {
      name: "pairs",
      type: "string",
      positional: "rest",
      value: "NAME=VALUE",
      summary: "interval, timeout, role, on-fail, ...",
    },
    { name: "rm", type: "boolean", summary: "Remove it; all of that name without an interval" },
  ],
  effect: "change",
  change(cib, values) {
    const problems = new Problems();
    const draft = new Draft(cib);
    const id = textOf(values, "resource") ?? "";
    const found = resourceIn(draft, id, problems);
    if (found !== undefined && found.name.raw !== "primitive") {
      problems.impossible(
        `"${id}" is a ${found.name.raw}: only primitives have operations. Fix: name a member`,
      );
    }
    const words = [textOf(values, "operation") ?? "", ...listOf(values, "pairs")];
    const wanted = operationIn(words, problems);
    if (problems.found || wanted === undefined) return { problems: problems.all };
    if (!isOn(values, "rm")) {
      setOperation(draft, id, wanted);
      return { cib: draft.root, done: [`Operation ${wanted.name} of "${id}" is set`], named: [id] };
    }
    if (removeOperations(draft, id, wanted) === 0) {
      problems.missing(`operation of "${id}"`, words.join(" "), []);
      return { problems: problems.all };
    }
    return {
      cib: draft.root,
      done: [`Operation ${wanted.name} of "${id}" is removed`],
      named: [id],
    };
  },
};
