/**
 * The policy engine as a machine: a CIB comes in, a transition graph goes out.
 *
 * It keeps nothing between two questions, so that it may live in a worker of its own, be killed and
 * started again at any time.
 *
 * @module
 */
import { messageOf } from "../../metadata/message_of.ts";
import type { Effect, Event, Machine } from "../runtime/machine.ts";
import type { TransitionGraph } from "./transition.ts";

/** What came of a question. */
export interface Decision {
  readonly graph: TransitionGraph;
  /** What is wrong with the CIB, a line each, for the log of the coordinator. */
  readonly findings: readonly string[];
}

/** What the machine is made of. */
export interface PengineConfig {
  /**
   * Computes what is to be done.
   *
   * @param cib the whole CIB as XML.
   * @param nowS seconds since 1970.
   */
  readonly schedule: (cib: string, nowS: number) => Decision;
}

/** It counts its answers. */
export interface PengineState {
  readonly config: PengineConfig;
  answers: number;
  failures: number;
}

/** Makes the machine of service `pengine`. */
export function pengine(config: PengineConfig): Machine<PengineState> {
  return { service: "pengine", state: { config, answers: 0, failures: 0 }, step };
}

function step(state: PengineState, event: Event): readonly Effect[] {
  if (event.type === "stop") return [{ type: "stopped" }];
  if (event.type !== "message" || event.message.type !== "pengine/schedule") return [];
  const { id, cib, nowS } = event.message;
  const { service, node } = event.from;
  const answer = (outcome: Decision | { readonly error: string }): readonly Effect[] => [{
    type: "send",
    to: { service, node },
    message: { type: "pengine/transition", id, ...outcome },
  }];
  try {
    state.answers++;
    return answer(state.config.schedule(cib, nowS));
  } catch (error) {
    // A CIB that cannot be used is told to whoever asked, and kills nobody.
    state.failures++;
    return answer({ error: messageOf(error) });
  }
}
