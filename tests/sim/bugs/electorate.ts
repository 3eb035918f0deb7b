/**
 * Bugs of a membership daemon that changes whose votes count.
 *
 * @module
 */
import { begun, latest } from "../../../daemons/ccm/electorate.ts";
import type { CcmState } from "../../../daemons/ccm/state.ts";
import { wrapping } from "./wrap.ts";

/** A change counts as soon as heartbeat names other nodes: nobody asks those who counted before. */
export const eagerElectorate = wrapping<CcmState>("ccm", () => ({
  after(state, event, effects) {
    if (event.type !== "message" || event.message.type !== "heartbeat/connectivity") return effects;
    const { electorates } = state;
    const { committed: { nodes } } = begun([...state.named]);
    const committed = { version: latest(electorates).version, nodes };
    state.electorates = { ...electorates, committed, promised: [] };
    return effects;
  },
}));

/** A node counts at once, before it has on disk what was acknowledged. */
export const unsettledElectorate = wrapping<CcmState>("ccm", () => ({
  before(state, event) {
    if (state.view !== undefined) state.settled.set("cib", state.view.epoch);
    return event;
  },
}));
