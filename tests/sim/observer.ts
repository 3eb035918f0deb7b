/**
 * A client on every node of the simulated world. It subscribes to views and, if there is a CIB,
 * writes to it and reads it, so that checkers see a client's view. Now and then it also sends a
 * number to the observers on the other nodes, so that the order of messages can be judged.
 *
 * Each node's observer writes one value of the CIB that nothing else touches and that only rises.
 *
 * @module
 */
import { Random } from "../../daemons/runtime/random.ts";
import type { Effect, Event, Machine } from "../../daemons/runtime/machine.ts";

/** What it does. */
export interface ObserverConfig {
  /** Milliseconds between two writes of one node, about; 0: it never writes. */
  readonly writeEveryMs: number;
  /** Milliseconds between two numbers said to the others; 0: never. */
  readonly probeEveryMs: number;
  /** Microseconds since the world began: what this client counts by, whatever the node's clocks say. */
  readonly worldUs: () => number;
}

/** Its state. */
export interface ObserverState {
  random: Random;
  node: string;
  /** When this life began, in milliseconds of the world. */
  life: number;
  probes: number;
  writes: number;
  /** A query is under way; another change meanwhile asks again afterwards. */
  asking: boolean;
  again: boolean;
  queries: number;
}

/** Numbers said at once at most. */
const burstMax = 8;
/** Characters that one of them is longer at most. */
const padMax = 1_900;

/** A text with a number, so that a changed one is detected. */
export const probeWord = (node: string, life: number, number: number): string =>
  `${node}/${life}/${number}`;

/** Under this element of the CIB its writes are. */
export const observedPath = "/cib/configuration/crm_config/cluster_property_set[@id='observed']";

/** The id of a write, from which `readWrite` gets back who wrote what. */
export const writeId = (node: string, value: number): string => `${node}=${value}`;

/** Who wrote what. */
export function readWrite(id: string): { readonly node: string; readonly value: number } {
  const [node = "", value] = id.split("=");
  return { node, value: Number(value) };
}

/** The value that a node's observer has in a CIB; 0: none. */
export function observedValue(xml: string, node: string): number {
  return Number(new RegExp(`id="obs-${node}"[^>]* value="(\\d+)"`).exec(xml)?.[1] ?? 0);
}

/** Makes one. */
export function observer(config: ObserverConfig): Machine<ObserverState> {
  return {
    service: "observer",
    state: {
      random: new Random(0),
      node: "",
      life: 0,
      probes: 0,
      writes: 0,
      asking: false,
      again: false,
      queries: 0,
    },
    step: (state, event) => [...step(config, state, event)],
  };
}

function* step(config: ObserverConfig, state: ObserverState, event: Event): Generator<Effect> {
  switch (event.type) {
    case "start":
      state.random = new Random(event.seed);
      state.node = event.node;
      state.life = Math.floor(config.worldUs() / 1_000);
      yield* subscribe();
      if (config.writeEveryMs > 0) yield pause(config, state);
      if (config.probeEveryMs > 0) {
        yield { type: "timer", name: "probe", inMs: config.probeEveryMs };
      }
      return;
    case "peer":
      if (event.up && (event.service === "ccm" || event.service === "cib")) yield* subscribe();
      if (!event.up && event.service === "cib") state.asking = false;
      return;
    case "timer":
      if (event.name === "write") {
        yield pause(config, state);
        const value = state.life * 1000 + ++state.writes % 1000;
        yield {
          type: "send",
          to: { service: "cib" },
          message: {
            type: "cib/apply",
            id: writeId(state.node, value),
            changes: [{
              op: "create",
              path: observedPath,
              xml: `<nvpair id="obs-${state.node}" name="obs-${state.node}" value="${value}"/>`,
            }],
          },
        };
      } else if (event.name === "probe") {
        yield { type: "timer", name: "probe", inMs: config.probeEveryMs };
        const { random } = state;
        const count = random.chance(0.2) ? random.between(2, burstMax) : 1;
        for (let at = 0; at < count; at++) {
          const number = ++state.probes;
          const word = probeWord(state.node, state.life, number);
          // Some are larger than a packet.
          const length = random.chance(0.05) ? random.between(1_000, padMax) : 0;
          const body = {
            probe: state.node,
            life: state.life,
            number,
            word,
            pad: "x".repeat(length),
          };
          const to = { node: "*", service: "observer" };
          yield { type: "send", to, message: { type: "peer", body } };
        }
      } else if (event.name === "patience") {
        state.asking = false;
      }
      return;
    case "message":
      // Not after every change: to read all is what costs most.
      if (event.message.type === "cib/changed" && state.random.chance(0.2)) yield* ask(state);
      if (event.message.type === "cib/document") {
        state.asking = false;
        if (state.again) yield* ask(state);
      }
      return;
    case "stop":
      yield { type: "stopped" };
  }
}

function* subscribe(): Generator<Effect> {
  yield { type: "send", to: { service: "ccm" }, message: { type: "ccm/subscribe" } };
  yield { type: "send", to: { service: "cib" }, message: { type: "cib/subscribe" } };
}

function* ask(state: ObserverState): Generator<Effect> {
  state.again = state.asking;
  if (state.asking) return;
  state.asking = true;
  const id = `${state.node}.${state.life}.q${++state.queries}`;
  yield { type: "send", to: { service: "cib" }, message: { type: "cib/query", id } };
  yield { type: "timer", name: "patience", inMs: 5_000 };
}

function pause({ writeEveryMs }: ObserverConfig, { random }: ObserverState): Effect {
  const inMs = random.between(writeEveryMs / 2, writeEveryMs * 1.5);
  return { type: "timer", name: "write", inMs };
}
