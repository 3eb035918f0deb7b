/**
 * A fencing daemon that says a node is off as soon as it is asked to end it, before any device has
 * confirmed that.
 *
 * @module
 */
import { wrapping } from "./wrap.ts";

/** Puts it in the place of the real one. */
export const startBeforeFence = wrapping("stonithd", () => ({
  after(_state, event, effects) {
    if (event.type !== "message" || event.message.type !== "fence/request") return effects;
    const { id, target, action } = event.message;
    return [{
      type: "send",
      to: event.from,
      message: {
        type: "fence/result",
        id,
        target,
        action,
        ok: true,
        delegate: event.from.node,
      },
    }, ...effects];
  },
}));
