/**
 * What each process of a node may do: exactly these flags, made from the node configuration.
 *
 * This is the one place where they are written: the recovery manager starts the processes with
 * them, each daemon's README shows them, and a test compares the two.
 *
 * @module
 */
import type { NodeConfig } from "./node_config.ts";

/** The processes of a node, in the order in which they are started. */
export const processes = ["heartbeat", "cluster", "stonithd", "lrmd"] as const;

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
  Partial<Record<"net" | "read" | "write" | "run" | "env", readonly string[]>>
>;

/** Path of the socket that a process listens on. */
export const socketOf = (config: Pick<NodeConfig, "run">, process: "heartbeat" | "cluster") =>
  `${config.run}/${process}.sock`;

/** What a process of this node may do. */
export function grantOf(process: ProcessName, config: NodeConfig, places: Places): Grant {
  const { project, configFile, deno } = places;
  // Plugins and what they import are read when they are loaded, by whoever loads them.
  const code = ["plugins", "pils", "metadata"].map((folder) => `${project}/${folder}`);
  const heartbeat = socketOf(config, "heartbeat");
  const cluster = socketOf(config, "cluster");
  const plugins = {
    run: [deno, "/bin/sh"],
    env: ["DENO_DIR", "HOME", "XDG_CACHE_HOME"],
  };
  switch (process) {
    case "heartbeat":
      return {
        net: [...config.media.flatMap(endpoints), `unix:${heartbeat}`],
        read: [...code, configFile, config.authkeys, `${config.state}/heartbeat`, heartbeat],
        write: [`${config.state}/heartbeat`, heartbeat],
      };
    case "cluster":
      return {
        net: [`unix:${heartbeat}`, `unix:${cluster}`],
        read: [
          ...code,
          `${project}/daemons`,
          configFile,
          ...(config.cib === undefined ? [] : [config.cib]),
          `${config.state}/cluster`,
          heartbeat,
          cluster,
        ],
        write: [`${config.state}/cluster`, heartbeat, cluster],
      };
    case "lrmd":
    case "stonithd":
      return {
        net: [`unix:${cluster}`],
        read: [...code, `${project}/deno.json`, configFile, cluster],
        write: [cluster],
        ...plugins,
      };
  }
}

/** The grant as flags of `deno run`. */
export function flagsOf(grant: Grant): string[] {
  return (["net", "read", "write", "run", "env"] as const).flatMap((name) => {
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
    ...flagsOf(grantOf(process, config, places)),
    `${places.project}/daemons/${process}/mod.ts`,
    places.configFile,
  ];
}

/** What one medium binds and sends to. */
function endpoints({ address, port, peers = [] }: NodeConfig["media"][number]): string[] {
  return [{ address, port }, ...peers].flatMap(({ address, port }) =>
    address === undefined || port === undefined ? [] : [`${bracketed(address)}:${port}`]
  );
}

const bracketed = (address: string) => address.includes(":") ? `[${address}]` : address;
