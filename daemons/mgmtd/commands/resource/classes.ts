/**
 * Classes of agents and their agents, as nodes of this project can have them: each class is a plugin of
 * kind `ra`, which is asked in a process of its own; class `stonith` is the plugins of that kind.
 *
 * @module
 */
import { readAgent } from "../../../../metadata/agents/mod.ts";
import { DiagnosticError, problem } from "../../../../metadata/diagnostic.ts";
import type { Field, Text } from "../../../../metadata/field.ts";
import { didYouMean } from "../../../../metadata/nearest.ts";
import type { AgentRef, Ra } from "../../../../plugins/handler/ra/contract.ts";
import type { Manifest } from "../../../../metadata/manifest.ts";
import type { Locked } from "../../../site/consent/lock.ts";
import { readWholeLock } from "../../../site/consent/lock_file.ts";
import { asked } from "../plugin/dev/asked.ts";
import type { Places } from "../plugin/places.ts";

/** The class of fencing devices, which are no agents. */
export const fencing = "stonith";

/** An agent and what it takes. */
export interface DescribedAgent {
  /** `class:provider:type`. */
  readonly name: string;
  readonly summary: Text;
  readonly description: Text;
  readonly fields: readonly Field[];
  /** What it can do, with the timeout that it advises. */
  readonly actions: readonly { readonly name: string; readonly timeout?: string }[];
}

/** A plugin of a lock, and which lock that is: its places are relative to it. */
interface Held {
  readonly locked: Locked;
  readonly lock: URL;
}

/** Plugins of a kind in the locks, the project's and the site's own, by name. */
async function pluginsOf(kind: string, places: Places): Promise<ReadonlyMap<string, Held>> {
  const project = new URL("plugins.lock.json", places.plugins);
  const found = new Map<string, Held>();
  for (const lock of [project, places.lock]) {
    for (const locked of Object.values((await readWholeLock(lock)).plugins)) {
      const { manifest } = locked;
      if (manifest.kind === kind) found.set(manifest.name, { locked, lock });
    }
  }
  return found;
}

/** Fencing devices by their type; a family has the types that were approved. */
async function fencingTypes(places: Places): Promise<ReadonlyMap<string, Manifest>> {
  const types = new Map<string, Manifest>();
  for (
    const [name, { locked: { manifest, types: served = {} } }] of await pluginsOf(fencing, places)
  ) {
    if (manifest.family === undefined) types.set(name, manifest);
    for (const [type, { config }] of Object.entries(served)) {
      types.set(type, { ...manifest, config: [...manifest.config, ...config] });
    }
  }
  return types;
}

/** Names of the classes that nodes can have. */
export const classesOf = async (places: Places): Promise<readonly string[]> =>
  [...(await pluginsOf("ra", places)).keys(), fencing].sort();

/** A class in one line. */
export interface ClassSummary {
  readonly name: string;
  readonly summary: Text;
}

/** The classes with what their plugins say of themselves. */
export async function classSummaries(places: Places): Promise<readonly ClassSummary[]> {
  const held = await pluginsOf("ra", places);
  return [
    ...[...held].map(([name, { locked }]) => ({ name, summary: locked.manifest.summary })),
    { name: fencing, summary: { en: "Fencing devices, for plugins of kind stonith" } },
  ].sort((one, other) => one.name < other.name ? -1 : 1);
}

/**
 * Names of the agents of a class.
 *
 * @param log takes what the plugin says of it, such as why it has none.
 * @throws {DiagnosticError} if there is no such class.
 */
export async function agentsOf(
  name: string,
  places: Places,
  log?: (text: string) => void,
): Promise<readonly string[]> {
  if (name === fencing) {
    return [...(await fencingTypes(places)).keys()].map((type) => `${name}:${type}`);
  }
  const held = classNamed(name, await pluginsOf("ra", places));
  const refs = await ask(held, places, async (api) => await api.list(), {}, log);
  return refs.map((ref) => nameOf(name, ref)).sort();
}

