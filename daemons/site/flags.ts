/**
 * What each process of a node may do: exactly these flags, made from the node configuration.
 *
 * This is the one place where they are written: the recovery manager starts the processes with
 * them, each daemon's README shows them, and a test compares the two.
 *
 * @module
 */
import { libraries } from "./c_libraries.ts";
import type { NodeConfig } from "./node_config/read.ts";

/**
 * The processes of a node, in the order in which they are started; they are stopped in reverse, so
 * that `cluster` can hand its resources over while `lrmd` still stops them.
 */
export const processes = ["heartbeat", "stonithd", "lrmd", "pengine", "cluster"] as const;

/** Memory that the policy engine may fill, in MiB: beyond it its process ends, and it alone. */
export const engineMemoryMib = 512;

/** One of them. */
export type ProcessName = typeof processes[number];

/** Where things are that are not in the node configuration. */
export interface Places {
  /** The project's folder, absolute, without a slash at its end. */
  readonly project: string;
  /** The node configuration, absolute. */
  readonly configFile: string;
  /** The running Deno, absolute. */
  readonly deno: string;
}

/** Permissions by name, as lists. */
export type Grant = Readonly<
  Partial<Record<"net" | "read" | "write" | "run" | "env" | "ffi", readonly string[]>>
>;

/** Path of the socket on which a process listens for clients: programs that are no daemons. */
export const socketOf = (config: Pick<NodeConfig, "run">, process: "heartbeat" | "cluster") =>
  `${config.run}/${process}.sock`;

/**
 * Path of the socket by which a process reaches the others of its node. Each has one of its own that no
 * other process may open: what comes by it comes from that process, and a client cannot take its place.
 */
export const linkOf = (
  config: Pick<NodeConfig, "run">,
  process: "cluster" | "lrmd" | "stonithd" | "pengine",
) => `${config.run}/${process}.link`;

/** What a process of this node may do. */
export function grantOf(process: ProcessName, config: NodeConfig, places: Places): Grant {
  const { project, configFile, deno } = places;
  // Plugins and what they import are read when they are loaded, by the process that loads them.
  const code = [
    ...["plugins", "pils", "metadata"].map((folder) => `${project}/${folder}`),
    ...(config.plugins === undefined ? [] : [config.plugins]),
    ...(config.pluginFolders ?? []),
  ];
  const heartbeat = socketOf(config, "heartbeat");
  const cluster = socketOf(config, "cluster");
  const link = process === "heartbeat" ? linkOf(config, "cluster") : linkOf(config, process);
  const plugins = {
    run: [deno, "/bin/sh"],
    env: ["DENO_DIR", "HOME", "XDG_CACHE_HOME"],
  };
  switch (process) {
    case "heartbeat": {
      // Where C programs that speak the original's local API look, if `run` is /run/heartbeat.
      const register = `${config.run}/register`;
      const isolated = startsProcesses(config);
      return {
        net: [
          ...config.media.flatMap(endpoints),
          `unix:${heartbeat}`,
          `unix:${link}`,
          `unix:${register}`,
        ],
        read: [
          ...code,
          // The thread that holds the sockets reads its own module.
          ...(config.tick === "main" ? [] : [`${project}/daemons`]),
          configFile,
          config.authkeys,
          `${config.state}/heartbeat`,
          heartbeat,
          link,
          register,
          ...(isolated ? [`${project}/deno.json`] : []),
        ],
        write: [`${config.state}/heartbeat`, heartbeat, link, register],
        // To ask the kernel who a client is, and for priority.
        ...(config.apiauth === undefined && config.tick !== "realtime" ? {} : { ffi: libraries }),
        ...(isolated ? plugins : {}),
      };
    }
    case "cluster": {
      const links = [
        link,
        ...(["lrmd", "stonithd", "pengine"] as const).map((child) => linkOf(config, child)),
      ];
      return {
        net: [cluster, ...links].map((path) => `unix:${path}`),
        read: [
          ...code,
          configFile,
          ...(config.cib === undefined ? [] : [config.cib]),
          `${config.state}/cluster`,
          cluster,
          ...links,
        ],
        write: [`${config.state}/cluster`, cluster, ...links],
      };
    }
    case "pengine":
      return {
        net: [`unix:${link}`],
        // Its thread is read with the permission of the process.
        read: [`${project}/daemons`, `${project}/metadata`, configFile, link],
        write: [link],
      };
    case "lrmd":
    case "stonithd":
      return {
        net: [`unix:${link}`],
        read: [...code, `${project}/deno.json`, configFile, link],
        write: [link],
        ...plugins,
      };
  }
}

/** The grant as flags of `deno run`. */
export function flagsOf(grant: Grant): string[] {
  return (["net", "read", "write", "run", "env", "ffi"] as const).flatMap((name) => {
    const entries = grant[name] ?? [];
    for (const entry of entries) {
      if (entry.includes(",")) {
        throw new TypeError(
          `Cannot start a daemon: "${entry}" has a comma, which would be two permissions. Rename it.`,
        );
      }
    }
    return entries.length === 0 ? [] : [`--allow-${name}=${entries.join(",")}`];
  });
}

/** The whole command line of a process, after the path of Deno. */
export function commandOf(process: ProcessName, config: NodeConfig, places: Places): string[] {
  return [
    "run",
    "--no-prompt",
    "--cached-only",
    "--quiet",
    `--config=${places.project}/deno.json`,
    ...(process === "pengine" ? [`--v8-flags=--max-old-space-size=${engineMemoryMib}`] : []),
    ...flagsOf(grantOf(process, config, places)),
    `${places.project}/daemons/${process}/mod.ts`,
    places.configFile,
  ];
}

/** Media that need nothing but the network, and are let into the daemon. */
const inDaemon: ReadonlySet<string> = new Set(
  ["memory", "ucast", "bcast", "mcast"].map((name) => `medium/${name}`),
);

/**
 * Whether a medium, what is pinged or the watchdog is a process of its own, since its plugin asks for
 * programs or libraries: then heartbeat must start it.
 */
const startsProcesses = ({ media, pings = [], watchdog }: NodeConfig): boolean =>
  watchdog !== undefined || [...media, ...pings].some(({ plugin }) => !inDaemon.has(plugin));

/** What one medium binds and sends to; it is what the medium's own manifest asks. */
function endpoints(medium: NodeConfig["media"][number]): string[] {
  const { address, port = 694, broadcast, group, peers = [] } = medium;
  if (address === undefined) return [];
  const shared = broadcast ?? group;
  if (shared !== undefined) {
    // What is sent to all is received at the address of all, and sent from one's own.
    return [`${bracketed(address)}:0`, `${bracketed(shared)}:${port}`];
  }
  const received = [{ address, port }, ...peers];
  return [
    ...received.map(({ address, port }) => `${bracketed(address)}:${port}`),
    // Each peer is sent to by a socket of its own.
    `${bracketed(address)}:0`,
  ];
}

const bracketed = (address: string) => address.includes(":") ? `[${address}]` : address;
