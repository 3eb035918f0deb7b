/**
 * Another node: adds it to the state, and removes it.
 *
 * @module
 */
import type { HeartbeatState, Peer, PeerLink } from "./state.ts";

/** A link by which a node was not heard yet. */
export const newLink = (): PeerLink => ({ up: false, heardAt: -1, from: "" });

/** Puts a node into the books; it has not been heard. */
export function addPeer(state: HeartbeatState, name: string): Peer {
  const peer: Peer = {
    name,
    status: "init",
    uuid: undefined,
    generation: 0,
    dtMs: state.config.initdeadMs,
    knownAt: state.startedAt,
    statusAt: -1,
    statusSeq: 0,
    lastLook: false,
    ours: false,
    ttlMax: 0,
    hadSession: false,
    lost: false,
    unheard: undefined,
    beat: 0,
    beatAt: -Infinity,
    beatsUntil: 0,
    founded: false,
    versions: "",
    aheadS: undefined,
    incompatible: undefined,
    links: new Map([...state.links.keys()].map((link) => [link, newLink()])),
    lastSeq: 0,
    missing: new Map(),
    ackTrigger: state.random.between(0, 9),
    ackSent: 0,
    acked: 0,
    flowFrom: state.seq,
    acknowledges: true,
    incoming: undefined,
    reader: undefined,
    shown: "init",
  };
  state.peers.set(name, peer);
  return peer;
}

/** A node began a new life: nothing that was known of its messages holds. */
export function forgetMessages(peer: Peer): void {
  peer.lastSeq = 0;
  peer.statusSeq = 0;
  peer.missing.clear();
  peer.ackSent = 0;
  peer.acked = 0;
  peer.incoming = undefined;
  peer.ttlMax = 0;
  peer.hadSession = false;
  peer.lost = false;
  peer.unheard = undefined;
  peer.beat = 0;
}
