/**
 * A membership daemon that takes up whatever view is committed to it: one that it never promised, one
 * of an earlier life of its own, one older than it already had.
 *
 * @module
 */
import { type PeerMessage, readPeerMessage } from "../../../daemons/ccm/peer.ts";
import type { Json } from "../../../daemons/messages.ts";
import type { CcmState } from "../../../daemons/ccm/state.ts";
import { wrapping } from "./wrap.ts";

/** Puts it in the place of the real one. */
export const staleView = wrapping<CcmState>("ccm", () => ({
  before(state, event) {
    if (event.type !== "message" || event.message.type !== "peer") return event;
    const peer = readPeerMessage(event.message.body);
    if (peer?.type !== "commit") return event;
    const { proposal } = peer;
    const own = proposal.members.find((member) => member.node === state.node);
    if (own === undefined) return event;
    state.announced = 0;
    const members = proposal.members.map((member) =>
      member === own ? { ...own, incarnation: state.incarnation } : member
    );
    state.pending = { ...proposal, members };
    const commit: PeerMessage & Json = { type: "commit", proposal: state.pending } as
      & PeerMessage
      & Json;
    return { ...event, message: { type: "peer", body: commit } };
  },
}));
