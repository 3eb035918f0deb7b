/**
 * A stand-in for the heartbeat daemon: messages between two nodes keep their order and are not
 * lost while both live and hear each other; a peer that was not heard for `deadtimeMs` is dead.
 *
 * It lets other machines be tested without the real one, whose place it takes word for word.
 *
 * @module
 */
import type { Effect, Event, Machine } from "../../daemons/runtime/machine.ts";
import type { Message, NodeConnectivity } from "../../daemons/runtime/messages.ts";

/** Its timing. */
export interface StandInConfig {
  readonly nodes: readonly string[];
  readonly keepaliveMs: number;
  readonly deadtimeMs: number;
  /** Every node that is heard and was not removed belongs to the cluster. */
  readonly joins?: boolean;
}

/** Its state. */
export interface StandInState {
  node: string;
  generation: number;
  readonly heard: Map<string, { atMs: number; generation: number; alive: boolean }>;
  readonly subscribers: Set<string>;
  /** Nodes that came or went since the configuration was written: the greater stamp counts. */
  readonly changed: Map<string, Changed>;
}

/** An operator's word about a node. */
interface Changed {
  readonly here: boolean;
  readonly stamp: number;
}

/** What goes over the wire. */
type Packet =
  | {
    readonly type: "beat";
    readonly from: string;
    readonly generation: number;
    readonly changed: readonly (readonly [string, Changed])[];
  }
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
    state: {
      node: "",
      generation: 0,
      heard: new Map(),
      subscribers: new Set(),
      changed: new Map(),
    },
    step: (state, event) => [...step(config, state, event)],
  };
}

function* step(config: StandInConfig, state: StandInState, event: Event): Generator<Effect> {
  switch (event.type) {
    case "start": {
      state.node = event.node;
      const saved = event.saved.get("generation");
      state.generation = (saved ? Number(new TextDecoder().decode(saved)) : 0) + 1;
      const hosts = event.saved.get("hosts");
      for (const [name, word] of hosts ? JSON.parse(new TextDecoder().decode(hosts)) : []) {
        state.changed.set(name, word);
      }
      const value = new TextEncoder().encode(String(state.generation));
      yield { type: "save", key: "generation", value };
      // For longer than it takes to notice a death, in any weather: what is lost before is a gap.
      const keep = { keepMs: config.deadtimeMs * 3 };
      yield { type: "load", instance: "wire", plugin: "sim/wire", config: keep };
      return;
    }
    case "loaded":
      yield { type: "timer", name: "beat", inMs: 0 };
      return;
    case "timer": {
      const beat: Packet = {
        type: "beat",
        from: state.node,
        generation: state.generation,
        changed: [...state.changed],
      };
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
      if (!belongs(config, state, packet.from)) {
        if (!config.joins || state.changed.get(packet.from)?.here === false) return;
        yield* change(config, state, packet.from, { here: true, stamp: 0 });
      }
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
      else {
        for (const [name, word] of packet.changed) {
          const known = state.changed.get(name);
          if (known !== undefined && known.stamp >= word.stamp) continue;
          yield* change(config, state, name, word);
        }
      }
      return;
    }
    case "message": {
      const { message, from } = event;
      if (message.type === "heartbeat/subscribe") {
        state.subscribers.add(from.service);
        yield* connectivity(config, state);
      } else if (message.type === "heartbeat/change") {
        if (message.change.change !== "add" && message.change.change !== "remove") return;
        const here = message.change.change === "add";
        const { nodes } = message.change;
        if (!here && namesOf(config, state).some((one) => !isReady(state, one, nodes))) return;
        for (const name of nodes) {
          if (belongs(config, state, name) === here || name === state.node) continue;
          const stamp = (state.changed.get(name)?.stamp ?? 0) + 1;
          yield* change(config, state, name, { here, stamp });
        }
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

/** For nodes to be removed they must be dead, and no other. */
function isReady(state: StandInState, one: string, nodes: readonly string[]): boolean {
  if (one === state.node) return true;
  return (state.heard.get(one)?.alive === true) !== nodes.includes(one);
}

const belongs = ({ nodes }: StandInConfig, { node, changed }: StandInState, name: string) =>
  name === node || (changed.get(name)?.here ?? nodes.includes(name));

const namesOf = (config: StandInConfig, state: StandInState): string[] =>
  [...new Set([...config.nodes, state.node, ...state.changed.keys()])]
    .filter((name) => belongs(config, state, name)).sort();

function* change(
  config: StandInConfig,
  state: StandInState,
  name: string,
  word: Changed,
): Generator<Effect> {
  state.changed.set(name, word);
  if (!word.here) state.heard.delete(name);
  const value = new TextEncoder().encode(JSON.stringify([...state.changed]));
  yield { type: "save", key: "hosts", value };
  yield* connectivity(config, state);
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
  const nodes: NodeConnectivity[] = namesOf(config, state).map((name) => {
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
