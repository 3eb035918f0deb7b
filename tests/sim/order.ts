/**
 * One run as a person requests it: only data, so that it can be passed to another thread.
 *
 * @module
 */
import { banRealWorld } from "./ban.ts";
import { bugs } from "./bugs/mod.ts";
import type { Observation } from "./observation.ts";
import { runScenario, type ScenarioResult } from "./scenario.ts";

/** What is wanted; what is left out is chosen by the bug, or as usual. */
export interface Order {
  readonly seed: number;
  readonly minutes: number;
  readonly nodes: number;
  /** Nodes that may come later; 0: nobody comes or goes. */
  readonly later: number;
  readonly daemons: string | undefined;
  readonly transport: string | undefined;
  /** Name of a planted bug. */
  readonly bug: string | undefined;
}

/** Runs it in a world that cannot look at the real one. */
export function runOrder(
  { seed, minutes, nodes, later, daemons, transport, bug }: Order,
  onObservation?: (observation: Observation, nowUs: number) => void,
): ScenarioResult {
  const planted = bug === undefined ? undefined : bugs[bug];
  const restore = banRealWorld();
  try {
    return runScenario({
      seed,
      minutes,
      nodes,
      later: later === 0 ? planted?.later ?? 0 : later,
      daemons: (daemons ?? planted?.daemons) === "membership" ? "membership" : "all",
      transport: (transport ?? planted?.transport) === "stand-in" ? "stand-in" : "heartbeat",
      ...(planted ? { bug: planted, faults: planted.faults } : {}),
      ...(planted?.weather ? { weather: planted.weather } : {}),
      ...(onObservation ? { onObservation } : {}),
    });
  } finally {
    restore();
  }
}
