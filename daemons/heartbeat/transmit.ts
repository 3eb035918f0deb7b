/**
 * Sends a message: adds the sender's fields in heartbeat's order, signs it and passes it to every
 * link.
 *
 * @module
 */
import { tellAtTimes } from "./at_times.ts";
import { messageOf } from "../../metadata/message_of.ts";
import type { WireField, WireMessage } from "../../plugins/handler/encoding/contract.ts";
import { sealPacket } from "./codecs.ts";
import { historyMax, sendDeadlineMs } from "./config.ts";
import { binary, hex, string, stringOf } from "./fields.ts";
import { transmitOnLines } from "./lines.ts";
import type { HeartbeatState, Peer, Turn } from "./state.ts";
import { timeToLive } from "./state.ts";

/**
 * Sends a message that has a place in our sequence, and remembers it for who lost it.
 *
 * @param fields the message's own, with `t` and perhaps `dest`; a `src` among them stays in its place.
 * @returns the message as others get it.
 */
export function transmitSequenced(turn: Turn, fields: readonly WireField[]): WireMessage {
  const { state } = turn;
  const seq = ++state.seq;
  const message = [
    ...fields,
    ...destinationUuid(state, fields),
    ...(stringOf(fields, "src") === undefined ? [string("src", state.node)] : []),
    binary("srcuuid", state.uuid),
    hex("seq", seq),
    hex("hg", state.generation),
    hex("ts", wallSeconds(turn)),
    // What /proc/loadavg says is nobody's business but this node's.
    string("ld", "n/a"),
    string("ttl", timeToLive(state)),
  ];
  if (state.history.length >= historyMax) state.history.shift();
  state.history.push({ seq, message, sentAt: turn.at });
  transmit(turn, message);
  return message;
}

/**
 * Sends a message outside the sequence: its type begins with `NS_`. It may be lost.
 *
 * @param to whom it concerns alone; others may get it all the same.
 */
export function transmitUnsequenced(turn: Turn, fields: readonly WireField[], to?: Peer): void {
  const { state } = turn;
  transmit(turn, [
    ...fields,
    ...destinationUuid(state, fields),
    string("src", state.node),
    binary("srcuuid", state.uuid),
    hex("hg", state.generation),
    hex("ts", wallSeconds(turn)),
    string("ttl", timeToLive(state)),
  ], to);
}

/** Signs a complete message and sends it by every link. */
export function transmit(turn: Turn, message: WireMessage, to?: Peer): void {
  let packet;
  try {
    packet = sealPacket(turn.state.codecs, message);
  } catch (error) {
    const why = messageOf(error);
    const what = stringOf(message, "t") ?? "a message";
    tellAtTimes(turn, "unsent", `Cannot send ${what}: ${why}`);
    return;
  }
  transmitPacket(turn, packet, to);
}

/** Sends a signed packet by every link. */
export function transmitPacket(turn: Turn, packet: Uint8Array, to?: Peer): void {
  const { state, out } = turn;
  const toAll = [packet];
  for (const { link, state: linkState } of state.links.values()) {
    if (linkState !== "up" || state.lines.has(link)) continue;
    state.counters.packetsOut++;
    state.counters.bytesOut += packet.length;
    const from = to?.links.get(link)?.from;
    const args = from === undefined || from === "" ? toAll : [packet, from];
    out.push({ type: "call", instance: link, method: "send", args, deadlineMs: sendDeadlineMs });
  }
  if (state.lines.size > 0) transmitOnLines(turn, packet);
}

/** Seconds since 1970. */
export function wallSeconds({ state, at }: Turn): number {
  return Math.max(1, Math.floor((at + state.wallOffsetMs) / 1000));
}

function destinationUuid(
  state: HeartbeatState,
  fields: readonly WireField[],
): readonly WireField[] {
  const dest = stringOf(fields, "dest");
  const uuid = dest === undefined
    ? undefined
    : dest === state.node
    ? state.uuid
    : state.peers.get(dest)?.uuid;
  return uuid === undefined ? [] : [binary("destuuid", uuid)];
}
