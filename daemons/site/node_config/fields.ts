/**
 * The fields of the node configuration: one JSON file a person writes for each node, the same on
 * all of them but for `node` and addresses. Everything else is in the CIB.
 *
 * @module
 */
import type { Field } from "../../../metadata/field.ts";
import { applicationFields } from "./application_fields.ts";
import { mediaMax, nodesMax } from "./limits.ts";
import { logFields } from "./log_fields.ts";
import {
  agentFields,
  linkFields,
  loadFields,
  notifierFields,
  pingFields,
  watchdogFields,
} from "./plugin_entries.ts";

/** The largest number of a user or group; the one above stands for none. */
const idMax = 4_294_967_294;

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
    maxitems: nodesMax,
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
    maxitems: mediaMax,
    required: true,
    short_text: { en: "Links between the nodes" },
    fields: linkFields,
  },
  {
    fieldname: "pings",
    basictype: "struct",
    isarray: true,
    maxitems: 32,
    short_text: { en: "Pseudo-members: hosts, groups of hosts and disks that are pinged" },
    fields: pingFields,
  },
  {
    fieldname: "deadpingMs",
    basictype: "integer",
    minimum: 30,
    maximum: 600_000,
    unit: "ms",
    short_text: {
      en: "Time without an answer after which a pseudo-member is dead; default: the deadtime",
    },
  },
  {
    fieldname: "connectivity",
    basictype: "struct",
    short_text: { en: "An attribute of this node that follows the pseudo-members that answer" },
    fields: [
      {
        fieldname: "attribute",
        basictype: "string",
        length: 64,
        regex: "[A-Za-z_][A-Za-z0-9._\\-]*",
        required: true,
        short_text: { en: "Name of the attribute, which rules of constraints use" },
      },
      {
        fieldname: "multiplier",
        basictype: "integer",
        minimum: 1,
        maximum: 1_000_000,
        default: 1,
        short_text: { en: "Value of each pseudo-member that answers" },
      },
      {
        fieldname: "dampenMs",
        basictype: "integer",
        minimum: 0,
        maximum: 3_600_000,
        default: 5_000,
        unit: "ms",
        short_text: {
          en: "Time in which further changes are gathered before the CIB gets the value",
        },
      },
    ],
  },
  {
    fieldname: "watchdog",
    basictype: "struct",
    short_text: { en: "Ends this node, or its heartbeat, when it sends no heartbeats" },
    fields: watchdogFields,
  },
  {
    fieldname: "plugins",
    basictype: "string",
    specialtype: "path",
    short_text: {
      en: "Folder of this site's plugins.lock.json and plugins.policy.json; plugins may be in it",
    },
  },
  {
    fieldname: "pluginFolders",
    basictype: "string",
    specialtype: "path",
    isarray: true,
    maxitems: 64,
    short_text: { en: "Folders of plugins in that lock that are elsewhere" },
  },
  {
    fieldname: "load",
    basictype: "struct",
    isarray: true,
    maxitems: 32,
    short_text: {
      en:
        "Plugins that daemons load in addition to those that they always load: of kinds such as quorum",
    },
    fields: loadFields,
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
    short_text: { en: "Silence that causes a warning; default: half the deadtime" },
  },
  {
    fieldname: "autojoin",
    basictype: "enum",
    choices: ["none", "other", "any"],
    short_text: {
      en:
        "Nodes that may join without being in nodes: none (the default), other nodes with the key, or this one too",
    },
  },
  {
    fieldname: "apiauth",
    basictype: "struct",
    isarray: true,
    maxitems: 64,
    short_text: {
      en:
        "Users that may sign on to the local API, checked by the kernel; default: the owner of the daemon",
    },
    fields: [
      {
        fieldname: "client",
        basictype: "string",
        length: 64,
        required: true,
        short_text: {
          en:
            "Name of a client; default: any other name; anon: clients without one; ha: other users",
        },
      },
      {
        fieldname: "uids",
        basictype: "integer",
        minimum: 0,
        maximum: idMax,
        isarray: true,
        maxitems: 64,
        default: [],
        short_text: { en: "IDs of users that may sign on" },
      },
      {
        fieldname: "gids",
        basictype: "integer",
        minimum: 0,
        maximum: idMax,
        isarray: true,
        maxitems: 64,
        default: [],
        short_text: { en: "IDs of groups that may sign on" },
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
        "Maximum bytes of a packet with messages between our own nodes, which the network must carry unfragmented; default: 1450, or 16000 if all links are on the loopback",
    },
  },
  {
    fieldname: "packing",
    basictype: "string",
    length: 40,
    regex: "[a-z][a-z0-9_]*",
    default: "zstd",
    short_text: {
      en: "Compression of messages between our own nodes: none, zlib, bz2, zstd, or one under load",
    },
    long_text: {
      en:
        "Each compressed message names its method, and every node can decompress all of them: nodes may choose " +
        "differently. No heartbeat is sent while a message is compressed: zstd is ten times as fast as zlib, " +
        "and bz2 takes half a millisecond for each kB. none: only messages that fit into no packet otherwise are compressed. Such a message " +
        "must be readable by nodes of the original, which know zlib and bz2: it is compressed with bz2 " +
        "if that is configured, else with zlib.",
    },
  },
  {
    fieldname: "packFromBytes",
    basictype: "integer",
    minimum: 256,
    maximum: 1_048_576,
    default: 2_048,
    unit: "B",
    short_text: {
      en: "Minimum size of a message between our own nodes for compression",
    },
  },
  {
    fieldname: "tick",
    basictype: "enum",
    choices: ["main", "worker", "realtime"],
    default: "main",
    short_text: { en: "Thread that holds the sockets and timers of heartbeat" },
    long_text: {
      en:
        "main: heartbeat's main thread, which needs least memory. worker: a separate thread, so that heartbeat's " +
        "traffic with the services of this node delays no heartbeat. realtime: that " +
        "thread with real-time priority, and memory that is never paged out, so that a busy machine delays " +
        "no heartbeat either; the kernel must allow it (CAP_SYS_NICE and CAP_IPC_LOCK, or root).",
    },
  },
  {
    fieldname: "hungMs",
    basictype: "integer",
    minimum: 1_000,
    maximum: 60_000,
    unit: "ms",
    default: 5_000,
    short_text: {
      en: "Time without an answer after which a daemon of this node hangs and is killed",
    },
  },
  {
    fieldname: "agents",
    basictype: "struct",
    isarray: true,
    maxitems: 16,
    short_text: { en: "Classes of resource agents, each with the plugin that runs it" },
    long_text: {
      en: "An entry adds a class, or sets the parameters of one of the project's own classes: " +
        '{"class": "ocf", "plugin": "ra/ocf", "root": "/opt/ocf"}.',
    },
    fields: agentFields,
  },
  {
    fieldname: "classes",
    basictype: "string",
    isarray: true,
    maxitems: 64,
    length: 40,
    regex: "[a-z][a-z0-9_]*",
    short_text: {
      en: "The project's own classes of resource agents that this node has; all if left out",
    },
  },
  {
    fieldname: "programs",
    basictype: "string",
    specialtype: "path",
    short_text: {
      en:
        "Folder of the programs that agents call, as crm_attribute: first in their PATH, and their " +
        "HA_SBIN_DIR; written by ha compat install; default: programs in the run folder, written at " +
        "each start",
    },
  },
  {
    fieldname: "secrets",
    basictype: "string",
    specialtype: "path",
    short_text: {
      en:
        "Folder of the secrets of resources, which parameters name as lrm://; default: Pacemaker's, " +
        "/var/lib/pacemaker/lrm/secrets",
    },
  },
  {
    fieldname: "operationsAtOnce",
    basictype: "integer",
    minimum: 1,
    maximum: 256,
    short_text: {
      en:
        "Maximum number of operations of resource agents that run in parallel; default: twice the processor cores",
    },
  },
  {
    fieldname: "applications",
    basictype: "struct",
    short_text: {
      en: "Applications that send heartbeats to apphbd; without this section there is no apphbd",
    },
    fields: applicationFields,
  },
  {
    fieldname: "notifiers",
    basictype: "struct",
    isarray: true,
    maxitems: 16,
    short_text: {
      en: "Plugins that apphbd notifies of applications; alerts of the cluster are in the CIB",
    },
    fields: notifierFields,
  },
  {
    fieldname: "loglevel",
    basictype: "enum",
    choices: ["crit", "err", "warning", "notice", "info", "debug"],
    default: "info",
    short_text: { en: "Lowest level that is logged" },
  },
  {
    fieldname: "log",
    basictype: "struct",
    short_text: {
      en:
        "logd, which writes the log of all daemons and of local applications; default: standard error",
    },
    fields: logFields,
  },
] as const satisfies readonly Field[];
