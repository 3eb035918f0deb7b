/**
 * Order and loss of a node's sequenced messages, by heartbeat's rules.
 *
 * No message is held back: a later message is accepted before an earlier missing one, which is
 * requested until it arrives. Messages of local clients use this, also between our own nodes. Those
 * of our services use the stream.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import { tellAtTimes } from "./at_times.ts";
import type { WireMessage } from "../../plugins/handler/encoding/contract.ts";
import { regulate } from "./clients/flow.ts";
import {
  gapMax,
  lineRexmitDelayMs,
  missingMax,
  rexmitAsksMax,
  rexmitPerRequestMax,
} from "./config.ts";
import { decimalOf, hex, hexOf, string, stringOf } from "./fields.ts";
import { isByLineAlone } from "./lines.ts";
import type { Peer, Turn } from "./state.ts";
import { armOnce, log } from "./state.ts";
import { transmit, transmitUnsequenced } from "./transmit.ts";

/** What a sequence number says of its message. */
export type Verdict = "accept" | "duplicate" | "replayed";

/** Takes note of a number. */
export function track(turn: Turn, peer: Peer, seq: number): Verdict {
  const { lastSeq, missing } = peer;
  // A node that was given up starts again: its messages meanwhile were not for us.
  if (peer.status === "dead" && seq > lastSeq) {
    peer.lastSeq = seq;
    missing.clear();
    return "accept";
  }
  if (seq === lastSeq) return "duplicate";
  if (seq < lastSeq) return missing.delete(seq) ? "accept" : "replayed";
  peer.lastSeq = seq;
  // Nothing known before, or so much lost that it is better to start again.
  if (lastSeq === 0) return "accept";
  if (seq - lastSeq - 1 > gapMax) {
    log(
      turn,
      "warning",
      withCode("HA5011", `Lost a lot of packets of ${peer.name}: ${lastSeq + 1} to ${seq - 1}`),
    );
    missing.clear();
    return "accept";
  }
  const delayMs = maxDelayMs(turn, peer);
  for (let lost = lastSeq + 1; lost < seq; lost++) {
    if (missing.size >= missingMax) missing.delete(missing.keys().next().value!);
    const inMs = turn.state.random.between(delayMs < 100 ? 0 : 50, delayMs);
    missing.set(lost, { dueAt: turn.at + inMs, asked: 0 });
  }
  armMissing(turn);
  return "accept";
}

/** Acknowledges what has come without a gap, where this peer's turn is. */
export function acknowledge(turn: Turn, peer: Peer): void {
  let reached = peer.lastSeq;
  for (const lost of peer.missing.keys()) reached = Math.min(reached, lost - 1);
  const seq = reached - (reached - peer.ackTrigger + 10) % 10;
  if (seq <= peer.ackSent || seq < 1) return;
  peer.ackSent = seq;
  transmitUnsequenced(turn, [
    string("t", "NS_ackmsg"),
    string("dest", peer.name),
    hex("ackseq", seq),
  ]);
}

/** The timer `missing`: asks again for what is due. */
export function askForMissing(turn: Turn): void {
  const { state, at } = turn;
  for (const peer of state.peers.values()) {
    if (peer.missing.size === 0 || (peer.status !== "up" && peer.status !== "active")) continue;
    for (const [seq, wanted] of peer.missing) {
      if (wanted.dueAt > at) continue;
      if (wanted.asked++ >= rexmitAsksMax) {
        askNoMore(turn, peer, seq);
        continue;
      }
      wanted.dueAt = at + maxDelayMs(turn, peer);
      transmitUnsequenced(turn, [
        string("t", "NS_rexmit"),
        string("dest", peer.name),
        // The one place where these numbers are decimal.
        string("firstseq", String(seq)),
        string("lastseq", String(seq)),
      ]);
    }
  }
  armMissing(turn);
}

/**
 * A message was asked for so often that it will not come: perhaps this node cannot read it. Its sender is
 * notified, if it understands that.
 */
