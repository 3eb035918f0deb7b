/**
 * The operator's configuration of heartbeat, and the fixed bounds.
 *
 * @module
 */

import type { Versions } from "../runtime/version.ts";
import type { ClientsConfig } from "./clients/state.ts";

/** One link: a medium's plugin and its configuration. */
export interface LinkConfig {
  /** Name of the link as people see it; also the name of the plugin's instance. */
  readonly link: string;
  /** `medium/ucast`... */
  readonly plugin: string;
  readonly config: unknown;
  /** A serial line: it carries text, so fast, and messages are passed on to the other line. */
  readonly line?: { readonly bytesPerSecond: number };
}

/** A pseudo-member: what answers, with no node behind it. */
export interface PingConfig {
  /** Its name among the nodes. */
  readonly name: string;
  /** `medium/ping`... */
  readonly plugin: string;
  readonly config: unknown;
}

/** A watchdog's plugin and its configuration. */
export interface WatchdogConfig {
  /** `watchdog/device`... */
  readonly plugin: string;
  readonly config: unknown;
}

/** The configuration of a node's heartbeat. */
export interface HeartbeatConfig {
  /** Name of the cluster; a node that names another is refused. Absent, as on C nodes: any is taken. */
  readonly cluster?: string;
  /** Names of all nodes of the cluster, this one among them. */
  readonly nodes: readonly string[];
  readonly media: readonly LinkConfig[];
  readonly pings?: readonly PingConfig[];
  /** Ends this node, or its heartbeat, when it sends no heartbeats. */
  readonly watchdog?: WatchdogConfig;
  /** Milliseconds without an answer after which a pseudo-member is dead; else the deadtime. */
  readonly deadpingMs?: number;
  /** Milliseconds between two status messages. */
  readonly keepaliveMs: number;
  /** The protocol versions that this node speaks, if not those of `runtime/version.ts`. */
  readonly versions?: Versions;
  /** Milliseconds of silence after which others take this node for dead. */
  readonly deadtimeMs: number;
  /** Milliseconds of silence that are worth a warning; half the deadtime if left out. */
  readonly warntimeMs?: number;
  /** Milliseconds after which a node that was never heard since the start counts as dead. */
  readonly initdeadMs: number;
  /** Milliseconds that the announced deadtime is longer during the first `graceForMs`; default 0. */
  readonly graceMs?: number;
  /** How long the grace lasts; heartbeat has 5000. */
  readonly graceForMs?: number;
  /**
   * Nodes that are not configured but prove the key: `none` of them is heard (the default); any
   * `other` is added to the cluster; `any` says so of this node too, which then need not be in
   * `nodes` itself.
   */
  readonly autojoin?: "none" | "other" | "any";
  /** The local API of the original; absent: it is not offered. */
  readonly clients?: ClientsConfig;
  /** Milliseconds between two requests for a lost message of a C node; default 250. */
  readonly maxRexmitDelayMs?: number;
  /** Added to the number of nodes for `ttl`; default 1. */
  readonly hopfudge?: number;
  /** Bytes of a packet that carries messages between our own nodes; default (and least) 1450. */
  readonly packetBytes?: number;
  /** Bytes of a message from which on packing is tried; default `packFromBytesDefault`. */
  readonly packFromBytes?: number;
}

/** Bytes of a packet of the stream unless the operator says otherwise: what an Ethernet carries whole. */
export const packetBytesDefault = 1450;
/** The same, where a network was found to carry less: through tunnels, and what IPv6 always carries. */
export const packetBytesLeast = 1000;
/** Bytes of a message from which on packing is tried unless the operator says otherwise, as heartbeat has it. */
export const packFromBytesDefault = 2_048;
/** Milliseconds of a deadtime that another node may announce at most; no timer takes more than 24 days. */
export const announcedMsMax = 3_600_000;
/** Bytes of one packet at most: what UDP takes. */
export const packetBytesMax = 65_507;
/** Bytes of an encoded message that is packed as a whole, since it may not fit into a packet. */
export const packedAboveBytes = 60_000;
/** Bytes that a packed packet unpacks to at most. */
export const unpackedBytesMax = 2 * 1024 * 1024;
/** Messages kept for C nodes that lost them. */
export const historyMax = 500;
/** Missing numbers of a C node that are asked for at most. */
export const missingMax = 500;
/** Messages that some living node has not acknowledged: above it clients wait. */
export const pauseAbove = 250;
/** Requests for one missing number at most: what cannot be read never comes, however often it is sent. */
export const rexmitAsksMax = 40;
/** A larger gap is not asked for: tracking starts again. */
export const gapMax = 250;
/** Numbers answered in one request for retransmission at most. */
export const rexmitPerRequestMax = 50;
/** Milliseconds a medium's call may take. */
export const sendDeadlineMs = 1_000;
/** Milliseconds until a medium that could not be loaded is tried again. */
export const reloadMs = 2_000;
/** Milliseconds of that pause at most: it doubles while something cannot be loaded. */
export const reloadMsMax = 30_000;
/** Milliseconds between two requests for a lost message, of a node that only serial lines reach. */
export const lineRexmitDelayMs = 1_000;
/** Milliseconds between two `reqnodes`. */
export const reqnodesMs = 250;
/** The same, to a node that only serial lines reach: the answer takes a second by a busy ring. */
export const lineReqnodesMs = 2_000;
/** After so many without an answer our own list of nodes has to do. */
export const reqnodesTries = 40;

/** Packets of the stream under way without an acknowledgement at most. */
export const windowPackets = 64;
/**
 * Bytes of the stream under way at most: a socket takes about 200 kB that nobody has read yet, with
 * all that the kernel adds to a packet, and several nodes may send at once.
 */
export const windowBytes = 96 * 1024;
/** Packets of the stream kept for a reader that has not confirmed where it begins. */
export const offeredPackets = 256;
/** Packets of a sender that are held back until an earlier one comes at most. */
export const heldPackets = 256;
/** Bytes of messages that wait for the window at most. */
export const queueBytesMax = 32 * 1024 * 1024;
/** Bytes of one message at most, as JSON. */
export const messageBytesMax = 16 * 1024 * 1024;
/**
 * Bytes that all messages which a packet completes unpack to at most: a packet of 60 kB could hold a
 * hundred that unpack to 16 MiB each, and no heartbeat leaves meanwhile.
 */
export const unpackedAtOnceBytesMax = 2 * messageBytesMax;
/** Bytes of one message's fragments at most, packed. */
export const fragmentsBytesMax = 8 * 1024 * 1024;
/** Milliseconds that an acknowledgement may wait for company. */
export const ackDelayMs = 2;
/** Packets after which an acknowledgement waits no longer. */
export const ackPackets = 8;
/** Bytes after which it does not either. */
export const ackBytes = windowBytes / 3;
/** Milliseconds that a message may wait for company, while packets are under way. */
export const flushDelayMs = 1;
/** Packets under way below which a message waits for no company. */
export const busyPackets = 4;
/** Milliseconds until an unacknowledged packet is sent again; doubled each time. */
export const resendMs = 20;
/** At most so long between two of them. */
export const resendMsMax = 160;
/** The same two for a reader that only serial lines reach: its acknowledgement is as slow as they are. */
export const lineResendMs = 1_500;
export const lineResendMsMax = 3_000;
/** Milliseconds within which a packet is not sent again, however often it is asked for. */
export const resendGuardMs = 5;
