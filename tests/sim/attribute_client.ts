/**
 * A program on every node of the simulated world that sets attributes of its own node and of others, as
 * agents do, and waits for each answer before it goes on. No other program sets the same attribute of
 * the same node, so what it was answered last is what must be there.
 *
 * @module
 */
import { Random } from "../../daemons/runtime/random.ts";
import type { Effect, Event, Machine } from "../../daemons/runtime/machine.ts";
import type { AttributeUpdate } from "../../daemons/runtime/messages.ts";

/** What it does. */
export interface AttributeClientConfig {
  readonly nodes: readonly string[];
  /** Milliseconds between two changes, about. */
  readonly everyMs: number;
}

interface ClientState {
  random: Random;
  node: string;
  life: string;
  count: number;
  waits: boolean;
}

/** Milliseconds of dampening of the dampened ones. */
export const dampenMs = 4_000;
/** Milliseconds after which it no longer waits for an answer. */
const patienceMs = 15_000;

/** The dampened attribute of a node, which only its own program sets. */
export const dampedName = (node: string): string => `damped-${node}`;
/** An attribute that a node's program sets, and one that is private. */
export const plainName = (node: string): string => `plain-${node}`;
export const privateName = (node: string): string => `private-${node}`;

/** Makes one. */
export function attributeClient(config: AttributeClientConfig): Machine<ClientState> {
  const state = { random: new Random(0), node: "", life: "", count: 0, waits: false };
  return {
    service: "attributes",
    state,
    step: (state, event) => [...step(config, state, event)],
  };
}

function* step(
  config: AttributeClientConfig,
  state: ClientState,
  event: Event,
): Generator<Effect> {
  switch (event.type) {
    case "start":
      state.random = new Random(event.seed);
      state.node = event.node;
      state.life = `${event.wallMs.toString(36)}.${event.seed.toString(36)}`;
      yield pause(config, state);
      return;
    case "timer":
      if (event.name === "patience") state.waits = false;
      if (event.name !== "change") return;
      yield pause(config, state);
      if (state.waits) return;
      state.waits = true;
      yield { type: "timer", name: "patience", inMs: patienceMs };
      yield {
        type: "send",
        to: { service: "attrd" },
        message: {
          type: "attrd/update",
          id: `${state.life}.${++state.count}`,
          update: updateOf(config, state),
        },
      };
      return;
    case "message":
      if (event.message.type !== "attrd/updated") return;
      if (event.message.id !== `${state.life}.${state.count}`) return;
      state.waits = false;
      yield { type: "cancel", name: "patience" };
      return;
    case "stop":
      yield { type: "stopped" };
  }
}

function updateOf(
  { nodes }: AttributeClientConfig,
  { random, node, life, count }: ClientState,
): AttributeUpdate {
  const value = `${life}.${count}`;
  const lifetime = "reboot";
  if (random.chance(0.4)) {
    return { change: "both", name: dampedName(node), value, lifetime, dampenMs };
  }
  const target = random.chance(0.5) ? node : random.pick(nodes);
  const isPrivate = random.chance(0.2);
  const name = isPrivate ? privateName(node) : plainName(node);
  const more = target === node ? {} : { node: target };
  return random.chance(0.15)
    ? { change: "delete", name, lifetime, ...more }
    : { change: "set", name, value, lifetime, ...more, ...(isPrivate ? { private: true } : {}) };
}

function pause({ everyMs }: AttributeClientConfig, { random }: ClientState): Effect {
  return { type: "timer", name: "change", inMs: random.between(everyMs / 2, everyMs * 1.5) };
}
