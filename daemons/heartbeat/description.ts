/**
 * The process `heartbeat`, as data: the only one that has the network.
 *
 * @module
 */
import type { Grant, Places, ProcessDescription } from "../site/description.ts";
import type { NodeConfig } from "../site/node_config/read.ts";
import { libraries } from "../site/c_libraries.ts";

/** Media that need nothing but the network, and are let into the daemon. */
const inDaemon: ReadonlySet<string> = new Set(
  ["memory", "ucast", "bcast", "mcast"].map((name) => `medium/${name}`),
);

/** See the head of the file. */
export const description = {
  name: "heartbeat",
  services: ["heartbeat"],
  threads: ["tick"],
  hasThreads: ({ tick }) => tick !== "main",
  clients: true,
  state: true,
  plugins: {
    kinds: ["auth", "compression", "encoding", "medium", "watchdog"],
    // The daemon holds no more rights than these need.
    inline: ["auth", "compression", "encoding", "medium"],
    load: ["compression"],
    // Whatever this node packs with, partners may use any that heartbeat knows.
    always: ["compression/zlib", "compression/bz2", "compression/zstd", "encoding/ha"],
    starts: startsProcesses,
  },
  grant,
  hangup: true,
} as const satisfies ProcessDescription;

/** Where C programs that speak the original's local API look, if `run` is /run/heartbeat. */
export const registerOf = ({ run }: Pick<NodeConfig, "run">): string => `${run}/register`;

/**
 * Whether a medium, what is pinged or the watchdog is a process of its own, since its plugin asks for
 * programs or libraries: then heartbeat must start it.
 */
function startsProcesses({ media, pings = [], watchdog }: NodeConfig): boolean {
  return watchdog !== undefined ||
    [...media, ...pings].some(({ plugin }) => !inDaemon.has(plugin));
}

function grant(config: NodeConfig, _places: Places): Grant {
  const register = registerOf(config);
  return {
    net: [...config.media.flatMap(endpoints), `unix:${register}`],
    read: [config.authkeys, register],
    write: [register],
    // To ask the kernel who a client is, and for priority.
    ffi: config.apiauth === undefined && config.tick !== "realtime" ? [] : libraries,
  };
}

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

function bracketed(address: string): string {
  return address.includes(":") ? `[${address}]` : address;
}
