/**
 * The status of heartbeat, for faces.
 *
 * @module
 */
import type { Json } from "../runtime/messages.ts";
import { statusOf } from "./connectivity.ts";
import { refusalsShown } from "./refusals.ts";
import type { HeartbeatState } from "./state.ts";
import { watchdogStatus } from "./watchdog.ts";

/** What `ha` shows of this daemon. */
export function statusShown(state: HeartbeatState, at: number): Json {
  return {
    node: state.node,
    status: state.status,
    generation: state.generation,
    counters: { ...state.counters },
    ...(state.flood.since === undefined ? {} : {
      flood: { perSecond: state.flood.perSecond, forMs: Math.round(at - state.flood.since) },
    }),
    refused: refusalsShown(state.refusals, at),
    ...(state.outgoing.packetBytes === undefined
      ? {}
      : { packetBytes: state.outgoing.packetBytes }),
    ...(state.packingOff === undefined ? {} : { packingOff: state.packingOff }),
    lateMsMax: Math.round(state.lateMsMax),
    queueBytes: state.outgoing.queueBytes,
    clients: [...state.clients.open.values()].map(({ id, casual, refused }) => ({
      id,
      casual,
      refused,
    })),
    links: [...state.links.values()].map(({ link, state }) => ({ link, state })),
    pings: [...state.pseudo.values()].map(({ name, status }) => ({ name, status })),
    ...(state.watchdog === undefined ? {} : { watchdog: watchdogStatus(state.watchdog) }),
    peers: [...state.peers.values()].map((peer) => ({
      name: peer.name,
      status: statusOf(peer),
      generation: peer.generation,
      deadtimeMs: peer.dtMs,
      ours: peer.ours,
      versions: peer.versions,
      ...(peer.aheadS === undefined ? {} : { aheadS: peer.aheadS }),
      ...(peer.incompatible === undefined ? {} : { incompatible: peer.incompatible }),
      unacknowledged: peer.reader === undefined ? 0 : state.outgoing.next - peer.reader.acked,
      held: peer.incoming?.held.size ?? 0,
      missing: peer.missing.size,
      links: [...peer.links].map(([link, { up }]) => ({ link, state: up ? "up" : "dead" })),
    })),
  };
}
