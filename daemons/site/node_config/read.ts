/**
 * Reads the node configuration.
 *
 * @module
 */
import { check } from "../../../metadata/check.ts";
import { type Checked, problem } from "../../../metadata/diagnostic.ts";
import { messageOf } from "../../../metadata/message_of.ts";
import { repeatedName } from "../../../metadata/repeated_name.ts";
import { nodeFields } from "./fields.ts";
import { entryFields, type EntryList, entryLists, type NodeConfig } from "./node_config.ts";
import { type Parameters, splitEntry, watchdogFields } from "./plugin_entries.ts";
import { brokenRules } from "./rules.ts";

export type { NodeConfig };

/** Reads the text of a node configuration. All its errors are reported at once. */
export function readNodeConfig(text: string): Checked<NodeConfig> {
  let input: unknown;
  try {
    input = JSON.parse(text);
  } catch (error) {
    return {
      ok: false,
      diagnostics: [problem(
        [],
        "the node configuration is not JSON",
        messageOf(error),
        "correct the text there; strings need double quotes, and a comma before } or ] is not allowed",
        "HA1004",
      )],
    };
  }
  const twice = repeatedName(text);
  if (twice !== undefined) {
    return {
      ok: false,
      diagnostics: [problem(
        [twice],
        "it is there twice",
        "only one of its values would count",
        "remove one",
        "HA1004",
      )],
    };
  }
  const { known, parameters, watchdog: own } = withoutParameters(input);
  const checked = check(nodeFields, known);
  if (!checked.ok) return checked;
  const { media, pings, agents, load, notifiers, watchdog, ...value } = checked.value;
  const whole = <T>(name: EntryList, entries: readonly T[]) =>
    entries.map((entry, at) => ({ ...parameters[name]?.[at], ...entry }));
  const config: NodeConfig = {
    ...value,
    media: whole("media", media),
    ...(pings === undefined ? {} : { pings: whole("pings", pings) }),
    ...(watchdog === undefined ? {} : { watchdog: { ...own, ...watchdog } }),
    ...(agents === undefined ? {} : { agents: whole("agents", agents) }),
    ...(load === undefined ? {} : { load: whole("load", load) }),
    ...(notifiers === undefined ? {} : { notifiers: whole("notifiers", notifiers) }),
  };
  const diagnostics = brokenRules(config);
  return diagnostics.length > 0 ? { ok: false, diagnostics } : { ...checked, value: config };
}

/** What is for the daemons to check, and, by list and place, the parameters that are not. */
function withoutParameters(input: unknown): {
  readonly known: unknown;
  readonly parameters: Readonly<Partial<Record<EntryList, readonly Parameters[]>>>;
  readonly watchdog: Parameters;
} {
  if (typeof input !== "object" || input === null) {
    return { known: input, parameters: {}, watchdog: {} };
  }
  const known: Record<string, unknown> = { ...input };
  const parameters: Partial<Record<EntryList, readonly Parameters[]>> = {};
  for (const name of entryLists) {
    const list = known[name];
    if (!Array.isArray(list)) continue;
    const split = list.map((entry) => splitEntry(entryFields[name], entry));
    known[name] = split.map((entry) => entry.known);
    parameters[name] = split.map((entry) => entry.parameters);
  }
  if (known["watchdog"] === undefined) return { known, parameters, watchdog: {} };
  const watchdog = splitEntry(watchdogFields, known["watchdog"]);
  known["watchdog"] = watchdog.known;
  return { known, parameters, watchdog: watchdog.parameters };
}
