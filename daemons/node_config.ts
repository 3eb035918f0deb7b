/**
 * The node configuration: one JSON file a person writes for each node, the same on all of them
 * but for `node` and addresses. Everything else is in the CIB.
 *
 * @module
 */
import { check } from "../metadata/check.ts";
import type { Checked, Diagnostic } from "../metadata/diagnostic.ts";
import type { ConfigOf, Field } from "../metadata/field.ts";

/** The fields of the file. */
export const nodeFields = [
  {
    fieldname: "cluster",
    basictype: "string",
    length: 64,
    regex: "[A-Za-z0-9._\\-]+",
    required: true,
    short_text: { en: "Name of the cluster" },
  },
  {
    fieldname: "node",
    basictype: "string",
    specialtype: "node",
    required: true,
    short_text: { en: "Name of this node; in lower case" },
  },
  {
    fieldname: "nodes",
    basictype: "string",
    specialtype: "node",
    isarray: true,
    minitems: 1,
    maxitems: 64,
    required: true,
    short_text: { en: "Names of all nodes" },
  },
  {
    fieldname: "state",
    basictype: "string",
    specialtype: "path",
    required: true,
    short_text: { en: "Folder for what must survive a restart: generation, views, the CIB" },
  },
  {
    fieldname: "run",
    basictype: "string",
    specialtype: "path",
    required: true,
    short_text: { en: "Folder for the sockets; only the owner may enter" },
  },
  {
    fieldname: "authkeys",
    basictype: "string",
    specialtype: "path",
    required: true,
    short_text: { en: "File of keys, in the format of heartbeat's authkeys, mode 0600" },
  },
  {
    fieldname: "cib",
    basictype: "string",
    specialtype: "path",
    short_text: { en: "The first CIB of a cluster that never ran; later ones are in the state" },
  },
  {
    fieldname: "media",
    basictype: "struct",
    isarray: true,
    minitems: 1,
    maxitems: 8,
    required: true,
    short_text: { en: "The links by which the nodes hear each other" },
    fields: [
      {
        fieldname: "plugin",
        basictype: "string",
        regex: "medium/[a-z0-9_]+",
        required: true,
        short_text: { en: "Plugin of kind medium" },
      },
      {
        fieldname: "address",
        basictype: "string",
        specialtype: "ipaddr",
        short_text: { en: "Address to receive on" },
      },
      {
        fieldname: "port",
        basictype: "integer",
        specialtype: "port",
        short_text: { en: "UDP port to receive on" },
      },
      {
        fieldname: "broadcast",
        basictype: "string",
        specialtype: "ipaddr",
        short_text: { en: "Broadcast address of the network, for medium/bcast" },
      },
      {
        fieldname: "group",
        basictype: "string",
        specialtype: "ipaddr",
        short_text: { en: "Multicast group, for medium/mcast" },
      },
      {
        fieldname: "ttl",
        basictype: "integer",
        minimum: 0,
        maximum: 255,
        short_text: { en: "Routers a multicast packet may cross" },
      },
      {
        fieldname: "loop",
        basictype: "boolean",
        short_text: { en: "Multicast packets come back to this machine" },
      },
      {
        fieldname: "device",
        basictype: "string",
        specialtype: "device",
        short_text: { en: "Serial line, for medium/serial: /dev/ttyS0" },
      },
      {
        fieldname: "baud",
        basictype: "integer",
        minimum: 300,
        maximum: 4_000_000,
        short_text: { en: "Speed of the serial line" },
      },
      {
        fieldname: "rtscts",
        basictype: "boolean",
        short_text: { en: "Whether the serial line's RTS and CTS are heeded" },
      },
      {
        fieldname: "name",
        basictype: "string",
        length: 127,
        regex: "[A-Za-z0-9._\\-]+",
        short_text: { en: "Process group, for medium/corosync" },
      },
      {
        fieldname: "library",
        basictype: "string",
        specialtype: "path",
        short_text: { en: "Library that the medium calls" },
      },
      {
        fieldname: "peers",
        basictype: "struct",
        isarray: true,
        maxitems: 63,
        short_text: { en: "The other nodes on this link" },
        fields: [
          {
            fieldname: "address",
            basictype: "string",
            specialtype: "ipaddr",
            required: true,
            short_text: { en: "Address of the peer" },
          },
          {
            fieldname: "port",
            basictype: "integer",
            specialtype: "port",
            default: 694,
            short_text: { en: "UDP port that the peer receives on" },
          },
        ],
      },
    ],
  },
  {
    fieldname: "pings",
    basictype: "struct",
    isarray: true,
    maxitems: 32,
    short_text: { en: "Pseudo-members: hosts, groups of hosts and disks that answer or do not" },
    fields: [
      {
        fieldname: "plugin",
        basictype: "string",
        regex: "medium/[a-z0-9_]+",
        required: true,
        short_text: { en: "medium/ping, medium/ping_group or medium/disk_ping" },
      },
      {
        fieldname: "name",
        basictype: "string",
        length: 64,
        regex: "[A-Za-z0-9._:\\-]+",
        required: true,
        short_text: { en: "Its name among the nodes" },
      },
      {
        fieldname: "address",
        basictype: "string",
        specialtype: "ipaddr",
        short_text: { en: "Host to ping, for medium/ping" },
      },
      {
        fieldname: "addresses",
        basictype: "string",
        specialtype: "ipaddr",
        isarray: true,
        maxitems: 16,
        short_text: { en: "Hosts of which one must answer, for medium/ping_group" },
      },
      {
        fieldname: "device",
        basictype: "string",
        specialtype: "device",
        short_text: { en: "Disk to read from, for medium/disk_ping" },
      },
      {
        fieldname: "library",
        basictype: "string",
        specialtype: "path",
        short_text: { en: "C library, where it is not that of Debian on amd64" },
      },
    ],
  },
  {
    fieldname: "deadpingMs",
    basictype: "integer",
    minimum: 30,
    maximum: 600_000,
    unit: "ms",
    short_text: { en: "Time without an answer after which a pseudo-member is dead; the deadtime" },
  },
  {
    fieldname: "plugins",
    basictype: "string",
    specialtype: "path",
    short_text: {
      en: "Folder of this site's plugins.lock.json and plugins.policy.json; plugins may lie in it",
    },
  },
  {
    fieldname: "pluginFolders",
    basictype: "string",
    specialtype: "path",
    isarray: true,
    maxitems: 64,
    short_text: { en: "Folders of plugins in that lock that lie elsewhere" },
  },
  {
    fieldname: "keepaliveMs",
    basictype: "integer",
    minimum: 10,
    maximum: 60_000,
    unit: "ms",
    default: 1000,
    short_text: { en: "Time between two heartbeats" },
  },
  {
    fieldname: "deadtimeMs",
    basictype: "integer",
    minimum: 30,
    maximum: 600_000,
    unit: "ms",
    default: 10_000,
    short_text: { en: "Silence after which a node is dead; more than twice the keepalive" },
  },
  {
    fieldname: "initdeadMs",
    basictype: "integer",
    minimum: 30,
    maximum: 3_600_000,
    unit: "ms",
    default: 12_000,
    short_text: { en: "Silence after which a node that was never heard is dead" },
  },
  {
    fieldname: "warntimeMs",
    basictype: "integer",
    minimum: 10,
    maximum: 600_000,
    unit: "ms",
    short_text: { en: "Silence that is worth a warning; half the deadtime if left out" },
  },
  {
    fieldname: "autojoin",
    basictype: "enum",
    choices: ["none", "other", "any"],
    short_text: {
      en:
        "Who joins without being named in nodes: none (the default), any other node with the key, or this one too",
    },
  },
  {
    fieldname: "apiauth",
    basictype: "struct",
    isarray: true,
    maxitems: 64,
    short_text: {
      en:
        "Who may sign on to the local API, by the kernel's word; left out: the owner of the daemon",
    },
    fields: [
      {
        fieldname: "client",
        basictype: "string",
        length: 64,
        required: true,
        short_text: { en: "Name of a client; default: any other name; anon: clients without one" },
      },
      {
        fieldname: "uids",
        basictype: "integer",
        isarray: true,
        maxitems: 64,
        default: [],
        short_text: { en: "Numbers of users who may" },
      },
      {
        fieldname: "gids",
        basictype: "integer",
        isarray: true,
        maxitems: 64,
        default: [],
        short_text: { en: "Numbers of groups who may" },
      },
    ],
  },
  {
    fieldname: "packetBytes",
    basictype: "integer",
    minimum: 1_450,
    maximum: 60_000,
    unit: "B",
    short_text: {
      en:
        "Bytes of a packet that carries messages between our own nodes: what the network carries whole; left out: 1450, or 16000 where all links are on the loopback",
    },
  },
  {
    fieldname: "tick",
    basictype: "enum",
    choices: ["main", "worker", "realtime"],
    default: "main",
    short_text: { en: "What holds the sockets and timers of heartbeat" },
    long_text: {
      en:
        "main: heartbeat's own thread, the smallest. worker: a thread of its own, so that heartbeat's " +
        "traffic with the services of this node, however much, delays no heartbeat. realtime: that " +
        "thread with real-time priority, and memory that is never paged out, so that a busy machine " +
        "does not either; the kernel must allow it (CAP_SYS_NICE and CAP_IPC_LOCK, or root).",
    },
  },
  {
    fieldname: "operationsAtOnce",
    basictype: "integer",
    minimum: 1,
    maximum: 256,
    default: 8,
    short_text: { en: "Operations of resource agents that run at once at most" },
  },
  {
    fieldname: "loglevel",
    basictype: "enum",
    choices: ["crit", "err", "warning", "notice", "info", "debug"],
    default: "info",
    short_text: { en: "Least urgent level that is logged" },
  },
] as const satisfies readonly Field[];

