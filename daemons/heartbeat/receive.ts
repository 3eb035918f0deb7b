/**
 * Receives packets from links. It checks size and signature first, then the sender, its generation
 * and whether the packet is new, and only then its content.
 *
 * @module
 */
import type { WireMessage } from "../../plugins/handler/encoding/contract.ts";
import { monitor, treatments } from "./clients/monitor.ts";
import { answerClientStatus, takeClientStatus, takePresence } from "./clients/presence.ts";
import { announce } from "./connectivity.ts";
import { openPacket } from "./codecs.ts";
import type { Drop } from "./counters.ts";
import { hexOf, stringOf } from "./fields.ts";
import { takeBeat, takeFlood } from "./flood.ts";
import { join, takeHostChange } from "./hosts.ts";
import type { RefusalReason } from "./refusals.ts";
import { answerNodes, proceed, takeNodes } from "./joining.ts";
import { passOn } from "./lines.ts";
import { takeGeneration, takeLeave, takeLink, takeStatus } from "./liveness.ts";
import { complain, isNamesake, isSecond } from "./namesakes.ts";
import { acknowledge, acknowledged, giveUp, sendAgain, toldUnread, track } from "./sequence.ts";
import type { Peer, Turn } from "./state.ts";
import { log, refuse } from "./state.ts";
import { noteStranger } from "./strangers.ts";
import { beginReading, readAcknowledgement, readPacket } from "./stream_in.ts";
import { isOurs } from "./version.ts";

/** A packet came by a link, from an address of which only the medium knows what it means. */
export function receive(turn: Turn, link: string, packet: Uint8Array, from: string): void {
  const { state } = turn;
  const { counters } = state;
  counters.packetsIn++;
  counters.bytesIn += packet.length;
  const opened = openPacket(state.codecs, packet);
  if (!opened.ok) {
    counters.refused[opened.refusal]++;
    refuse(turn, { why: opened.refusal, from, link });
    return;
  }
  const { message } = opened;
  const type = stringOf(message, "t");
  const src = stringOf(message, "src");
  const ts = hexOf(message, "ts");
  if (type === undefined || src === undefined || ts === undefined || ts === 0) {
    drop(turn, "incomplete");
    return;
  }
  if (src === state.node) {
    if (isNamesake(turn, message)) complain(turn, link);
    else drop(turn, "own echo");
    return;
  }
  const peer = state.peers.get(src) ?? stranger(turn, src);
  if (peer === undefined) {
    dropFrom(turn, "stranger", src, link);
    noteStranger(turn, src, message);
    return;
  }
  const cluster = stringOf(message, "hacluster");
  if (
    cluster !== undefined && state.config.cluster !== undefined && cluster !== state.config.cluster
  ) {
    dropFrom(turn, "wrong cluster", src, link);
    return;
  }
  if (isSecond(peer, message)) {
    dropFrom(turn, "second of a name", src, link);
    return;
  }
  const generation = hexOf(message, "hg") ?? 0;
  passOn(turn, link, peer, generation, message);
  const received = { link, from, type, generation, message };
  if (type.startsWith("NS_")) unsequenced(turn, peer, received);
  else sequenced(turn, peer, received);
}

/** A message of a peer, and the link and address by which it came. */
interface Received {
  readonly link: string;
  readonly from: string;
  readonly type: string;
  readonly generation: number;
  readonly message: WireMessage;
}

/** A message that has a place in its sender's sequence. */
function sequenced(turn: Turn, peer: Peer, received: Received): void {
  const { link, type, generation, message } = received;
  const seq = hexOf(message, "seq");
  if (seq === undefined || seq < 1) {
    drop(turn, "incomplete");
    return;
  }
  if (generation !== peer.generation) {
    // Only a status begins a new life in our books.
    if (type !== "status" && generation > peer.generation) {
      dropFrom(turn, "new generation", peer.name, link);
      return;
    }
    if (!takeGeneration(turn, peer, generation)) {
      dropFrom(turn, "old generation", peer.name, link);
      return;
    }
  }
  if (type === "status") peer.ours = isOurs(message);
  else if (peer.status === "dead") {
    // Only a status raises the dead.
    drop(turn, "dead");
    return;
  }
  if (!isNew(turn, peer, seq, received)) return;
  acknowledge(turn, peer);
  if (takeContent(turn, peer, seq, received)) return;
  const dest = stringOf(message, "dest");
  if (dest === undefined || dest === turn.state.node) monitor(turn, message, treatments.kept);
}

