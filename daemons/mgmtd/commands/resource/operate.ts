/**
 * Operations on an agent outside of a cluster, through the plugin of its class.
 *
 * @module
 */
import { type Agent, isSecretName, readAgent } from "../../../../metadata/agents/mod.ts";
import { check } from "../../../../metadata/check.ts";
import { type Diagnostic, DiagnosticError } from "../../../../metadata/diagnostic.ts";
import type { AgentRef, Ra, RaOperation } from "../../../../plugins/handler/ra/contract.ts";
import type { Places } from "../plugin/places.ts";
import { withAgent } from "./classes.ts";

/** An agent that can be operated. */
export interface Operated {
  readonly api: Ra;
  readonly ref: AgentRef;
  /** `class:provider:type`. */
  readonly name: string;
  /** What it says of itself; undefined if that cannot be read. */
  readonly agent: Agent | undefined;
  /** Why it cannot be read. */
  readonly unread?: string;
}

/** Values by name. */
export type Values = Readonly<Record<string, string>>;

/** Loads the class of an agent, and asks the agent what it is. */
export const operated = <T>(
  word: string,
  pluginValues: Values,
  places: Places,
  use: (operated: Operated) => Promise<T>,
): Promise<T> =>
  withAgent(word, pluginValues, places, async (api, ref, name) => {
    let text: string;
    try {
      text = await api.describe(ref);
    } catch (error) {
      const unread = error instanceof Error ? error.message : String(error);
      return await use({ api, ref, name, agent: undefined, unread });
    }
    const read = readAgent(text);
    if (read.ok) return await use({ api, ref, name, agent: read.value.agent });
    const unread = new DiagnosticError("It is no meta-data", read.diagnostics).message;
    return await use({ api, ref, name, agent: undefined, unread });
  });

/** What the agent would say of these parameters. */
export function wrongParameters(agent: Agent | undefined, values: Values): readonly Diagnostic[] {
  if (agent === undefined) return [];
  const checked = check(agent.fields, values, { path: ["parameters"] });
  return checked.ok ? [] : checked.diagnostics;
}

/** Milliseconds of an operation at most, as the contract of classes has it. */
export const timeoutMsMax = 86_400_000;

/** The timeout that an agent advises for an action, in milliseconds; 0 is none, as in a CIB. */
export function advisedMs(agent: Agent | undefined, action: string): number | undefined {
  const advised = agent?.actions.filter(({ name }) => name === action)
    .map(({ timeout = "" }) => durationMs(timeout) ?? 0)
    .filter((ms) => ms > 0) ?? [];
  return advised.length === 0 ? undefined : Math.min(Math.max(...advised), timeoutMsMax);
}

const units: Readonly<Record<string, number>> = {
  "": 1_000,
  s: 1_000,
  sec: 1_000,
  ms: 1,
  msec: 1,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  hr: 3_600_000,
};

/** A duration as OCF writes it: seconds, or a number with a unit. Undefined if it is none. */
export function durationMs(text: string): number | undefined {
  const [, number = "", unit = ""] = /^\s*([0-9]{1,9})\s*([a-z]*)\s*$/.exec(text) ?? [];
  const factor = Object.hasOwn(units, unit) ? units[unit] : undefined;
  return number === "" || factor === undefined ? undefined : Number(number) * factor;
}

/** The environment as lines, sorted; values of secrets are not shown. */
export const environmentLines = (environment: Values): readonly string[] =>
  Object.entries(environment).sort(([one], [other]) => one < other ? -1 : 1).map(([name, value]) =>
    `${name}=${isSecretName(name.replace(/^OCF_RESKEY_/, "")) ? "(a secret)" : value}`
  );

/** One operation of a resource. */
export const operation = (
  { ref }: Operated,
  action: string,
  { resource, timeoutMs, intervalMs, parameters }:
    & Pick<RaOperation, "resource" | "timeoutMs" | "parameters">
    & { readonly intervalMs?: number },
): RaOperation => ({
  resource,
  agent: ref,
  action,
  intervalMs: intervalMs ?? 0,
  timeoutMs,
  parameters,
});
