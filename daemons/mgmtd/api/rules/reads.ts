/**
 * `rule ls` and `rule check`.
 *
 * @module
 */
import { parseDate } from "../../../pengine/doors/rules.ts";
import { Draft } from "../document/draft.ts";
import {
  type Answer,
  listOf,
  type Parameter,
  type Reading,
  textOf,
  type Values,
} from "../operation.ts";
import { Problems } from "../problems.ts";
import { type RuleAt, rulesIn, type RuleState, statesOf } from "./evaluate.ts";
import type { XmlElement } from "@std/xml";

const at: Parameter = {
  name: "at",
  type: "string",
  value: "TIME",
  summary: "At that time, as 2026-12-24T12:00:00Z; now if left out",
};

function timeIn(values: Values, nowS: number, problems: Problems): number {
  const text = textOf(values, "at");
  const found = text === undefined ? nowS : parseDate(text);
  if (found === undefined) {
    problems.wrong(`"${text}" is no time. Fix: write it like 2026-12-24 or 2026-12-24T12:00:00Z`);
  }
  return found ?? nowS;
}

const dateText = (atS: number): string =>
  new Date(atS * 1000).toISOString().replace(/\.000Z$/, "Z");

function line({ id, of, holds, nodes, changesAtS, problems, dependsOn }: RuleState): string {
  const state = nodes !== undefined && nodes.length > 0 && !holds
    ? `holds on ${nodes.join(", ")}`
    : holds
    ? "holds"
    : "does not hold";
  return [
    `${id} (${of.trim()}): ${state}`,
    ...(changesAtS === undefined ? [] : [`changes at ${dateText(changesAtS)}`]),
    ...(dependsOn.length === 0 ? [] : [`depends on ${dependsOn.join(" and ")}`]),
    ...problems.map((problem) => `not understood: ${problem}`),
  ].join("; ");
}

const answer = (cib: XmlElement, rules: readonly RuleAt[], atS: number): Answer => {
  const states = statesOf(cib, rules, atS);
  return {
    text: states.length === 0 ? ["There are no rules"] : states.map(line),
    data: { at: dateText(atS), rules: states },
  };
};

/** `rule ls` */
export const ruleLs: Reading = {
  path: ["rule", "ls"],
  summary: "List rules, and which of them hold now or at a time",
  parameters: [at],
  effect: "read",
  read(cib, values, { nowS }) {
    const problems = new Problems();
    const atS = timeIn(values, nowS, problems);
    if (problems.found) return { problems: problems.all };
    return answer(cib, rulesIn(new Draft(cib)), atS);
  },
};

/** `rule check` */
export const ruleCheck: Reading = {
  path: ["rule", "check"],
  summary: "Show whether rules hold now or at a time, and when that changes",
  parameters: [
    {
      name: "ids",
      type: "string",
      positional: "rest required",
      value: "ID",
      summary: "Ids of rules",
    },
    at,
  ],
  effect: "read",
  read(cib, values, { nowS }) {
    const problems = new Problems();
    const atS = timeIn(values, nowS, problems);
    const rules = rulesIn(new Draft(cib));
    const known = rules.map(({ rule }) => rule.attributes.id ?? "");
    const wanted = [...new Set(listOf(values, "ids"))];
    for (const id of wanted) if (!known.includes(id)) problems.missing("rule", id, known);
    if (problems.found) return { problems: problems.all };
    return answer(cib, rules.filter(({ rule }) => wanted.includes(rule.attributes.id ?? "")), atS);
  },
};
