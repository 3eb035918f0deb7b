/**
 * Bugs of a fencing daemon.
 *
 * @module
 */
import type { StonithdState } from "../../../daemons/stonithd/state.ts";
import type { Effect } from "../../../daemons/runtime/machine.ts";
import { wrapping } from "./wrap.ts";

/** Every device is asked twice. */
export const fenceTwice = wrapping("stonithd", () => ({
  after: (_state, _event, effects) =>
    effects.flatMap((effect): Effect[] =>
      effect.type === "call" && effect.method === "fence"
        ? [effect, { ...effect, id: "fence 0 again" }]
        : [effect]
    ),
}));

/** A device that reports a failure is reported as one that confirmed. */
export const fenceFailureIsSuccess = wrapping("stonithd", () => ({
  before: (_state, event) =>
    event.type === "reply" && event.id.startsWith("fence ")
      ? { ...event, result: { ok: true, value: { ok: true, detail: "" } } }
      : event,
}));

/** Who has failed once is not followed by anybody. */
export const noEscalation = wrapping<StonithdState>("stonithd", () => ({
  before(state, event) {
    if (event.type === "reply" && event.id.startsWith("fence ")) {
      for (const { attempts } of state.requests.values()) attempts.length = 0;
    }
    return event;
  },
}));

/** A stonithd that hangs is waited for as long as the request lasts. */
export const waitForHung = wrapping("stonithd", () => ({
  after: (_state, _event, effects) =>
    effects.filter((effect) => effect.type !== "timer" || !effect.name.startsWith("silence ")),
}));

/** A node that is back in a new life is taken for the one that was to be ended. */
export const rejoinIgnored = wrapping<StonithdState>("stonithd", () => ({
  before(state, event) {
    if (event.type !== "message" || event.message.type !== "ccm/view") return event;
    for (const request of state.requests.values()) {
      const member = event.message.view.members.find(({ node }) => node === request.target);
      if (member) Object.assign(request, { incarnation: member.incarnation });
    }
    return event;
  },
}));
