/**
 * Gathers the facts that checks need, each part only where one of them is needed, and why a part is not
 * known.
 *
 * @module
 */
import type { XmlElement } from "../../../../metadata/xml/mod.ts";
import { messageOf } from "../../../../metadata/message_of.ts";
import type { NodeConfig } from "../../../site/node_config/read.ts";
import { readDaemons } from "../../status/daemons_file.ts";
import type { Facts, Known } from "../facts.ts";
import { cibFacts, clusterFacts } from "./cluster.ts";
import { configOf, keysOf, pluginsOf, trustOf, unappliedIn } from "./files.ts";
import { machineFacts, portsOf, userOf } from "./machine_facts.ts";
import { machineLines } from "./machine_script.ts";

/** Where to look. */
export interface Looking {
  /** The node configuration, absolute. */
  readonly configFile: string;
  /** The run folder of the node, absolute. */
  readonly run: string;
  /** Whether this is the node of the machine's unit. */
  readonly hasUnit: boolean;
  readonly nowMs: number;
  /** The CIB on the disk of a node that does not run. */
  stored(config: NodeConfig): Promise<XmlElement | undefined>;
}

type Name = keyof Known;
/** Facts while they are gathered. */
type Learned = { -readonly [N in Name]?: Known[N] };

const ofMachine: readonly Name[] = [
  ...["host", "addresses", "receivers", "disks", "service", "log"] as const,
  ...["descriptors", "buffers", "synchronized", "trust"] as const,
];
const ofCluster: readonly Name[] = [
  ...["view", "heartbeat", "alerts", "cib", "cluster", "cibLines", "agentLines"] as const,
  ...["runs", "coverage", "fencings", "plugins", "unapplied", "daemons"] as const,
];

/** Gathers what is needed. */
export async function gather(looking: Looking, needs: ReadonlySet<Name>): Promise<Facts> {
  const { configFile, run, nowMs } = looking;
  const wants = (name: Name) => needs.has(name);
  const wantsOne = (names: readonly Name[]) => names.some(wants);
  const unknown: Partial<Record<Name, string>> = {};
  const known: Learned = { ...await configOf(configFile) };
  const { config } = known;
  const daemons = await readDaemons(run, nowMs).catch(() => undefined);

  const asked = wantsOne(ofCluster) ? await asCluster(looking, wants, config) : {};
  const runs = asked.view !== undefined;
  Object.assign(known, asked, wantsOne(ofCluster) ? { runs } : {});
  // What a stopped node wrote last of its daemons holds no longer, but for why it was given up.
  if (daemons !== undefined) {
    known.daemons = runs ? daemons : { daemons: [], givenUp: daemons.givenUp };
  } else if (!runs) known.daemons = { daemons: [], givenUp: "" };
  if (config !== undefined) {
    const pid = daemons?.silent === undefined ? daemons?.writer?.pid ?? 0 : 0;
    if (wantsOne(ofMachine)) await askMachine(looking, config, pid, { known, unknown });
    if (wants("keys")) known.keys = await keysOf(config);
    if (wants("plugins")) known.plugins = await pluginsOf(config, known.cib);
  }
  if (runs && wants("unapplied") && configFile !== `${run}/node.json`) {
    await learn("unapplied", unappliedIn(configFile, `${run}/node.json`), { known, unknown });
  } else known.unapplied = [];
  for (const name of [...ofCluster, ...ofMachine, "config", "keys"] as const) {
    unknown[name] ??= whyNot(name, runs, config !== undefined);
  }
  return { known, unknown };
}

/** Where facts are put. */
interface Into {
  readonly known: Learned;
  readonly unknown: Partial<Record<Name, string>>;
}

async function learn<N extends Name>(
  name: N,
  fact: Promise<Known[N]>,
  { known, unknown }: Into,
): Promise<void> {
  try {
    known[name] = await fact;
  } catch (error) {
    unknown[name] = messageOf(error);
  }
}

/** What the node says; of one that does not run, what its CIB on the disk says. */
async function asCluster(
  { run, nowMs, stored }: Looking,
  wants: (name: Name) => boolean,
  config: NodeConfig | undefined,
): Promise<Partial<Known>> {
  const sockets = { cluster: `${run}/cluster.sock`, heartbeat: `${run}/heartbeat.sock` };
  const nowS = Math.floor(nowMs / 1000);
  const asked = await clusterFacts(sockets, nowS, wants);
  if (asked !== undefined) return asked;
  const cib = config === undefined ? undefined : await stored(config);
  return cib === undefined ? {} : cibFacts(cib, nowS);
}

async function askMachine(
  { configFile, run, hasUnit }: Looking,
  config: NodeConfig,
  pid: number,
  { known, unknown }: Into,
): Promise<void> {
  try {
    const lines = await machineLines({
      state: config.state,
      run,
      pid,
      mark: `${config.cluster}/${config.node}`,
      ports: portsOf(config),
    });
    Object.assign(known, machineFacts(lines, config));
    if (!hasUnit) delete known.service;
    await learn("trust", trustOf(config, configFile, userOf(lines)), { known, unknown });
  } catch (error) {
    for (const name of ofMachine) unknown[name] = messageOf(error);
  }
}

/** Why something is not known. */
function whyNot(name: Name, runs: boolean, isRead: boolean): string {
  if (name === "service") return "the node is not started by systemd, or systemd does not run here";
  if (name === "synchronized") return "no timedatectl says whether a time service keeps the clock";
  if ((name === "log" || name === "descriptors") && !runs) return "the node is stopped";
  if (ofMachine.includes(name) || name === "keys" || name === "config") {
    return isRead ? "the machine does not say it" : "the node configuration cannot be used";
  }
  if (!runs) return "the node is stopped";
  return "a daemon of the node does not answer";
}
