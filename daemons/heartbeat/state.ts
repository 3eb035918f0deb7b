/**
 * The complete state of heartbeat.
 *
 * @module
 */
import type { WireMessage } from "../../plugins/handler/encoding/contract.ts";
import type { Effect } from "../runtime/machine.ts";
import type { NodeStatus } from "../runtime/messages.ts";
import type { Random } from "../runtime/random.ts";
import type { Clients } from "./clients/state.ts";
import type { Codecs } from "./codecs.ts";
import type { HeartbeatConfig } from "./config.ts";
import type { Counters } from "./counters.ts";
import { type Flood, windowMs } from "./flood_state.ts";
import type { Hosts } from "./hosts_state.ts";
import type { LineBulk } from "./line_bulk.ts";
import { noteRefusal, type Refusals, type Refused } from "./refusals.ts";
import type { PseudoMember } from "./pseudo_state.ts";
import type { Incoming, Outgoing, Reader } from "./stream_state.ts";
import type { Trouble } from "./trouble_state.ts";
import type { WatchdogState } from "./watchdog_state.ts";

/** State of the machine. */
export interface HeartbeatState {
  readonly config: HeartbeatConfig;
  readonly codecs: Codecs;
  readonly counters: Counters;
  node: string;
  random: Random;
  generation: number;
  uuid: Uint8Array;
  /** Wall clock minus `at`, for stamps. */
  wallOffsetMs: number;
  startedAt: number;
  /** Own status: `init` until the media are there, `active` once the cluster is known. */
  status: "init" | "up" | "active";
  phase: "loading" | "listening" | "asking" | "running" | "stopping" | "stopped";
  /** How often a node was asked for the list of nodes. */
  asked: number;
  /** When the next status message is due. */
  tickAt: number;
  /** Milliseconds that a status message of this life was late at most. */
  lateMsMax: number;
  /** When the last event came: a long silence means that this process itself stood still. */
  eventAt: number;
  /** Until then nobody is declared dead: this node was not listening. */
  deafUntil: number;
  /** Number of the last sequenced message of this life. */
  seq: number;
  readonly history: Sent[];
  readonly links: Map<string, LinkState>;
  /** Those of them that are serial lines. */
  readonly lines: ReadonlySet<string>;
  /** Whose messages come by each of them directly, as far as it is known. */
  readonly lineEnds: Map<string, string>;
  readonly lineBulk: LineBulk;
  /** By the name of their plugin's instance. */
  readonly pseudo: Map<string, PseudoMember>;
  readonly watchdog: WatchdogState | undefined;
  /** Of plugins, by the name of their instance. */
  readonly troubles: Map<string, Trouble>;
  readonly peers: Map<string, Peer>;
  /** Services that want every change of connectivity. */
  readonly subscribers: Set<string>;
  readonly outgoing: Outgoing;
  /** What the log says once in a while, by kind: when it did last, and how often it would have since. */
  readonly told: Map<string, Trouble>;
  /** Why heartbeat stopped packing messages; undefined: it packs them, if the operator chose so. */
  packingOff: string | undefined;
  readonly flood: Flood;
  /** What was refused, from whom, how often. */
  readonly refusals: Refusals;
  /** Programs of this node that speak the original's local API. */
  readonly clients: Clients;
  /** What was changed of the nodes since the configuration was written. */
  hosts: Hosts;
  /** Nodes that have the key and are not among ours. */
  readonly strangers: Map<string, Stranger>;
  /** Membership of this node says that its cluster has been founded. */
  founded: boolean;
  /** Timers that are armed and need not be armed again. */
  readonly armed: Set<string>;
  /** Loads that failed one after another, and when the last one did. */
  readonly reload: { failed: number; lastAt: number };
}

/** A node that is heard, has the key, names this cluster, and is not among its nodes. */
export interface Stranger {
  /** When a status of it came last. */
  readonly heardAt: number;
  /** It says that a cluster has been founded. */
  readonly founded: boolean;
}

/** A sequenced message that may be asked for again. */
export interface Sent {
  readonly seq: number;
  readonly message: WireMessage;
  sentAt: number;
}

/** One of our links. */
export interface LinkState {
  readonly link: string;
  /** `loading`: its plugin is not there. */
  state: "loading" | "up" | "failed";
}

