/**
 * What `ha doctor` knows of a node and its cluster before it judges: plain data. Gathering is apart
 * (`gather/`), so each check is a pure function.
 *
 * @module
 */
import type { Diagnostic } from "../../../metadata/diagnostic.ts";
import type { XmlElement } from "../../../metadata/xml/mod.ts";
import type { NodeConfig } from "../../site/node_config/read.ts";
import type { Coverage } from "../commands/fence/coverage.ts";
import type { RecipientState } from "../status/alerts.ts";
import type { ClusterState } from "../status/cluster_state.ts";
import type { DaemonsShown } from "../status/daemons_file.ts";
import type { NodeView } from "../status/node_view.ts";
import type { Fencing } from "../why/fencings.ts";

/** A process that receives on a UDP port. */
export interface Receiver {
  readonly port: number;
  /** Its program; empty: this user may not know. */
  readonly program: string;
  /** It belongs to this node. */
  readonly isOurs: boolean;
}

/** A folder of the node, and the file system that it is on. */
export interface Disk {
  /** `state`, `run`. */
  readonly use: string;
  readonly path: string;
  /** As `stat` names it: `ext2/ext3`, `tmpfs`. */
  readonly type: string;
  readonly sizeKiB: number;
  readonly freeKiB: number;
}

/** Another node, as heartbeat knows it. */
export interface PeerFacts {
  readonly name: string;
  /** The protocol versions that it announces; empty: not known. */
  readonly versions: string;
  /** Seconds that its clock was ahead when heartbeat compared them. */
  readonly aheadS: number | undefined;
}

/** What only heartbeat knows. */
export interface HeartbeatFacts {
  readonly peers: readonly PeerFacts[];
  /** Bytes of a packet after one of full size was lost; undefined: none was. */
  readonly packetBytes: number | undefined;
}

/** All of it. What could not be learned is absent. */
export interface Known {
  /** Mistakes in the node configuration; empty: it can be used. */
  readonly configProblems: readonly Diagnostic[];
  readonly config: NodeConfig;
  /** Fields in which the file differs from what the running node uses. */
  readonly unapplied: readonly string[];
  /** Files that others may change. */
  readonly trust: readonly Diagnostic[];
  readonly keys: readonly Diagnostic[];
  readonly plugins: readonly Diagnostic[];
  /** `uname -n`. */
  readonly host: string;
  /** Addresses of this machine's interfaces. */
  readonly addresses: readonly string[];
  readonly receivers: readonly Receiver[];
  /** Whether a time service keeps the clock. */
  readonly synchronized: boolean;
  readonly disks: readonly Disk[];
  /** What systemd says of the unit, as `enabled` and `active`. */
  readonly service: { readonly enabled: string; readonly active: string };
  /** Files that a daemon may have open. */
  readonly descriptors: number;
  /** Where the log goes: `pipe:[1]`, `socket:[1]`, or a path. */
  readonly log: string;
  /** Bytes of a socket's buffer: at most, and by default. */
  readonly buffers: { readonly max: number; readonly usual: number };
  /** Whether a daemon of the node answers. */
  readonly runs: boolean;
  readonly view: NodeView;
  readonly heartbeat: HeartbeatFacts;
  readonly daemons: DaemonsShown;
  readonly alerts: readonly RecipientState[];
  readonly cib: XmlElement;
  readonly cluster: ClusterState;
  /** What `ha configure verify` says of the CIB: a line each. */
  readonly cibLines: readonly string[];
  /** What it says of resources and their agents. */
  readonly agentLines: readonly string[];
  readonly coverage: Coverage;
  readonly fencings: readonly Fencing[];
}

/** Why something is not known, by its name. */
export type Unknown = Readonly<Partial<Record<keyof Known, string>>>;

/** What was gathered. */
export interface Facts {
  readonly known: Partial<Known>;
  readonly unknown: Unknown;
}