/** Serial lines of a node at most. */
const linesMax = 2;

/** A checked node configuration. */
export type NodeConfig = ConfigOf<typeof nodeFields>;

/**
 * Reads the text of a node configuration.
 *
 * Beyond each field's own rules: the node must be one of the nodes, and the times must leave room
 * for two keepalives within a deadtime, or an idle cluster would lose its members.
 */
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
        error instanceof Error ? error.message : String(error),
        "mend the place named; strings need double quotes, and no comma stands before } or ]",
      )],
    };
  }
  const checked = check(nodeFields, input);
  if (!checked.ok) return checked;
  const { node, nodes, keepaliveMs, deadtimeMs, initdeadMs, autojoin } = checked.value;
  const diagnostics: Diagnostic[] = [];
  if (!nodes.includes(node) && autojoin !== "any") {
    diagnostics.push(problem(
      ["node"],
      `"${node}" is not one of ${nodes.join(", ")}`,
      "a node must be a member of its own cluster",
      "add it to nodes, mend the name, or set autojoin to any",
    ));
  }
  if (deadtimeMs <= 2 * keepaliveMs) {
    diagnostics.push(problem(
      ["deadtimeMs"],
      `${deadtimeMs} ms is not more than twice the keepalive of ${keepaliveMs} ms`,
      "one lost packet would be taken for a death",
      `give at least ${2 * keepaliveMs + 1}, better ${5 * keepaliveMs}`,
    ));
  }
  if (initdeadMs < deadtimeMs) {
    diagnostics.push(problem(
      ["initdeadMs"],
      `${initdeadMs} ms is less than the deadtime of ${deadtimeMs} ms`,
      "nodes that start together would take each other for dead",
      `give at least ${deadtimeMs}`,
    ));
  }
  const { media, pings = [], deadpingMs } = checked.value;
  const isV6 = (address = ""): boolean => address.includes(":");
  media.forEach(({ plugin, address, broadcast, group, peers = [] }, at) => {
    if (plugin === "medium/bcast" && (isV6(address) || isV6(broadcast))) {
      diagnostics.push(problem(
        ["media", at, "broadcast"],
        `"${broadcast ?? address}" cannot be used for broadcast`,
        "IPv6 has no broadcast",
        'use "medium/mcast" with a group such as ff05::7:1, or "medium/ucast"',
      ));
    }
    const others = [group, ...peers.map(({ address }) => address)].filter((one) =>
      one !== undefined && address !== undefined && isV6(one) !== isV6(address)
    );
    if (others.length > 0) {
      diagnostics.push(problem(
        ["media", at],
        `${others.join(", ")} cannot be reached from ${address}`,
        "one is IPv4, the other IPv6",
        "make a link of its own for each",
      ));
    }
  });
  const lines = media.filter(({ plugin }) => plugin === "medium/serial");
  if (lines.length > linesMax) {
    diagnostics.push(problem(
      ["media"],
      `${lines.length} serial lines`,
      "each node passes on by the one what it hears by the other; with three messages would breed",
      `leave ${linesMax}: lines from node to node make a ring`,
    ));
  }
  pings.forEach(({ name }, at) => {
    if (!nodes.includes(name) && pings.findIndex((ping) => ping.name === name) === at) return;
    diagnostics.push(problem(
      ["pings", at, "name"],
      `"${name}" is the name of another`,
      "each node and each pseudo-member is known by its name",
      "give it a name of its own",
    ));
  });
  if (deadpingMs !== undefined && deadpingMs <= 2 * keepaliveMs) {
    diagnostics.push(problem(
      ["deadpingMs"],
      `${deadpingMs} ms is not more than twice the keepalive of ${keepaliveMs} ms`,
      "there is one ping for each heartbeat, and one lost answer would be taken for a death",
      `give at least ${2 * keepaliveMs + 1}`,
    ));
  }
  return diagnostics.length > 0 ? { ok: false, diagnostics } : checked;
}

const problem = (
  path: Diagnostic["path"],
  what: string,
  why: string,
  mend: string,
): Diagnostic => ({ severity: "error", path, what, why, mend });
