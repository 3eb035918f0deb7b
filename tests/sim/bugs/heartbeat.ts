/**
 * Bugs of a heartbeat daemon, planted around it: what goes out and what comes in is changed, the daemon
 * stays as it is.
 *
 * @module
 */
import { hexOf, stringOf } from "../../../daemons/heartbeat/fields.ts";
import type { HeartbeatState } from "../../../daemons/heartbeat/state.ts";
import type { Effect } from "../../../daemons/runtime/machine.ts";
import { listen } from "../cluster.ts";
import { wrapping } from "./wrap.ts";

type Send = Extract<Effect, { type: "call" }>;

/** What a packet is, if it has a number by which it may be asked for again. */
function numberOf(bytes: unknown): string | undefined {
  if (!(bytes instanceof Uint8Array)) return undefined;
  const message = listen(bytes);
  if (message === undefined) return undefined;
  const stream = stringOf(message, "t") === "NS_hastream";
  const number = hexOf(message, stream ? "n" : "seq");
  if (number === undefined) return undefined;
  return `${stringOf(message, "src")} ${hexOf(message, "hg")} ${stream ? "n" : "s"}${number}`;
}

/** The type of a packet's message. */
function typeOf(bytes: unknown): string | undefined {
  const message = bytes instanceof Uint8Array ? listen(bytes) : undefined;
  return message && stringOf(message, "t");
}

const isSend = (effect: Effect): effect is Send =>
  effect.type === "call" && effect.method === "send" && effect.instance === "eth0";

/** What was lost is never sent again. */
export const noRetransmission = wrapping<HeartbeatState>("heartbeat", () => {
  const sent = new Set<string>();
  return {
    after: (_state, _event, effects) =>
      effects.filter((effect) => {
        const number = isSend(effect) ? numberOf(effect.args[0]) : undefined;
        if (number === undefined || !sent.has(number)) {
          if (number !== undefined) sent.add(number);
          return true;
        }
        return false;
      }),
  };
});

/** The history is off by one: a node that requests a packet again gets its neighbour. */
export const wrongHistory = wrapping<HeartbeatState>("heartbeat", () => {
  const sent = new Set<string>();
  let before: readonly unknown[] | undefined;
  return {
    after: (_state, _event, effects) =>
      effects.map((effect) => {
        if (!isSend(effect)) return effect;
        const number = numberOf(effect.args[0]);
        if (number === undefined) return effect;
        if (sent.has(number) && before !== undefined) return { ...effect, args: before };
        sent.add(number);
        before = effect.args;
        return effect;
      }),
  };
});

/** The history forgets nothing. */
export const endlessHistory = wrapping<HeartbeatState>("heartbeat", () => {
  const forgotten: HeartbeatState["history"] = [];
  let seen = 0;
  return {
    before(state, event) {
      const newest = state.history.at(-1);
      if (newest !== undefined && newest.seq > seen) {
        seen = newest.seq;
        forgotten.push(newest);
      }
      // Beside the daemon's own, so that it goes on as it would.
      Object.assign(state, { forgotten });
      return event;
    },
  };
});

/** A message that comes twice is handed on twice. */
export const noDuplicateSuppression = wrapping<HeartbeatState>("heartbeat", () => {
  const delivered = new Map<string, readonly Effect[]>();
  return {
    after(_state, event, effects) {
      if (event.type !== "emit") return effects;
      const packet = event.event;
      if (typeof packet !== "object" || packet === null || !("bytes" in packet)) return effects;
      const number = numberOf(packet.bytes);
      if (number === undefined) return effects;
      const before = delivered.get(number);
      if (before !== undefined) return [...effects, ...before];
      delivered.set(
        number,
        effects.filter((effect) =>
          effect.type === "send" && effect.message.type === "heartbeat/deliver"
        ),
      );
      return effects;
    },
  };
});

/** What is missing is asked for, and sent, at every opportunity. */
export const retransmissionStorm = wrapping<HeartbeatState>("heartbeat", () => {
  const sent = new Set<string>();
  return {
    after: (_state, _event, effects) =>
      effects.flatMap((effect) => {
        const number = isSend(effect) ? numberOf(effect.args[0]) : undefined;
        if (number === undefined) return [effect];
        if (sent.has(number)) return Array.from({ length: 30 }, () => effect);
        sent.add(number);
        return [effect];
      }),
  };
});

/** A node whose peer is flooded sends it only as many as before. */
export const noBeats = wrapping<HeartbeatState>("heartbeat", () => ({
  after: (_state, _event, effects) =>
    effects.filter((effect) => !isSend(effect) || typeOf(effect.args[0]) !== "NS_habeat"),
}));

/** What could not be unpacked is taken for not received: it is requested, and sent, forever. */
export const unreadableAskedForEver = wrapping<HeartbeatState>("heartbeat", () => ({
  before(state, event) {
    // The messages of this world are small.
    Object.assign(state.config, { packFromBytes: 64 });
    return event;
  },
  after(state, _event, effects) {
    for (const { incoming } of state.peers.values()) {
      if (incoming?.refused === undefined) continue;
      incoming.refused = undefined;
      incoming.next--;
    }
    return effects;
  },
}));
