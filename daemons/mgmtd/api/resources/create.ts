/**
 * `resource create`.
 *
 * @module
 */
import { Draft } from "../document/draft.ts";
import { element } from "../document/element.ts";
import { setPairs, type SetTag } from "../document/pairs.ts";
import { type Changing, isOn, listOf, textOf, type Values } from "../operation.ts";
import { isNewId, pairsIn, Problems } from "../problems.ts";
import { type Agent, agentIn } from "./agent.ts";
import { type CloneKind, cloneOf } from "./clone.ts";
import { intoGroup } from "./group.ts";
import { operationIn, setOperation, type Wanted } from "./operations.ts";

const monitor = (interval: string, role?: string): Wanted => ({
  name: "monitor",
  attributes: new Map([
    ["interval", interval],
    ["timeout", "20s"],
    ...(role === undefined ? [] : [["role", role] as const]),
  ]),
});

/**
 * The monitors that a resource gets without --op: without one, no failure is noticed. Each
 * role of a promotable one needs its own, with its own interval.
 */
const monitors = (kind: CloneKind | undefined): readonly Wanted[] =>
  kind === "promotable"
    ? [monitor("9s", "Promoted"), monitor("10s", "Unpromoted")]
    : [monitor("10s")];

/** See the head of the file. */
export const resourceCreate: Changing = {
  path: ["resource", "create"],
  summary: "Create a resource",
  details: `The parameters are checked against the agent's own meta-data before anything is written.
Without --op the resource is monitored every 10 s. Without words, on a terminal, it asks as a form. Lists of options go into one argument:

  ha resource create ip ocf:heartbeat:IPaddr2 ip=10.0.0.5 cidr_netmask=24
  ha resource create db ocf:heartbeat:pgsql --group data --op "monitor interval=5s timeout=30s"
  ha resource create cache ocf:heartbeat:redis --promotable --meta migration-threshold=3`,
  parameters: [
    {
      name: "resource",
      type: "string",
      positional: "required",
      value: "RESOURCE",
      summary: "Its name",
    },
    {
      name: "agent",
      type: "string",
      positional: "required",
      value: "AGENT",
      summary: "CLASS:PROVIDER:TYPE, or CLASS:TYPE",
    },
    {
      name: "parameters",
      type: "string",
      positional: "rest",
      value: "NAME=VALUE",
      summary: "Parameters of the agent",
    },
    {
      name: "meta",
      type: "string",
      multiple: true,
      value: "NAME=VALUE",
      summary: "A meta attribute",
    },
    {
      name: "utilization",
      type: "string",
      multiple: true,
      value: "NAME=NUMBER",
      summary: "What it uses of a node's capacity",
    },
    {
      name: "op",
      type: "string",
      multiple: true,
      value: "OPERATION",
      summary: 'An operation: "monitor interval=10s"',
    },
    { name: "no-monitor", type: "boolean", summary: "Without the usual monitor" },
    {
      name: "group",
      type: "string",
      value: "GROUP",
      summary: "Put it at the end of this group, which is made if there is none",
    },
    { name: "clone", type: "boolean", summary: "Run it on every node" },
    { name: "promotable", type: "boolean", summary: "Run it on every node, and promote one" },
    { name: "disabled", type: "boolean", summary: "Do not start it" },
  ],
  effect: "change",
  change(cib, values) {
    const problems = new Problems();
    const draft = new Draft(cib);
    const id = textOf(values, "resource") ?? "";
    isNewId(draft, "resource", id, problems);
    const agent = agentIn(textOf(values, "agent") ?? "", problems);
    const sets = setsIn(values, problems);
    const operations = listOf(values, "op")
      .map((text) => operationIn(text.trim().split(/[\s,]+/), problems))
      .filter((one) => one !== undefined);
    const group = textOf(values, "group");
    const kind = kindOf(values);
    if (group !== undefined && kind !== undefined) {
      problems.wrong("A member of a group cannot be a clone of its own. Fix: clone the group");
    }
    if (problems.found || agent === undefined) return { problems: problems.all };
    draft.addTo("resources", element("primitive", { id, ...agent }));
    for (const [tag, pairs] of sets) setPairs(draft, () => draft.byId(id, "primitive"), tag, pairs);
    const isMonitored = operations.some(({ name }) => name === "monitor");
    if (!isMonitored && !isOn(values, "no-monitor") && agent.class !== "stonith") {
      for (const one of monitors(kind)) setOperation(draft, id, one);
    }
    for (const operation of operations) setOperation(draft, id, operation);
    const done = [`Resource "${id}" is created: ${nameOf(agent)}`];
    if (group !== undefined) done.push(...intoGroup(draft, group, [id], undefined, problems));
    if (kind !== undefined) done.push(cloneOf(draft, id, kind, new Map(), undefined));
    return problems.found ? { problems: problems.all } : { cib: draft.root, done, named: [id] };
  },
};

const kindOf = (values: Values): CloneKind | undefined =>
  isOn(values, "promotable") ? "promotable" : isOn(values, "clone") ? "clone" : undefined;

const nameOf = (agent: Agent): string =>
  [agent.class, agent.provider, agent.type].filter((part) => part !== undefined).join(":");

function setsIn(
  values: Values,
  problems: Problems,
): readonly [SetTag, Map<string, string | null>][] {
  const meta = pairsIn(listOf(values, "meta"), problems);
  if (isOn(values, "disabled")) meta.set("target-role", "Stopped");
  return [
    ["meta_attributes", meta],
    ["instance_attributes", pairsIn(listOf(values, "parameters"), problems)],
    ["utilization", pairsIn(listOf(values, "utilization"), problems)],
  ];
}