/** Describes `class:provider:type` or `class:type`. @throws {DiagnosticError} if there is no such. */
export async function describeAgent(word: string, places: Places): Promise<DescribedAgent> {
  const [name = "", ...rest] = word.split(":");
  const type = rest.at(-1) ?? "";
  if (name === fencing) return deviceDescribed(type, await fencingTypes(places));
  const xml = await withAgent(
    word,
    {},
    places,
    async (api, ref, name) => ({ name, text: await api.describe(ref) }),
  );
  const read = readAgent(xml.text);
  if (!read.ok) throw new DiagnosticError(`Cannot use what ${word} says`, read.diagnostics);
  const { short_text = {}, long_text = {}, fields, actions } = read.value.agent;
  return { name: xml.name, summary: short_text, description: long_text, fields, actions };
}

/**
 * Loads the class of `class:provider:type` or `class:type`, finds the agent, and uses both.
 *
 * @param values parameters of the plugin
 * @throws {DiagnosticError} if there is no such class or agent.
 */
export async function withAgent<T>(
  word: string,
  values: Readonly<Record<string, string>>,
  places: Places,
  use: (api: Ra, ref: AgentRef, name: string) => Promise<T>,
): Promise<T> {
  const [name = "", ...rest] = word.split(":");
  const type = rest.at(-1) ?? "";
  const held = classNamed(name, await pluginsOf("ra", places));
  return await ask(held, places, async (api) => {
    const refs = await api.list();
    const ref = refs.find((ref) =>
      ref.type === type && (rest.length < 2 || ref.provider === rest[0])
    );
    if (ref === undefined) throw noAgent(word, refs.map((ref) => nameOf(name, ref)));
    return await use(api, ref, nameOf(name, ref));
  }, values);
}

function deviceDescribed(type: string, devices: ReadonlyMap<string, Manifest>): DescribedAgent {
  const manifest = devices.get(type);
  if (manifest === undefined) {
    throw noAgent(`${fencing}:${type}`, [...devices.keys()].map((one) => `${fencing}:${one}`));
  }
  const { summary, config } = manifest;
  return {
    name: `${fencing}:${type}`,
    summary,
    description: {},
    fields: config,
    actions: ["start", "stop", "monitor"].map((name) => ({ name })),
  };
}

/**
 * Loads the plugin of a class as it is pinned. It need not be this node's to say what it has; only a
 * plugin that cannot do without gets names of a cluster and a node.
 */
async function ask<T>(
  { locked, lock }: Held,
  places: Places,
  question: (api: Ra) => Promise<T>,
  values: Readonly<Record<string, string>> = {},
  log?: (text: string) => void,
): Promise<T> {
  const names = new Set(
    locked.manifest.config.filter(({ required }) => required === true)
      .map(({ fieldname }) => fieldname),
  );
  const given = { cluster: "described", node: "described" };
  const config = Object.fromEntries(Object.entries(given).filter(([name]) => names.has(name)));
  const at = { ...places, lock };
  return await asked<Ra, T>(locked, { ...config, ...values }, at, question, log);
}

function classNamed(name: string, classes: ReadonlyMap<string, Held>): Held {
  const held = classes.get(name);
  if (held !== undefined) return held;
  const known = [...classes.keys(), fencing].sort();
  throw new DiagnosticError("Cannot describe the agents", [problem(
    [name],
    `there is no class "${name}"`,
    `there are ${known.join(", ")}`,
    `name one of them, or add its plugin: ha plugin add.${didYouMean(name, known)}`,
    "HA0006",
  )]);
}

/** Names that an error lists. */
const listedMax = 12;

function noAgent(word: string, known: readonly string[]): DiagnosticError {
  const near = didYouMean(word, [...known]) || nearByType(word, known);
  const listed = known.slice(0, listedMax).join(", ");
  const more = known.length - listedMax;
  return new DiagnosticError("Cannot describe it", [problem(
    [word],
    `there is no agent "${word}"`,
    known.length === 0
      ? "the class has none"
      : `there are ${listed}${more > 0 ? ` and ${more} more` : ""}`,
    `name one of them; ha resource agents lists them.${near}`,
    "HA0006",
  )]);
}

/** What a person who left the provider out may have meant. */
function nearByType(word: string, known: readonly string[]): string {
  const typeOf = (name: string) => name.slice(name.lastIndexOf(":") + 1);
  const [, type] = /Did you mean "([^"]*)"/.exec(didYouMean(typeOf(word), known.map(typeOf))) ?? [];
  const found = known.find((name) => typeOf(name) === type);
  return found === undefined ? "" : ` Did you mean "${found}"?`;
}

const nameOf = (name: string, { provider, type }: AgentRef): string =>
  [name, ...(provider === undefined ? [] : [provider]), type].join(":");
