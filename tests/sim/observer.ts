/**
 * A client on every node of the simulated world: it subscribes to views and, where there is a CIB,
 * writes to it and reads it, so that checkers see what a client sees.
 *
 * Every write sets an attribute of its own that nothing else touches; it can be looked for later.
 *
 * @module
 */
import { Random } from "../../daemons/random.ts";
import type { Effect, Event, Machine } from "../../daemons/machine.ts";

/** What it does. */
export interface ObserverConfig {
  /** Milliseconds between two writes of one node, about; 0: it never writes. */
  readonly writeEveryMs: number;
}

/** Its state. */
export interface ObserverState {
  random: Random;
  node: string;
  /** Makes the names of this life's writes unlike those of all others. */
  life: number;
  writes: number;
  /** A query is under way; another change meanwhile asks again afterwards. */
  asking: boolean;
  again: boolean;
  queries: number;
}

/** Under this element of the CIB its writes are. */
export const observedPath = "/cib/configuration/crm_config/cluster_property_set[@id='observed']";

/** Makes one. */
export function observer(config: ObserverConfig): Machine<ObserverState> {
  return {
    service: "observer",
    state: {
      random: new Random(0),
      node: "",
      life: 0,
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
      state.life = event.seed;
      yield* subscribe();
      if (config.writeEveryMs > 0) yield pause(config, state);
      return;
    case "peer":
      if (event.up && (event.service === "ccm" || event.service === "cib")) yield* subscribe();
      if (!event.up && event.service === "cib") state.asking = false;
      return;
    case "timer":
      if (event.name === "write") {
        yield pause(config, state);
        const id = `${state.node}.${state.life}.${++state.writes}`;
        yield {
          type: "send",
          to: { service: "cib" },
          message: {
            type: "cib/apply",
            id,
            changes: [{
              op: "create",
              path: observedPath,
              xml: `<nvpair id="${id}" name="${id}" value="${state.writes}"/>`,
            }],
          },
        };
      } else if (event.name === "patience") {
        state.asking = false;
      }
      return;
    case "message":
      if (event.message.type === "cib/changed") yield* ask(state);
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
