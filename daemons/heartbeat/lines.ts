/**
 * Serial lines. They carry text: a message in classic framing, with a classic signature. Each node
 * has at most two lines and forwards messages from one to the other. So lines from node to node
 * form a ring, and nodes that are not neighbours hear each other through others. `ttl` bounds the
 * number of hops. A message ends at its sender, since no node forwards its own message.
 *
 * @module
 */
import { tellAtTimes } from "./at_times.ts";
import { messageOf } from "../../metadata/message_of.ts";
import type { WireMessage } from "../../plugins/handler/encoding/contract.ts";
import { type Codecs, openPacket, sealPacket } from "./codecs.ts";
import { sendDeadlineMs } from "./config.ts";
import { decimalOf, hexOf, string, stringOf } from "./fields.ts";
import { forget, isBulk, next, queueUp, went } from "./line_bulk.ts";
import type { HeartbeatState, Peer, Turn } from "./state.ts";
import { armOnce, timeToLive } from "./state.ts";

/**
 * Sends a signed packet by every line. The stream's packets are for faster links: they take a line
 * only towards nodes that nothing else reaches.
 */
export function transmitOnLines(turn: Turn, packet: Uint8Array): void {
  const { state } = turn;
  const opened = openPacket(state.codecs, packet);
  if (!opened.ok) return;
  // Nobody floods a line, nor has it the room.
  if (stringOf(opened.message, "t")?.match(/^NS_ha(flood|beat)$/)) return;
  const many = isBulk(opened.message);
  if (many && !neededByLine(state)) return;
  // The stream's own packets have none; by a line every message is bounded.
  const { message } = opened;
  const bounded = message.some(({ name }) => name === "ttl")
    ? message
    : [...message, string("ttl", timeToLive(state))];
  if (many) waitForLines(turn, bounded);
  else sendOnLines(turn, bounded);
}

/** What waits goes, one message after another, as the lines have time for it. */
export function sendBulk(turn: Turn): void {
  const { state, at } = turn;
  const waiting = next(state.lineBulk, at);
  if (waiting !== undefined) {
    went(state.lineBulk, sendOnLines(turn, waiting.message, waiting.not), at);
  }
  if (state.lineBulk.waiting.size > 0) armOnce(turn, "lines", state.lineBulk.freeAt - at);
}

function waitForLines(turn: Turn, message: WireMessage, not?: string): void {
  queueUp(turn.state.lineBulk, message, not, turn.at);
  sendBulk(turn);
}

/** Passes a message on by the other line. */
export function passOn(
  turn: Turn,
  link: string,
  peer: Peer,
  generation: number,
  message: WireMessage,
): void {
  const { state } = turn;
  if (!state.lines.has(link) || generation < peer.generation) return;
  const ttl = decimalOf(message, "ttl") ?? 0;
  noteNeighbour(turn, link, peer, ttl);
  if (stringOf(message, "dest") === state.node) return;
  if (ttl <= 1 || cameBefore(peer, generation, message)) return;
  state.counters.passedOn++;
  const further = hopped(message, ttl - 1);
  if (isBulk(further)) waitForLines(turn, further, link);
  else sendOnLines(turn, further, link);
}

/**
 * Takes note of whose the line is: no message of a node has more of its `ttl` left than one that nobody
 * has passed on. Nothing of a neighbour is passed on to that neighbour.
 */
function noteNeighbour({ state }: Turn, link: string, peer: Peer, ttl: number): void {
  if (ttl < peer.ttlMax) return;
  peer.ttlMax = ttl;
  state.lineEnds.set(link, peer.name);
}

/**
 * The status that came last, by the other line: nodes behind this one have it from there. (An older
 * one, and what else comes twice, may have been sent again for somebody behind us, who asks until he
 * has it.)
 */
const cameBefore = (peer: Peer, generation: number, message: WireMessage): boolean =>
  stringOf(message, "t") === "status" && generation === peer.generation &&
  hexOf(message, "seq") === peer.statusSeq;

/** Gives the bytes that went by each line. */
function sendOnLines(turn: Turn, message: WireMessage, not?: string): number {
  const { state, out } = turn;
  const src = stringOf(message, "src");
  let packet: Uint8Array | undefined;
  for (const link of state.lines) {
    if (link === not || state.lineEnds.get(link) === src) continue;
    if (state.links.get(link)?.state !== "up") continue;
    packet ??= sealed(turn, message);
    if (packet === undefined) return 0;
    state.counters.packetsOut++;
    state.counters.bytesOut += packet.length;
    const args = [packet];
    out.push({ type: "call", instance: link, method: "send", args, deadlineMs: sendDeadlineMs });
  }
  return packet?.length ?? 0;
}

/** The same message one hop further; it is signed again. */
const hopped = (message: WireMessage, ttl: number): WireMessage =>
  message.filter(({ name }) => name !== "auth")
    .map((field) => field.name === "ttl" ? string("ttl", String(ttl)) : field);

function sealed(turn: Turn, message: WireMessage): Uint8Array | undefined {
  const { codecs } = turn.state;
  if (codecs.line === undefined) return undefined;
  try {
    return sealPacket(forLines(codecs, codecs.line), message);
  } catch (error) {
    const why = messageOf(error);
    const what = stringOf(message, "t") ?? "a message";
    tellAtTimes(turn, "unsent by a line", `Cannot send ${what} by a line: ${why}`);
    return undefined;
  }
}

const forLines = ({ keys, compressions }: Codecs, encoding: Codecs["encoding"]): Codecs => ({
  encoding,
  keys,
  compressions,
});

/** Whether a living node is heard by lines alone. */
function neededByLine(state: HeartbeatState): boolean {
  return [...state.peers.values()].some((peer) =>
    peer.status !== "dead" && isByLineAlone(state, peer)
  );
}

/** Whether no faster link reaches a node. */
export function isByLineAlone({ lines }: HeartbeatState, { links }: Peer): boolean {
  return lines.size > 0 && ![...links].some(([link, { up }]) => up && !lines.has(link));
}

/** The stream's own packets that every reader has need not go any more. */
export function forgetAcknowledged({ state }: Turn): void {
  forget(
    state.lineBulk,
    (message) =>
      stringOf(message, "t") === "NS_hastream" && stringOf(message, "src") === state.node &&
      (hexOf(message, "n") ?? 0) < state.outgoing.low,
  );
}
