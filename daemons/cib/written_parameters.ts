/**
 * Checks the parameters of resources in a CIB against what their agents say of themselves: an unknown
 * name, a value that the agent cannot use, a required parameter that is missing.
 *
 * A write is refused for what it breaks, never for what was wrong before it, so that a configuration
 * can be put right step by step. Values that nobody can know here pass: those of rules, references to
 * secrets (`lrm://...`), and references that lead nowhere.
 *
 * @module
 */
import { readAgent } from "../../metadata/agents/mod.ts";
import { check } from "../../metadata/check.ts";
import { clip } from "../../metadata/clip.ts";
import { diagnosticText } from "../../metadata/diagnostic.ts";
import type { Field } from "../../metadata/field.ts";
import { printable } from "../../metadata/printable.ts";
import type { XmlElement } from "../../metadata/xml/mod.ts";
import type { AgentName } from "../runtime/messages.ts";
import { type Configured, configuredIn } from "./configured.ts";

/** Different agents that one write may touch: there are some 250 in the field. */
export const agentsMax = 512;
/** Problems that one answer lists. */
const problemsMax = 50;
/** Characters of one of them. */
const problemCharactersMax = 600;

/** Meta-data by `agentKey`; agents that nobody knows are absent. */
export type MetaData = ReadonlyMap<string, string>;

/** The name of an agent in a map. */
export const agentKey = ({ class: name, provider = "", type }: AgentName): string =>
  JSON.stringify([name, provider, type]);

/** The agents of those resources whose agent or parameters differ; each once. */
export function agentsTouched(before: XmlElement, after: XmlElement): readonly AgentName[] {
  const found = new Map<string, AgentName>();
  for (const { agent } of touched(before, after)) found.set(agentKey(agent), agent);
  return [...found.values()];
}

/** All that is wrong with what a write touches, a line each, as far as these agents are known. */
export function wrongParameters(
  before: XmlElement,
  after: XmlElement,
  metaData: MetaData,
): readonly string[] {
  const fieldsOf = fieldsReader(metaData);
  const old = new Map(configuredIn(before).map((one) => [one.id, one]));
  const problems: string[] = [];
  for (const one of touched(before, after)) {
    const fields = fieldsOf(one.agent);
    if (fields === undefined) continue;
    const was = old.get(one.id);
    const known = new Set(
      was !== undefined && agentKey(was.agent) === agentKey(one.agent)
        ? problemsOf(was, fields)
        : [],
    );
    for (const problem of problemsOf(one, fields)) {
      if (!known.has(problem)) problems.push(problem);
    }
    if (problems.length > problemsMax) break;
  }
  return problems;
}

/** Why a write is refused, in words. */
export function parametersText(problems: readonly string[]): string {
  const shown = problems.slice(0, problemsMax);
  if (problems.length > shown.length) shown.push(`${problems.length - shown.length} more problems`);
  return ["The CIB is not changed: an agent cannot use its parameters", ...shown].join("\n  ");
}

/** Resources and templates that are new, or whose agent or parameters differ. */
function touched(before: XmlElement, after: XmlElement): readonly Configured[] {
  const old = new Map(configuredIn(before).map((one) => [one.id, JSON.stringify(one)]));
  return configuredIn(after).filter((one) => old.get(one.id) !== JSON.stringify(one));
}

/** Reads the meta-data of each agent once. What is no meta-data tells nothing. */
export function fieldsReader(
  metaData: MetaData,
): (agent: AgentName) => readonly Field[] | undefined {
  const read = new Map<string, readonly Field[] | undefined>();
  return (agent) => {
    const key = agentKey(agent);
    const xml = metaData.get(key);
    if (!read.has(key) && xml !== undefined) {
      const result = readAgent(xml);
      read.set(key, result.ok ? result.value.agent.fields : undefined);
    }
    return read.get(key);
  };
}

/** All that is wrong with one resource, a line each. */
function problemsOf(
  { id, tag, values, unknown, open, agent }: Configured,
  fields: readonly Field[],
): readonly string[] {
  const diagnostics = partsOf(fields).flatMap(({ fields, isHere }) => {
    const given = Object.fromEntries(
      Object.entries(values).filter(([name]) => isHere(name))
        .map(([name, { value }]): [string, string] => [name, value]),
    );
    const checked = check(fields, given);
    return checked.ok ? [] : checked.diagnostics;
  });
  return diagnostics.flatMap((diagnostic) => {
    const name = String(diagnostic.path[0] ?? "");
    if (unknown.includes(name)) return [];
    const pair = Object.hasOwn(values, name) ? values[name] : undefined;
    // A template need not be whole, nor what refers to something that is not there.
    if (pair === undefined && (open || tag === "template")) return [];
    const at = pair === undefined ? "" : `, nvpair "${pair.id}"`;
    const { class: cls, provider, type } = agent;
    const by = [cls, ...(provider === undefined ? [] : [provider]), type].join(":");
    return [printable(clip(
      `${tag} "${id}"${at}, parameter "${name}" of ${by}: ${
        diagnosticText({ ...diagnostic, path: [], code: "HA3013" })
      }`,
      problemCharactersMax,
    ))];
  });
}

/** Parameters of the cluster that fencing devices have: they are checked, and named, apart. */
const isClusters = (name: string): boolean => name.startsWith("pcmk_");

function partsOf(fields: readonly Field[]) {
  const ours = fields.filter(({ fieldname }) => isClusters(fieldname));
  if (ours.length === 0) return [{ fields, isHere: () => true }];
  const own = fields.filter(({ fieldname }) => !isClusters(fieldname));
  return [
    { fields: own, isHere: (name: string) => !isClusters(name) },
    { fields: ours, isHere: isClusters },
  ];
}
