/**
 * `node standby`, `online`, `maintenance`, `attribute` and `utilization`: permanent attributes of nodes.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";
import { Draft } from "../document/draft.ts";
import { setPairs, type SetTag } from "../document/pairs.ts";
import { type Changing, listOf, type Parameter, textOf, type Values } from "../operation.ts";
import { nodeIn, pairsIn, Problems } from "../problems.ts";

const nodes: Parameter = {
  name: "nodes",
  type: "string",
  positional: "rest required",
  value: "NODE",
  summary: "Nodes",
};
const one: Parameter = { ...nodes, name: "node", positional: "required", summary: "The node" };

/** Sets pairs of nodes. @returns names of the nodes; empty if there are problems. */
function setOn(
  draft: Draft,
  names: readonly string[],
  tag: SetTag,
  pairs: ReadonlyMap<string, string | null>,
  problems: Problems,
): readonly string[] {
  const found = names.map((name) => nodeIn(draft, name, problems)).filter((name) =>
    name !== undefined
  );
  if (problems.found) return [];
  for (const name of found) {
    setPairs(
      draft,
      (): XmlElement | undefined => draft.node(name),
      tag,
      pairs,
    );
  }
  return found;
}

interface Switch {
  readonly path: readonly [string, string];
  readonly summary: string;
  readonly details?: string;
  readonly pairs: Readonly<Record<string, string | null>>;
  readonly done: (node: string) => string;
}

const switching = ({ path, summary, details, pairs, done }: Switch): Changing => ({
  path,
  summary,
  ...(details === undefined ? {} : { details }),
  parameters: [nodes],
  effect: "change",
  change(cib, values) {
    const problems = new Problems();
    const draft = new Draft(cib);
    const wanted = new Map(Object.entries(pairs));
    const found = setOn(draft, listOf(values, "nodes"), "instance_attributes", wanted, problems);
    return problems.found ? { problems: problems.all } : { cib: draft.root, done: found.map(done) };
  },
});

/** `node standby` */
export const nodeStandby = switching({
  path: ["node", "standby"],
  summary: "Move everything off nodes; they stay members",
  pairs: { standby: "on" },
  done: (node) => `${node} runs no resources until ha node online ${node}`,
});

/** `node online` */
export const nodeOnline = switching({
  path: ["node", "online"],
  summary: "Let nodes run resources again: ends standby and maintenance",
  pairs: { standby: null, maintenance: null },
  done: (node) => `${node} may run resources`,
});

/** `node maintenance` */
export const nodeMaintenance: Changing = {
  path: ["node", "maintenance"],
  summary: "Leave everything on a node as it is, without monitors; NODE on or NODE off",
  parameters: [
    one,
    {
      name: "state",
      type: "string",
      positional: "optional",
      value: "on|off",
      summary: "on if left out",
    },
  ],
  effect: "change",
  change(cib, values) {
    const problems = new Problems();
    const draft = new Draft(cib);
    const state = textOf(values, "state") ?? "on";
    if (state !== "on" && state !== "off") {
      problems.wrong(`"${state}" is neither on nor off. Fix: write one of them`);
    }
    const pairs = new Map([["maintenance", state === "on" ? "on" : null]]);
    const name = textOf(values, "node") ?? "";
    const [node] = setOn(draft, [name], "instance_attributes", pairs, problems);
    if (problems.found) return { problems: problems.all };
    const done = state === "on"
      ? `The cluster leaves everything on ${node} alone until ha node maintenance ${node} off`
      : `The cluster manages ${node} again`;
    return { cib: draft.root, done: [done] };
  },
};

const setting = (word: string, tag: SetTag, summary: string): Changing => ({
  path: ["node", word],
  summary,
  parameters: [
    one,
    {
      name: "pairs",
      type: "string",
      positional: "rest required",
      value: "NAME=VALUE",
      summary: "What to set; NAME= removes it",
    },
  ],
  effect: "change",
  change(cib, values: Values) {
    const problems = new Problems();
    const draft = new Draft(cib);
    const pairs = pairsIn(listOf(values, "pairs"), problems);
    const [node] = setOn(draft, [textOf(values, "node") ?? ""], tag, pairs, problems);
    if (problems.found) return { problems: problems.all };
    const done = [...pairs].map(([name, value]) =>
      `${name} of ${node} is ${value === null ? "removed" : "set"}`
    );
    return { cib: draft.root, done };
  },
});

/** `node attribute` */
export const nodeAttribute = setting(
  "attribute",
  "instance_attributes",
  "Set permanent attributes of a node",
);
/** `node utilization` */
export const nodeUtilization = setting("utilization", "utilization", "Set the capacity of a node");
