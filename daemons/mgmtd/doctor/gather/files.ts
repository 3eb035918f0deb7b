/**
 * Facts of the node's files: its configuration, who may change what it trusts, keys, plugins.
 *
 * @module
 */
import { type Diagnostic, DiagnosticError, problem } from "../../../../metadata/diagnostic.ts";
import { messageOf } from "../../../../metadata/message_of.ts";
import type { XmlElement } from "../../../../metadata/xml/mod.ts";
import { readAuthkeys, warningsOfUse } from "../../../heartbeat/doors/configuration.ts";
import { descriptions } from "../../../processes.ts";
import { bytesMax, readText } from "../../../site/bounded_file.ts";
import { readConfigured } from "../../../site/configured_file.ts";
import { lookUp, readConsented } from "../../../site/consent/locked.ts";
import type { ProcessList } from "../../../site/description.ts";
import { locksOf } from "../../../site/loader_of.ts";
import type { NodeConfig } from "../../../site/node_config/read.ts";
import { believed, refuseUntrusted, treesOf } from "../../../site/trusted_path.ts";
import { all } from "../../api/document/element.ts";
import { examine } from "../../node_config/examine.ts";
import type { Known } from "../facts.ts";

/** What was wrong, if that is why something was refused. */
async function diagnosticsOf(work: () => Promise<unknown>): Promise<readonly Diagnostic[]> {
  try {
    await work();
    return [];
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics;
    throw error;
  }
}

/** The node configuration, and what is wrong with it. */
export async function configOf(
  path: string,
): Promise<Pick<Known, "configProblems"> & Partial<Pick<Known, "config">>> {
  let text;
  try {
    text = await readText(path, bytesMax.nodeConfig);
  } catch (error) {
    return {
      configProblems: [problem(
        [path],
        "it cannot be read",
        messageOf(error),
        "name the file of the node with --config FILE, and run the command as root or as its user",
        "HA0008",
      )],
    };
  }
  const { config, diagnostics } = await examine(text);
  return { configProblems: diagnostics, ...(config === undefined ? {} : { config }) };
}

/** Fields in which the file differs from the copy that the node uses; undefined: there is none. */
export async function unappliedIn(file: string, copy: string): Promise<readonly string[]> {
  const [one, other] = await Promise.all([file, copy].map(async (path) => {
    const read: unknown = JSON.parse(await readText(path, bytesMax.nodeConfig));
    return new Map(Object.entries(typeof read === "object" && read !== null ? read : {}));
  }));
  const text = (value: unknown) => JSON.stringify(value) ?? "";
  return [...new Set([...one?.keys() ?? [], ...other?.keys() ?? []])]
    .filter((name) => text(one?.get(name)) !== text(other?.get(name))).sort();
}

/**
 * Who else may change what the node trusts.
 *
 * @param user of the running node: what belongs to it is as it should be, also where root looks.
 */
export async function trustOf(
  config: NodeConfig,
  path: string,
  user: number | undefined,
): Promise<readonly Diagnostic[]> {
  const found = await diagnosticsOf(() => refuseUntrusted(believed(config, path), treesOf(config)));
  return found.filter(({ what }) => what !== `it belongs to user ${user}`);
}

/** What is wrong with the keys, or weak. */
export async function keysOf({ authkeys, media }: NodeConfig): Promise<readonly Diagnostic[]> {
  let file;
  try {
    file = await readConfigured("authkeys", authkeys, bytesMax.authkeys);
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics;
    throw error;
  }
  const checked = readAuthkeys(file.text, file.mode);
  if (!checked.ok) return checked.diagnostics;
  const linesAlone = media.every(({ plugin }) => plugin === "medium/serial");
  return [...checked.warnings, ...warningsOfUse(checked.value, linesAlone)];
}

/** Plugins that differ from what was approved, or that nobody approved. */
export async function pluginsOf(
  config: NodeConfig,
  cib: XmlElement | undefined,
): Promise<readonly Diagnostic[]> {
  const found: Diagnostic[] = [];
  found.push(
    ...await diagnosticsOf(async () => {
      const { locks, policy } = await readConsented(...locksOf(config));
      const find = lookUp(locks, policy);
      const locked = (id: string) => locks.some(({ lock }) => Object.hasOwn(lock.plugins, id));
      const devices = devicesIn(cib);
      // Of a link, an agent or an entry that is not in the lock the configuration's check speaks.
      const ids = namedIn(config).filter(locked);
      for (const id of new Set([...ids, ...devices])) {
        const problems = await diagnosticsOf(() => find(id));
        // Programs of a family are anywhere on the machine: this command may not read them.
        found.push(...problems.filter(({ what }) => !/NotCapable|Requires \w+ access/.test(what)));
      }
    }),
  );
  return found;
}

/** Plugins that the processes of the node always load, and those that its configuration names. */
function namedIn({ media, pings = [], watchdog, agents = [], load = [] }: NodeConfig): string[] {
  const list: ProcessList = descriptions;
  const always = list.flatMap(({ plugins }) => plugins?.always ?? []);
  return [
    ...always,
    ...[...media, ...pings, ...agents, ...load].map(({ plugin }) => plugin),
    ...(watchdog === undefined ? [] : [watchdog.plugin]),
  ];
}

/** Fencing devices of a CIB, as plugins. */
const devicesIn = (cib: XmlElement | undefined): readonly string[] =>
  cib === undefined
    ? []
    : [...all(cib)].flatMap(({ name, attributes: { class: cls, type } }) =>
      name.raw === "primitive" && cls === "stonith" && type !== undefined ? [`stonith/${type}`] : []
    );
