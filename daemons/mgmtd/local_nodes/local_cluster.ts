/**
 * A cluster whose nodes are processes on this machine, in a folder of its own that is there while it
 * runs: what a person would have written for each node.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { socketOf } from "../../site/sockets.ts";

/** Where it is, and by which names it is known. */
export interface LocalCluster {
  /** Absolute, without a slash at its end. Nobody else's: it is removed with the cluster. */
  readonly folder: string;
  /** Part of the mark by which its processes are found. */
  readonly cluster: string;
  readonly nodes: readonly string[];
}

/** A name that no cluster of another place has: marks are seen on the whole machine. */
export const clusterNameOf = (what: string, place: string): string =>
  `${what}-${createHash("sha256").update(place).digest("hex").slice(0, 12)}`;

/** Folder of a node's sockets. */
export const runFolder = ({ folder }: Pick<LocalCluster, "folder">, node: string): string =>
  `${folder}/${node}/run`;

/** The socket by which a node is watched from outside. */
export const watchedSocket = (local: Pick<LocalCluster, "folder">, node: string): string =>
  socketOf({ run: runFolder(local, node) }, "cluster");

/** Path of a node's configuration. */
export const nodeFile = ({ folder }: Pick<LocalCluster, "folder">, node: string): string =>
  `${folder}/${node}/node.json`;

/** What every process of a node has in its environment, and all that they start. */
export const markOf = ({ cluster }: Pick<LocalCluster, "cluster">, node: string): string =>
  `HA_NODE=${cluster}/${node}`;

/** What the guard of a cluster has in its environment, and nothing else. */
export const guardMarkOf = ({ cluster }: Pick<LocalCluster, "cluster">): string =>
  `HA_GUARD=${cluster}`;

/** What such a cluster may choose for all of its nodes. */
export interface LocalTimes {
  readonly keepaliveMs: number;
  readonly deadtimeMs: number;
}

/**
 * The node configuration of a node that hears the others over the loopback.
 *
 * @param ports UDP port of each that it hears or speaks to, its own among them.
 */
export function nodeConfigOf(
  { folder, cluster, nodes }: LocalCluster,
  node: string,
  ports: Readonly<Record<string, number>>,
  { keepaliveMs, deadtimeMs }: LocalTimes,
) {
  const address = "127.0.0.1";
  return {
    cluster,
    node,
    nodes,
    state: `${folder}/${node}/state`,
    run: `${folder}/${node}/run`,
    authkeys: `${folder}/authkeys`,
    cib: `${folder}/cib.xml`,
    keepaliveMs,
    deadtimeMs,
    initdeadMs: 15_000,
    media: [{
      plugin: "medium/ucast",
      address,
      port: ports[node],
      peers: Object.entries(ports).filter(([peer]) => peer !== node)
        .map(([, port]) => ({ address, port })),
    }],
  };
}

/** Writes everything into the folder, each file readable by its owner alone. */
export async function writeLocalCluster(
  local: LocalCluster,
  cib: string,
  configOf: (node: string) => object,
): Promise<void> {
  const { folder, nodes } = local;
  const key = [...crypto.getRandomValues(new Uint8Array(20))]
    .map((byte) => byte.toString(16).padStart(2, "0")).join("");
  await writePrivate(`${folder}/authkeys`, `auth 1\n1 sha1 ${key}\n`);
  await writePrivate(`${folder}/cib.xml`, cib);
  for (const node of nodes) {
    await Deno.mkdir(runFolder(local, node), { recursive: true, mode: 0o700 });
    await writeNodeConfig(local, node, configOf(node));
  }
}

/** Writes the configuration of a node, for its next start. */
export const writeNodeConfig = (local: LocalCluster, node: string, config: object): Promise<void> =>
  writePrivate(nodeFile(local, node), JSON.stringify(config, undefined, 2));

/** Writes a file that only its owner may read. */
export const writePrivate = (path: string, text: string): Promise<void> =>
  Deno.writeTextFile(path, text, { mode: 0o600 });
