/**
 * A cluster of real nodes on this machine, for tests of commands: a web server and a fencing device,
 * as in the demo, in a folder of the tests.
 *
 * @module
 */
import { pause } from "../../../../metadata/timer.ts";
import { demoCib, processDevice } from "../../demo/files.ts";
import { freeTcpPort, freeUdpPorts } from "../../../site/free_ports.ts";
import { guarded } from "../../local_nodes/guarded.ts";
import {
  clusterNameOf,
  nodeConfigOf,
  runFolder,
  writeLocalCluster,
} from "../../local_nodes/local_cluster.ts";
import { localNodes, type Nodes } from "../../local_nodes/nodes.ts";
import { project } from "./site.ts";

/** Milliseconds that something may take to come about: the machine may have much else to do. */
const patienceMs = 90_000;
/** Milliseconds between two looks. */
const lookMs = 200;

/** The cluster. */
export interface RealCluster extends AsyncDisposable {
  readonly folder: string;
  /** Its name, which is part of the marks of its processes. */
  readonly cluster: string;
  readonly nodes: Nodes;
  /** Run folder of a node. */
  run(node: string): string;
}

/** What a node's configuration is written from. */
type NodeSettings = ReturnType<typeof nodeConfigOf>;

/** Starts it; nobody waits until it has formed. */
export async function realCluster(
  what: string,
  names: readonly string[],
  change: (cib: string) => string = (cib) => cib,
  configure: (node: string, config: NodeSettings) => NodeSettings = (_node, config) => config,
): Promise<RealCluster> {
  await Deno.mkdir(`${project}/.test`, { recursive: true });
  const folder = `${project}/.test/${what}`;
  const local = { folder, cluster: clusterNameOf(what, folder), nodes: names };
  const guard = await guarded(project, local);
  try {
    const free = freeUdpPorts(names.length);
    const ports = Object.fromEntries(names.map((name, at) => [name, free[at] ?? 0]));
    const cib = demoCib({ webPort: freeTcpPort(), device: processDevice(local) }).replace(
      /<nodes>[^]*<\/nodes>/,
      `<nodes>${names.map((name) => `<node id="${name}" uname="${name}"/>`).join("")}</nodes>`,
    );
    const times = { keepaliveMs: 200, deadtimeMs: 2_000 };
    await writeLocalCluster(
      local,
      change(cib),
      (node) => configure(node, nodeConfigOf(local, node, ports, times)),
    );
    const nodes = localNodes(project, local, (node) => `${folder}/${node}.log`, guard);
    for (const name of names) nodes.start(name);
    return {
      folder,
      cluster: local.cluster,
      nodes,
      run: (node) => runFolder(local, node),
      [Symbol.asyncDispose]: () => nodes.close(),
    };
  } catch (error) {
    await guard.close();
    throw error;
  }
}

/** Asks until the answer is as wanted; throws the last one if it never is. */
export async function until<T>(
  ask: () => Promise<T>,
  wanted: (answer: T) => boolean,
): Promise<T> {
  for (const end = performance.now() + patienceMs;;) {
    const answer = await ask();
    if (wanted(answer)) return answer;
    if (performance.now() > end) {
      throw new Error(`Not within ${patienceMs} ms: ${JSON.stringify(answer, undefined, 1)}`);
    }
    await pause(lookMs);
  }
}
