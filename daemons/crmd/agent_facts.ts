/**
 * What an agent's meta-data says about changes of its parameters: which need a restart, so that a
 * change of any other only needs a reload, and which are private.
 *
 * They are written beside a result, as the policy engine expects them: `op-force-restart` names the
 * parameters that need a restart and `op-restart-digest` is their digest; `op-secure-params` names the
 * private ones and `op-secure-digest` is the digest of all others.
 *
 * @module
 */
import { parse, type XmlElement } from "@std/xml";
import { isSecretName } from "../../metadata/agents/secret_names.ts";
import { operationDigest } from "../pengine/doors/language.ts";
import type { AgentName, LrmOperation } from "../runtime/messages.ts";
import { elements, isTrue } from "./elements.ts";

/** What counts of an agent's meta-data. */
export interface AgentFacts {
  /** Parameters whose change needs a restart; absent: that of any does. */
  readonly restart?: readonly string[];
  /** The agent has the old action `reload`, and not `reload-agent`. */
  readonly reloads?: true;
  readonly private: readonly string[];
}

/** Nothing is known: any change needs a restart. */
export const noFacts: AgentFacts = { private: [] };

/** The name of an agent as one text. */
export const agentKey = ({ class: class_, provider = "", type }: AgentName): string =>
  `${class_}:${provider}:${type}`;

/** Reads meta-data; what cannot be read says nothing. */
export function factsOf(metaData: string | undefined): AgentFacts {
  if (metaData === undefined) return noFacts;
  let root: XmlElement;
  try {
    root = parse(metaData, { disallowDoctype: false }).root;
  } catch {
    return noFacts;
  }
  const parameters = elements(elements(root, "parameters")[0], "parameter");
  const actions = elements(elements(root, "actions")[0], "action");
  const has = (action: string) => actions.some(({ attributes }) => attributes.name === action);
  const named = (is: (attributes: XmlElement["attributes"]) => boolean): string[] =>
    parameters.filter(({ attributes }) => is(attributes))
      .map(({ attributes }) => attributes.name ?? "").filter((name) => name !== "").sort();
  const facts = {
    private: named(({ name = "", private: hidden }) => isTrue(hidden) || isSecretName(name)),
  };
  if (has("reload-agent")) {
    return { ...facts, restart: named(({ reloadable }) => !isTrue(reloadable)) };
  }
  // In the old form, what is not unique may be changed while the service runs.
  if (!has("reload")) return facts;
  return { ...facts, reloads: true, restart: named(({ unique }) => isTrue(unique)) };
}

/** Attributes of a result that compare its parameters with those of the configuration. */
export function digestsOf(
  { parameters, intervalMs, action }: LrmOperation,
  facts: AgentFacts,
): Readonly<Record<string, string>> {
  const without = (left: (name: string) => boolean) =>
    operationDigest(
      Object.fromEntries(Object.entries(parameters).filter(([name]) => left(name))),
      intervalMs,
    );
  const list = (names: readonly string[]) => ` ${names.join("  ")} `;
  // A repeated operation is simply done again. A list of nothing would let every change be a reload.
  const { restart = [] } = intervalMs > 0 || action === "stop" ? noFacts : facts;
  return {
    "op-digest": operationDigest(parameters, intervalMs),
    ...(restart.length === 0 ? {} : {
      "op-force-restart": list(restart),
      "op-restart-digest": without((name) => restart.includes(name)),
    }),
    ...(facts.private.length === 0 ? {} : {
      "op-secure-params": list(facts.private),
      "op-secure-digest": without((name) => !facts.private.includes(name)),
    }),
  };
}
