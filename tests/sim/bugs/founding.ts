/**
 * Bugs of a membership daemon that founds a cluster.
 *
 * @module
 */
import type { CcmState } from "../../../daemons/ccm/state.ts";
import { wrapping } from "./wrap.ts";

/** It ignores every node outside of its list or its view. */
export const strangersIgnored = wrapping<CcmState>("ccm", () => ({
  before(_state, event) {
    if (event.type !== "message" || event.message.type !== "heartbeat/connectivity") return event;
    const { strangers: _, founded: __, ...message } = event.message;
    return { ...event, message };
  },
}));