/** Whether a message has its place in the sequence for the first time; its link lives either way. */
function isNew(turn: Turn, peer: Peer, seq: number, { link, message }: Received): boolean {
  const verdict = track(turn, peer, seq);
  if (verdict === "replayed") {
    drop(turn, "replayed");
    monitor(turn, message, treatments.dropped);
    return false;
  }
  // What a dead node left on its way does not raise its links: nobody would look after them.
  if (verdict === "accept" || peer.status !== "dead") takeLink(turn, peer, link);
  if (verdict === "duplicate") {
    drop(turn, "duplicate");
    monitor(turn, message, treatments.duplicate);
    return false;
  }
  return true;
}

/** Acts on what a message says; true if it is heartbeat's own, which no client sees. */
function takeContent(
  turn: Turn,
  peer: Peer,
  seq: number,
  { link, from, type, message }: Received,
): boolean {
  switch (type) {
    case "status":
      takeStatus(turn, peer, seq, message);
      // New, and signed: a sender of an old packet cannot redirect ours.
      peer.links.get(link)!.from = from;
      proceed(turn);
      return true;
    case "reqnodes":
      answerNodes(turn, peer, message);
      return true;
    case "repnodes":
      takeNodes(turn, peer, message);
      return true;
    case "query-cstatus":
      answerClientStatus(turn, peer, message);
      return true;
    case "respond-cstatus":
      takeClientStatus(turn, peer, message);
      return true;
    case "hbapi-clstat":
      takePresence(turn, peer, message);
      return false;
    case "addnode":
    case "delnode":
    case "setweight":
    case "setsite":
      takeHostChange(turn, type, message);
      return false;
    default:
      return false;
  }
}

/** A message outside the sequence: heartbeat's own traffic, and the stream. */
function unsequenced(turn: Turn, peer: Peer, received: Received): void {
  const { link, type, generation, message } = received;
  if (generation !== peer.generation) {
    const why = generation < peer.generation ? "old generation" : "new generation";
    dropFrom(turn, why, peer.name, link);
    return;
  }
  if (peer.status !== "dead") takeLink(turn, peer, link);
  const forUs = stringOf(message, "dest") === turn.state.node;
  switch (type) {
    case "NS_hastream":
      readPacket(turn, peer, message);
      return;
    case "NS_hastream_ack":
      readAcknowledgement(turn, peer, message);
      announce(turn);
      return;
    case "NS_hastream_base":
      if (beginReading(turn, peer, message)) {
        // The other side had given us up: messages of it were lost, as if it had died.
        log(turn, "notice", `${peer.name} had declared this node dead: its messages start again`);
        const { status } = peer;
        peer.status = "dead";
        announce(turn);
        peer.status = status;
      }
      announce(turn);
      return;
    case "NS_haleave":
      takeLeave(turn, peer, hexOf(message, "last") ?? 0);
      proceed(turn);
      return;
    case "NS_ackmsg":
      if (forUs) acknowledged(turn, peer, message);
      return;
    case "NS_rexmit":
      if (forUs) sendAgain(turn, peer, message);
      return;
    case "NS_haflood":
      takeFlood(turn, peer);
      return;
    case "NS_habeat":
      takeBeat(turn, peer, message);
      return;
    case "NS_haunread":
      if (forUs) toldUnread(turn, peer, message);
      return;
    case "NS_nak_rexmit":
      giveUp(turn, peer, message);
      return;
  }
}

/** A node that the configuration does not name, but that has the key. */
function stranger(turn: Turn, name: string): Peer | undefined {
  const { state } = turn;
  const { autojoin = "none" } = state.config;
  // Who was removed does not come back by itself.
  if (autojoin === "none" || state.hosts.removed.has(name)) return undefined;
  return join(turn, name);
}

/** An authentic packet that is not for us: who sent it is known. */
function dropFrom(turn: Turn, why: Drop & RefusalReason, from: string, link: string): void {
  drop(turn, why);
  refuse(turn, { why, from, link });
}

function drop(turn: Turn, why: Drop): void {
  turn.state.counters.dropped[why]++;
}