/** Another node. */
export interface Peer {
  readonly name: string;
  status: NodeStatus;
  uuid: Uint8Array | undefined;
  generation: number;
  /** Its deadtime as it announced it. */
  dtMs: number;
  /** Since when we wait for its first status, if we do. */
  knownAt: number;
  /** When its last status came; -1: never in this life of ours. */
  statusAt: number;
  /** Sequence number of that status: one that was overtaken says nothing new. */
  statusSeq: number;
  /** Its deadtime has passed; it is dead unless a status waits to be read. */
  lastLook: boolean;
  /** Whether it speaks the stream: one of our own kind. */
  ours: boolean;
  /** The most that was ever left of its messages' `ttl`: of those that nobody passed on. */
  ttlMax: number;
  /** It has confirmed a session of our stream in its life, and was not dead since. */
  hadSession: boolean;
  /** Number of its last beat. */
  beat: number;
  /** When it came. */
  beatAt: number;
  /** Until then it is sent beats. */
  beatsUntil: number;
  /** A message for it was dropped since its last session: the next offer says so. */
  lost: boolean;
  /** The packet for which it was given up as a reader, and when; until it confirms another session. */
  unheard: { readonly bytes: number; readonly at: number } | undefined;
  /** It says that its cluster has been founded. */
  founded: boolean;
  /** The protocol versions that it announces; empty: none of our kind, or not heard yet. */
  versions: string;
  /** Seconds that the clock of its last packet was ahead of this node's; undefined: not heard yet. */
  aheadS: number | undefined;
  /** Why no message passes between it and this node. */
  incompatible: string | undefined;
  /** Links it is heard by. */
  readonly links: Map<string, PeerLink>;
  /** Highest sequence number that came. */
  lastSeq: number;
  /** Numbers below it that did not, with when to ask for them, and how often that was done. */
  readonly missing: Map<number, { dueAt: number; asked: number }>;
  /** It is sent an acknowledgement for numbers that end in this decimal digit. */
  readonly ackTrigger: number;
  ackSent: number;
  /** What it acknowledged of ours. */
  acked: number;
  /** The last of our messages when it came: what was before is not its to acknowledge. */
  flowFrom: number;
  /** Whether it acknowledges at all: one whose status names no `protocol` does not. */
  acknowledges: boolean;
  /** Its messages to us. */
  incoming: Incoming | undefined;
  /** What it has of our messages. */
  reader: Reader | undefined;
  /** As it was last announced to subscribers. */
  shown: NodeStatus;
}

/** A link by which another node is heard, or not. */
export interface PeerLink {
  up: boolean;
  heardAt: number;
  /** Its address, as the medium calls it; empty: not known. */
  from: string;
}

/** One step in progress. */
export interface Turn {
  readonly state: HeartbeatState;
  readonly at: number;
  readonly out: Effect[];
}

/**
 * Milliseconds that a timer waits at least: a wait that is nothing but the rounding of a sum must
 * not become a timer that is due at once, again and again.
 */
const waitMsMin = 0.05;

/** Arms a timer unless it is armed. */
export function armOnce(turn: Turn, name: string, inMs: number): void {
  if (turn.state.armed.has(name)) return;
  turn.state.armed.add(name);
  turn.out.push({ type: "timer", name, inMs: Math.max(waitMsMin, inMs) });
}

/** Arms a timer, replacing one that is armed. */
export function rearm(turn: Turn, name: string, inMs: number): void {
  turn.state.armed.add(name);
  turn.out.push({ type: "timer", name, inMs: Math.max(waitMsMin, inMs) });
}

/** One line for the log. */
export function log(
  turn: Turn,
  level: Extract<Effect, { type: "log" }>["level"],
  text: string,
): void {
  turn.out.push({ type: "log", level, text });
}

/** Takes note of what is refused, and says so once in a while. */
export function refuse(turn: Turn, refused: Refused): void {
  const { flood } = turn.state;
  if (flood.count === 0) {
    flood.windowAt = turn.at;
    armOnce(turn, "flood", windowMs);
  }
  flood.count += refused.count ?? 1;
  const line = noteRefusal(turn.state.refusals, turn.at, refused);
  if (line !== undefined) log(turn, "warning", line);
}

/** Nodes that a message may pass by: as many as there are, and some more. */
export const timeToLive = ({ peers, pseudo, config }: HeartbeatState): string =>
  String(peers.size + 1 + pseudo.size + (config.hopfudge ?? 1));
