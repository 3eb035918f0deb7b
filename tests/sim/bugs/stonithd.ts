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

/** Equal requests are not merged: each asker of a fencing under way has a device called once more. */
export const requestsUnmerged = wrapping<StonithdState>("stonithd", () => {
  let askers: ReadonlyMap<string, number> = new Map();
  let calls = 0;
  return {
    before(state, event) {
      askers = new Map([...state.requests.values()].map((made) => [made.key, made.askers.length]));
      return event;
    },
    after(state, _event, effects) {
      const again = [...state.requests.values()].flatMap((made): Effect[] => {
        const [device] = made.pending;
        const isJoined = made.askers.length > (askers.get(made.key) ?? Infinity);
        if (!isJoined || !made.striking || device === undefined) return [];
        return [{
          type: "call",
          id: `fence 0 again${++calls}`,
          instance: device,
          method: "fence",
          args: [made.action, made.target, made.struckForMs],
          deadlineMs: made.struckForMs,
        }];
      });
      return [...effects, ...again];
    },
  };
});

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

/** A reboot by both power supplies is one reboot after the other: the node never loses its power. */
export const supplyAfterSupply = wrapping("stonithd", () => ({
  after: (_state, _event, effects) =>
    effects.map((effect): Effect =>
      effect.type === "call" && effect.method === "fence" && effect.args[0] === "off"
        ? { ...effect, args: ["reboot", ...effect.args.slice(1)] }
        : effect
    ),
}));

/** The first device of a level is enough. */
export const halfLevel = wrapping<StonithdState>("stonithd", () => ({
  before(state, event) {
    if (event.type === "reply" && event.id.startsWith("fence ")) {
      for (const request of state.requests.values()) request.pending.length = 1;
    }
    return event;
  },
}));

/** Nobody waits for the delay of a device. */
export const delayIgnored = wrapping("stonithd", () => ({
  after: (_state, _event, effects) =>
    effects.map((effect): Effect =>
      effect.type === "timer" && effect.name.startsWith("delay ") ? { ...effect, inMs: 1 } : effect
    ),
}));

/** Tries are not counted. */
export const triesUncounted = wrapping<StonithdState>("stonithd", () => ({
  before(state, event) {
    for (const request of state.requests.values()) Object.assign(request, { tries: 0 });
    return event;
  },
}));

/** What has failed is not tried again. */
export const neverAgain = wrapping<StonithdState>("stonithd", () => ({
  before(state, event) {
    for (const request of state.requests.values()) Object.assign(request, { tries: 99 });
    return event;
  },
}));

/** A device has the time of the whole request, whatever its own is. */
export const timeoutIgnored = wrapping("stonithd", () => ({
  after: (_state, _event, effects) =>
    effects.map((effect): Effect =>
      effect.type === "call" && effect.method === "fence"
        ? {
          ...effect,
          args: [...effect.args.slice(0, 2), 60_000],
          deadlineMs: 60_000,
        }
        : effect
    ),
}));

/** Nobody else is asked. */
export const neverHandedOn = wrapping<StonithdState>("stonithd", () => ({
  before(state, event) {
    for (const { attempts } of state.requests.values()) attempts.length = 0;
    return event;
  },
  after: (_state, _event, effects) =>
    effects.filter((effect) =>
      effect.type !== "send" || effect.message.type !== "peer" ||
      !/"type":"fence"/.test(JSON.stringify(effect.message.body))
    ),
}));

/** Records stay on the node that made them. */
export const historyUnshared = wrapping("stonithd", () => ({
  after: (_state, _event, effects) =>
    effects.filter((effect) =>
      effect.type !== "send" || effect.message.type !== "peer" ||
      !/"type":"(?:records|struck)"/.test(JSON.stringify(effect.message.body))
    ),
}));

/** What is heard twice is remembered twice. */
export const historyDoubled = wrapping<StonithdState>("stonithd", () => ({
  after(state, event, effects) {
    if (event.type !== "message" || event.message.type !== "peer") return effects;
    if (!/"type":"records"/.test(JSON.stringify(event.message.body))) return effects;
    const last = state.history.at(-1);
    if (last !== undefined) state.history.push(last);
    return effects;
  },
}));

/** A node counts as switched on as soon as somebody wants it. */
export const onAtOnce = wrapping("stonithd", () => ({
  after(_state, event, effects) {
    if (event.type !== "message" || event.message.type !== "fence/request") return effects;
    const { id, target, action } = event.message;
    if (action !== "on") return effects;
    const message = {
      type: "fence/result",
      id,
      target,
      action,
      ok: true,
      delegate: target,
    } as const;
    return [{ type: "send", to: event.from, message }];
  },
}));
