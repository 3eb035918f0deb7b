/**
 * A membership daemon that takes up whatever view is committed to it: one that it never promised, one
 * of an earlier life of its own, one older than it already had.
 *
 * @module
 */
import { latest } from "../../../daemons/ccm/electorate.ts";
import { type PeerMessage, readPeerMessage } from "../../../daemons/ccm/protocol.ts";
import type { Json } from "../../../daemons/runtime/messages.ts";
import type { CcmState } from "../../../daemons/ccm/state.ts";
import { wrapping } from "./wrap.ts";

/** Puts it in the place of the real one. */
export const staleView = wrapping<CcmState>("ccm", () => ({
  before(state, event) {
    if (event.type !== "message" || event.message.type !== "peer") return event;
    const peer = readPeerMessage(event.message.body);
    if (peer?.type !== "commit") return event;
    const own = peer.members.find((member) => member.node === state.node);
    if (own === undefined) return event;
    state.announced = 0;
    const members = peer.members.map((member) =>
      member === own ? { ...own, incarnation: state.incarnation } : member
    );
    const { electorates } = state;
    const electors = latest(electorates).nodes;
    const { epoch } = peer;
    const proposer = own.node;
    state.pending = { epoch, proposer, members, previous: [], electorates, electors, basis: 0 };
    const said: PeerMessage = { type: "commit", epoch, members };
    const commit = said as PeerMessage & Json;
    return { ...event, message: { type: "peer", body: commit } };
  },
}));
