/**
 * A heartbeat daemon that takes packets of a sender's earlier life for packets of its present one.
 *
 * @module
 */
import type { HeartbeatState } from "../../../daemons/heartbeat/state.ts";
import { wrapping } from "./wrap.ts";

/** Puts it in the place of the real one. */
export const oldGeneration = wrapping<HeartbeatState>("heartbeat", () => ({
  before(state, event) {
    if (event.type !== "emit") return event;
    const packet = event.event;
    if (typeof packet !== "object" || packet === null || !("bytes" in packet)) return event;
    if (!(packet.bytes instanceof Uint8Array)) return event;
    const envelope = state.codecs.encoding.open(packet.bytes);
    if (envelope === undefined) return event;
    const decoded = state.codecs.encoding.decode(envelope.frame);
    if (!decoded.ok) return event;
    const field = (name: string) => {
      const found = decoded.message.find((one) => one.name === name);
      return found !== undefined && "value" in found ? String(found.value) : "";
    };
    const peer = state.peers.get(field("src"));
    const generation = parseInt(field("hg"), 16);
    if (peer === undefined || !(generation < peer.generation)) return event;
    // As if it had been the present one all the time.
    peer.generation = field("t") === "status" ? generation - 1 : generation;
    return event;
  },
}));
