/**
 * The configuration in a sandbox: the example that the plugin's test gives, changed by what the person
 * says, with the names of the sandbox where the plugin asks for a cluster and a node.
 *
 * @module
 */
import { check } from "../../../../../metadata/check.ts";
import { type Checked, type Diagnostic, problem } from "../../../../../metadata/diagnostic.ts";
import { isSecret } from "../../../../../metadata/facts.ts";
import type { Field } from "../../../../../metadata/field.ts";
import { didYouMean } from "../../../../../metadata/nearest.ts";

/** Values as text, by name. */
export type Texts = Readonly<Record<string, string>>;

/** `NAME=VALUE` of a command line. */
export function pairsOf(words: readonly string[]): Checked<Texts> {
  const pairs: Record<string, string> = {};
  const diagnostics: Diagnostic[] = [];
  for (const word of words) {
    const [, name, value] = /^([^=]+)=([^]*)$/.exec(word) ?? [];
    if (name === undefined || value === undefined) {
      const why = "expected parameters of the plugin after its folder";
      diagnostics.push(problem([word], "it has no =", why, "write NAME=VALUE", "HA0002"));
    } else if (Object.hasOwn(pairs, name)) {
      const why = "only one value can be used";
      diagnostics.push(problem([name], "it is given twice", why, "remove one", "HA0002"));
    } else pairs[name] = value;
  }
  return diagnostics.length > 0
    ? { ok: false, diagnostics }
    : { ok: true, value: pairs, warnings: [] };
}

/** A value as the CIB and a node configuration hold it. */
export function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  const isPlain = Array.isArray(value) &&
    value.every((item) => ["number", "boolean"].includes(typeof item) || /^[^\s,]+$/.test(item));
  return isPlain ? value.join(" ") : JSON.stringify(value);
}

/** What is configured of whom. */
export interface Parameters {
  /** Of the plugin. */
  readonly plugin: Texts;
  /** Of its agent, for kind `ra`; what is no field of the plugin. */
  readonly agent: Texts;
}

/**
 * Puts the configuration together and checks it, all problems at once.
 *
 * @param own the sandbox's names, for the fields of these names.
 * @param agent fields of the agent that is run, for kind `ra`, and the example for it.
 */
export function parametersOf(
  fields: readonly Field[],
  example: unknown,
  own: Texts,
  pairs: Texts,
  agent?: { readonly fields: readonly Field[]; readonly example: Texts },
): Checked<Parameters> {
  const names = fields.map(({ fieldname }) => fieldname);
  const ofPlugin: Record<string, string> = {};
  const ofAgent: Record<string, string> = { ...agent?.example };
  for (const [name, value] of Object.entries(example as object ?? {})) {
    if (value !== undefined) ofPlugin[name] = textOf(value);
  }
  for (const name of names) {
    const value = Object.hasOwn(own, name) ? own[name] : undefined;
    if (value !== undefined) ofPlugin[name] = value;
  }
  const strange: Diagnostic[] = [];
  for (
    const field of fields.filter((one) => isSecret(one) && Object.hasOwn(pairs, one.fieldname))
  ) {
    strange.push(problem(
      [field.fieldname],
      "a secret is on the command line",
      "every user of the machine can read it there",
      "write it with `ha plugin configure --to FILE`, and use --config FILE",
      "HA0002",
    ));
  }
  const agents = agent?.fields.map(({ fieldname }) => fieldname) ?? [];
  for (const [name, value] of Object.entries(pairs)) {
    if (agents.includes(name) && !names.includes(name)) ofAgent[name] = value;
    else if (names.includes(name)) ofPlugin[name] = value;
    else {
      const known = [...names, ...agents];
      strange.push(problem(
        [name],
        "there is no such parameter",
        known.length === 0 ? "the plugin has none" : `the parameters are ${known.join(", ")}`,
        `remove it.${didYouMean(name, known)}`,
        "HA0002",
      ));
    }
  }
  const checks = [
    check(fields, ofPlugin, { path: [] }),
    ...(agent === undefined ? [] : [check(agent.fields, ofAgent, { path: ["agent"] })]),
  ];
  const diagnostics = [
    ...strange,
    ...checks.flatMap((checked) => checked.ok ? [] : checked.diagnostics),
  ];
  if (diagnostics.length > 0) return { ok: false, diagnostics };
  return {
    ok: true,
    value: { plugin: ofPlugin, agent: ofAgent },
    warnings: checks.flatMap((checked) => checked.ok ? checked.warnings : []),
  };
}
