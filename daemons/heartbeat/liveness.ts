/**
 * Liveness: status messages out and in, and the timer that declares a silent node dead.
 *
 * A node announces its own deadtime in every status, and its receivers use that value. Each node
 * has one timer. It checks when the node was last heard and waits for the rest, so a death is
 * noticed on time and a status costs no timer.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import type { WireMessage } from "../../plugins/handler/encoding/contract.ts";
import { regulate } from "./clients/flow.ts";
import { monitor, showLink, showStatus, treatments } from "./clients/monitor.ts";
import { askForPresence, forgetPresence } from "./clients/presence.ts";
import { announcedMsMax } from "./config.ts";
import { announce, announceAnyway, foundedField, saysFounded } from "./connectivity.ts";
import { bytesOf, decimalOf, hex, hexOf, string, stringOf } from "./fields.ts";
import { takeUuid } from "./namesakes.ts";
import { forgetMessages, newLink } from "./peer.ts";
import type { Peer, Turn } from "./state.ts";
import { armOnce, log, rearm } from "./state.ts";
import { dropReader, offer } from "./stream_out.ts";
import { streamField, takeVersions, versionField } from "./version.ts";
import { transmitSequenced, transmitUnsequenced } from "./transmit.ts";

/** Milliseconds between a node's deadtime and its death at most, for packets that wait to be read. */
const lastLookMsMax = 10;

/** Says that this node lives. */
export function sendStatus(turn: Turn): void {
  const { state, at } = turn;
  const { cluster, deadtimeMs, graceMs = 0, graceForMs = 5_000 } = state.config;
  const grace = at - state.startedAt < graceForMs ? graceMs : 0;
  transmitSequenced(turn, [
    string("t", "status"),
    string("st", state.status),
    hex("dt", deadtimeMs + grace),
    string("protocol", "1"),
    streamField,
    ...(cluster === undefined ? [] : [string("hacluster", cluster)]),
    ...(state.founded ? [string(foundedField, "1")] : []),
    versionField(state),
  ]);
}

/**
 * The generation of a status: whether it is of this life, of a new one, or of one long gone.
 *
 * @returns false if the status is not to be looked at any further.
 */
export function takeGeneration(turn: Turn, peer: Peer, generation: number): boolean {
  if (generation < peer.generation) {
    return false;
  }
  if (generation === peer.generation) return true;
  const restarted = peer.statusAt >= 0 && peer.status !== "dead";
  peer.generation = generation;
  forgetMessages(peer);
  dropReader(turn, peer);
  if (restarted) {
    log(turn, "notice", `${peer.name} restarted: generation ${generation}`);
    peer.status = "dead";
    forgetPresence(turn, peer.name);
    showStatus(turn, peer.name, "dead");
    announce(turn);
  }
  return true;
}

/** Both clocks are as heartbeat read them when it started: jumps since then do not show. */
function noteTimes({ state, at }: Turn, peer: Peer, message: WireMessage): void {
  peer.statusAt = at;
  const ts = hexOf(message, "ts");
  if (ts !== undefined) peer.aheadS = ts - Math.floor((at + state.wallOffsetMs) / 1000);
}

/** A status that was accepted. */
export function takeStatus(turn: Turn, peer: Peer, seq: number, message: WireMessage): void {
  const { state, at } = turn;
  if (seq < peer.statusSeq) return;
  peer.statusSeq = seq;
  const st = stringOf(message, "st");
  const announcedMs = hexOf(message, "dt");
  if (
    (st !== "init" && st !== "up" && st !== "active") || announcedMs === undefined ||
    announcedMs === 0
  ) {
    state.counters.dropped.incomplete++;
    return;
  }
  const dtMs = Math.min(announcedMs, announcedMsMax);
  if (dtMs < announcedMs && peer.dtMs !== dtMs) {
    log(
      turn,
      "warning",
      withCode(
        "HA5014",
        `${peer.name} announces a deadtime of ${announcedMs} ms; this node declares it dead after ${dtMs} ms. ` +
          "Fix: set a shorter deadtime on that node",
      ),
    );
  }
  const before = peer.status;
  const silentMs = peer.statusAt < 0 ? 0 : at - peer.statusAt;
  const { warntimeMs = state.config.deadtimeMs / 2 } = state.config;
  if (peer.status === "dead") {
    log(
      turn,
      "notice",
      peer.statusAt < 0
        ? `${peer.name} is alive after all`
        : `${peer.name} is back: ${st}, generation ${peer.generation}`,
    );
  } else if (silentMs > warntimeMs) {
    log(turn, "warning", lateText(peer, silentMs));
  }
  const sooner = dtMs < peer.dtMs || peer.statusAt < 0;
  const uuid = bytesOf(message, "srcuuid");
  if (uuid !== undefined) takeUuid(turn, peer, uuid);
  noteTimes(turn, peer, message);
  peer.lastLook = false;
  peer.dtMs = dtMs;
  peer.status = st;
  const newly = saysFounded(message) !== peer.founded;
  peer.founded = saysFounded(message);
  peer.acknowledges = decimalOf(message, "protocol") !== undefined;
  if (before === "dead" || before === "init") peer.flowFrom = state.seq;
  if (sooner) rearm(turn, quietTimer(peer), dtMs);
  else armOnce(turn, quietTimer(peer), dtMs);
  const passes = takeVersions(turn, peer, message);
  if (passes && peer.reader?.confirmed !== true) offer(turn, peer);
  if (st === "active" && before !== "active") askForPresence(turn, peer);
  monitor(turn, message, st === before ? treatments.unchanged : treatments.kept);
  if (newly) announceAnyway(turn);
  else announce(turn);
}