function askNoMore(turn: Turn, peer: Peer, seq: number): void {
  peer.missing.delete(seq);
  tellAtTimes(
    turn,
    `unheard ${peer.name}`,
    withCode(
      "HA5011",
      `Message ${seq} of ${peer.name} is lost: it did not arrive after ${rexmitAsksMax} requests. ` +
        "Fix: if this repeats, look for refused packets in `ha status`, and run the same version on every node",
    ),
  );
  if (peer.ours) {
    transmitUnsequenced(turn, [
      string("t", "NS_haunread"),
      string("dest", peer.name),
      hex("firstseq", seq),
    ]);
  }
  acknowledge(turn, peer);
}

/** `NS_haunread`: a node asked for a message of ours and did not get it. */
export function toldUnread(turn: Turn, peer: Peer, message: WireMessage): void {
  const seq = hexOf(message, "firstseq");
  if (seq === undefined || seq > turn.state.seq) return;
  const sent = turn.state.history.find((sent) => sent.seq === seq)?.message ?? [];
  const what = stringOf(sent, "t") ?? "message";
  tellAtTimes(
    turn,
    `unread ${peer.name}`,
    withCode(
      "HA5011",
      `${peer.name} did not receive ${what} ${seq} of this node, or could not read it`,
    ),
  );
}

/** `NS_rexmit`: a node lost messages of ours. */
export function sendAgain(turn: Turn, peer: Peer, message: WireMessage): void {
  const { state, at } = turn;
  const first = decimalOf(message, "firstseq");
  const last = decimalOf(message, "lastseq");
  if (first === undefined || last === undefined || last < first) return;
  const end = Math.min(last, first + rexmitPerRequestMax - 1, state.seq);
  const lowest = state.history[0]?.seq ?? state.seq + 1;
  for (let seq = first; seq <= end; seq++) {
    if (seq <= peer.acked) continue;
    if (seq < lowest) {
      transmitUnsequenced(turn, [
        string("t", "NS_nak_rexmit"),
        // And the one where this number is hex.
        hex("firstseq", seq),
        string("dest", peer.name),
        string("info", "seqno too low"),
      ]);
      continue;
    }
    const sent = state.history[seq - lowest];
    if (sent === undefined || at - sent.sentAt < maxDelayMs(turn, peer) - 10) continue;
    sent.sentAt = at;
    state.counters.resent++;
    transmit(turn, sent.message);
  }
}

/** `NS_nak_rexmit`: what we asked for is gone. */
export function giveUp(turn: Turn, peer: Peer, message: WireMessage): void {
  const seq = hexOf(message, "firstseq");
  if (seq === undefined || !peer.missing.delete(seq)) return;
  tellAtTimes(
    turn,
    `lost ${peer.name}`,
    withCode("HA5011", `Message ${seq} of ${peer.name} is lost: ${peer.name} no longer holds it`),
  );
  acknowledge(turn, peer);
}

/** `NS_ackmsg`: a node has everything up to here. */
export function acknowledged(turn: Turn, peer: Peer, message: WireMessage): void {
  const seq = hexOf(message, "ackseq");
  if (seq === undefined) return;
  if (seq > turn.state.seq) {
    const text = `${peer.name} acknowledges ${seq}, but ${turn.state.seq} was the last sent`;
    tellAtTimes(turn, `ahead ${peer.name}`, text);
    return;
  }
  if (seq <= peer.acked) return;
  peer.acked = seq;
  regulate(turn);
}

/** Arms `missing` for the next request that is due. */
function armMissing(turn: Turn): void {
  let due = Infinity;
  for (const peer of turn.state.peers.values()) {
    for (const { dueAt } of peer.missing.values()) due = Math.min(due, dueAt);
  }
  if (due < Infinity) armOnce(turn, "missing", due - turn.at);
}

/** A line is as slow as the answer: who asks sooner asks for the same again and again. */
const maxDelayMs = ({ state }: Turn, peer: Peer): number =>
  state.config.maxRexmitDelayMs ?? (isByLineAlone(state, peer) ? lineRexmitDelayMs : 250);
