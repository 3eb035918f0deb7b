/**
 * A stand-in for the heartbeat daemon: messages between two nodes keep their order and are not
 * lost while both live and hear each other; a peer that was not heard for `deadtimeMs` is dead.
 *
 * It lets other machines be tested without the real one, whose place it takes word for word.
 *
 * @module
 */
import type { Effect, Event, Machine } from "../../daemons/machine.ts";
import type { Message, NodeConnectivity } from "../../daemons/messages.ts";

/** Its timing. */
export interface StandInConfig {
  readonly nodes: readonly string[];
  readonly keepaliveMs: number;
  readonly deadtimeMs: number;
}

/** Its state. */
export interface StandInState {
  node: string;
  generation: number;
  readonly heard: Map<string, { atMs: number; generation: number; alive: boolean }>;
  readonly subscribers: Set<string>;
}

/** What goes over the wire. */
type Packet =
  | { readonly type: "beat"; readonly from: string; readonly generation: number }
  | {
    readonly type: "message";
    readonly from: string;
    readonly generation: number;
    readonly service: string;
    readonly sender: string;
    readonly body: Message;
    /** It comes a second time: of no use to tell who lives. */
    readonly echo?: boolean;
  };

/** Makes one. */
export function standIn(config: StandInConfig): Machine<StandInState> {
  return {
    service: "heartbeat",
    state: { node: "", generation: 0, heard: new Map(), subscribers: new Set() },
    step: (state, event) => [...step(config, state, event)],
  };
}

function* step(config: StandInConfig, state: StandInState, event: Event): Generator<Effect> {
  switch (event.type) {
    case "start": {
      state.node = event.node;
      const saved = event.saved.get("generation");
      state.generation = (saved ? Number(new TextDecoder().decode(saved)) : 0) + 1;
      const value = new TextEncoder().encode(String(state.generation));
      yield { type: "save", key: "generation", value };
      const keep = { keepMs: config.deadtimeMs };
      yield { type: "load", instance: "wire", plugin: "sim/wire", config: keep };
      return;
    }
    case "loaded":
      yield { type: "timer", name: "beat", inMs: 0 };
      return;
    case "timer": {
      const beat: Packet = { type: "beat", from: state.node, generation: state.generation };
      yield call("beat", [beat]);
      yield { type: "timer", name: "beat", inMs: config.keepaliveMs };
      let changed = false;
      for (const peer of state.heard.values()) {
        if (!peer.alive || event.at - peer.atMs <= config.deadtimeMs) continue;
        peer.alive = false;
        changed = true;
      }
      if (changed) yield* connectivity(config, state);
      return;
    }
    case "emit": {
      const packet = event.event as Packet;
      const before = state.heard.get(packet.from);
      if (packet.type === "message" && packet.echo) {
        if (before?.alive) yield deliver(packet);
        return;
      }
      if (before !== undefined && packet.generation < before.generation) return;
      state.heard.set(packet.from, {
        atMs: event.at,
        generation: packet.generation,
        alive: true,
      });
      if (!before?.alive || before.generation !== packet.generation) {
        yield* connectivity(config, state);
      }
      if (packet.type === "message") yield deliver(packet);
      return;
    }
    case "message": {
      const { message, from } = event;
      if (message.type === "heartbeat/subscribe") {
        state.subscribers.add(from.service);
        yield* connectivity(config, state);
      } else if (message.type === "heartbeat/forward") {
        const packet: Packet = {
          type: "message",
          from: state.node,
          generation: state.generation,
          service: message.to.service,
          sender: message.from.service,
          body: message.body,
        };
        yield call("send", [packet, message.to.node]);
      }
      return;
    }
    case "stop":
      yield { type: "stopped" };
      return;
  }
}

function deliver(packet: Extract<Packet, { type: "message" }>): Effect {
  return {
    type: "send",
    to: { service: packet.service },
    message: {
      type: "heartbeat/deliver",
      from: { node: packet.from, service: packet.sender },
      body: packet.body,
    },
  };
}

function* connectivity(config: StandInConfig, state: StandInState): Generator<Effect> {
  const nodes: NodeConnectivity[] = config.nodes.map((name) => {
    const heard = state.heard.get(name);
    const mine = name === state.node;
    return {
      name,
      kind: "normal",
      status: mine || heard?.alive ? "active" : heard === undefined ? "init" : "dead",
      generation: mine ? state.generation : heard?.generation ?? 0,
      links: [{ name: "wire", up: mine || heard?.alive === true }],
    };
  });
  for (const service of state.subscribers) {
    yield {
      type: "send",
      to: { service },
      message: { type: "heartbeat/connectivity", node: state.node, nodes },
    };
  }
}

function call(method: string, args: readonly unknown[]): Effect {
  return { type: "call", instance: "wire", method, args, deadlineMs: 1_000 };
}