/** A packet of a node that lives came by a link: the link is up. */
export function takeLink(turn: Turn, peer: Peer, link: string): void {
  let state = peer.links.get(link);
  if (state === undefined) peer.links.set(link, state = newLink());
  state.heardAt = turn.at;
  if (state.up) return;
  state.up = true;
  log(turn, "info", `Link ${peer.name}:${link} is up`);
  showLink(turn, peer.name, link, true);
  announceAnyway(turn);
}

/** The timer of a node: is it silent, or one of its links? */
export function lookForSilence(turn: Turn, peer: Peer): void {
  const { state, at } = turn;
  if (peer.status === "dead") return;
  if (at < state.deafUntil) {
    // This node itself stood still: what was sent meanwhile waits to be read.
    armOnce(turn, quietTimer(peer), state.deafUntil - at);
    return;
  }
  const since = peer.statusAt < 0 ? peer.knownAt : peer.statusAt;
  const limitMs = peer.statusAt < 0 ? state.config.initdeadMs : peer.dtMs;
  if (at - since >= limitMs) {
    if (!peer.lastLook) {
      // A timer is due before the socket is read: what came in time may still wait there.
      peer.lastLook = true;
      armOnce(turn, quietTimer(peer), Math.min(lastLookMsMax, state.config.keepaliveMs / 10));
      return;
    }
    log(
      turn,
      "warning",
      peer.statusAt < 0
        ? `${peer.name} was not heard within ${limitMs} ms of our start: declared dead`
        : `${peer.name} is dead: silent for ${Math.round(at - since)} ms`,
    );
    declareDead(turn, peer);
    return;
  }
  let nextMs = since + limitMs - at;
  let changed = false;
  for (const [link, known] of peer.links) {
    if (!known.up) continue;
    const leftMs = known.heardAt + peer.dtMs - at;
    if (leftMs > 0) {
      nextMs = Math.min(nextMs, leftMs);
      continue;
    }
    known.up = false;
    changed = true;
    log(turn, "warning", withCode("HA5008", `Link ${peer.name}:${link} is dead`));
    showLink(turn, peer.name, link, false);
  }
  if (changed) announceAnyway(turn);
  armOnce(turn, quietTimer(peer), nextMs);
}

/** A node is dead: services are notified, and nothing is kept for it. */
export function declareDead(turn: Turn, peer: Peer): void {
  peer.status = "dead";
  peer.lastLook = false;
  peer.missing.clear();
  peer.acked = 0;
  peer.ackSent = 0;
  for (const [name, link] of peer.links) {
    if (link.up) showLink(turn, peer.name, name, false);
    link.up = false;
  }
  forgetPresence(turn, peer.name);
  showStatus(turn, peer.name, "dead");
  dropReader(turn, peer);
  announce(turn);
  regulate(turn);
}

/** Announces that this node ends cleanly, so that no node has to wait for its deadtime. */
export function sendLeave(turn: Turn): void {
  for (let time = 0; time < 2; time++) {
    transmitUnsequenced(turn, [string("t", "NS_haleave"), hex("last", turn.state.seq)]);
  }
}

/**
 * `NS_haleave`: a node ended cleanly.
 *
 * @param last number of its last message: a node that has seen a later one sees a replay.
 */
export function takeLeave(turn: Turn, peer: Peer, last: number): void {
  if (peer.status === "dead" || last < peer.lastSeq) return;
  peer.lastSeq = last;
  log(turn, "notice", `${peer.name} has left`);
  declareDead(turn, peer);
}

/** Name of the timer that looks after a node. */
export const quietTimer = (peer: Pick<Peer, "name">): string => `quiet:${peer.name}`;

const lateText = ({ name }: Peer, silentMs: number): string =>
  withCode("HA5015", `Late heartbeat of ${name}: ${Math.round(silentMs)} ms`);
