/**
 * A wrapper around a machine that changes its events or its effects: the machine
 * itself stays as it is.
 *
 * @module
 */
import type { Effect, Event, Machine } from "../../../daemons/runtime/machine.ts";

/** What a wrapper may do. */
export interface Tamper<State> {
  /** Looks at an event before the machine does, may change the state, and says what it gets. */
  before?(state: State, event: Event): Event;
  /** Says what becomes of what the machine ordered. */
  after?(state: State, event: Event, effects: readonly Effect[]): readonly Effect[];
}

/** The machine with somebody around it. */
export function wrap<State>(machine: Machine<State>, tamper: Tamper<State>): Machine<State> {
  return {
    service: machine.service,
    state: machine.state,
    step(state, event) {
      const told = tamper.before?.(state, event) ?? event;
      const effects = machine.step(state, told);
      return tamper.after?.(state, event, effects) ?? effects;
    },
  };
}

/** Wraps the machine of one service and leaves all others alone. */
export function wrapping<State>(
  service: string,
  tamper: () => Tamper<State>,
): (machine: Machine) => Machine {
  return (machine) =>
    // The service's name says what its state is.
    machine.service === service ? wrap(machine as Machine<State>, tamper()) as Machine : machine;
}
