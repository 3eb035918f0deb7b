/**
 * One run as a person requests it: only data, so that it can be passed to another thread.
 *
 * @module
 */
import { banRealWorld } from "./ban.ts";
import { bugs } from "./bugs/mod.ts";
import { quorumRules } from "./cluster.ts";
import type { Fault } from "./faults/mod.ts";
import type { Observation } from "./observation.ts";
import { type FencingPlan, fencings, fencingWorlds } from "./fencing_plans.ts";
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
  /** How nodes are fenced; undefined: in one of the usual ways in turn. */
  readonly fencing?: string | undefined;
  /** Nothing that happens is a reason to fence. */
  readonly harmless?: boolean;
  /** The rule for quorum; undefined: the usual one. */
  readonly quorum?: string | undefined;
  /** Nothing happens but cuts of the network, one every five seconds. */
  readonly cuts?: boolean;
}

/** All ways in which nodes may be fenced. */
export const fencingPlans: readonly FencingPlan[] = [...fencings, ...fencingWorlds];

/** Rules for quorum that may be chosen. */
export const quorumNames = Object.keys(quorumRules) as readonly (keyof typeof quorumRules)[];

/** Faults of worlds made for fencing, and of those in which nothing is a reason for it. */
export const fencingFaults: readonly Fault[] = [
  "crash",
  "kill process",
  "pause",
  "partition",
  "hang",
  "fence mode",
  "lying device",
  "graceful stop",
];
export const harmlessFaults: readonly Fault[] = ["short pause", "overload", "loss", "wall clock"];

/** Runs it in a world that cannot look at the real one. */
export function runOrder(
  order: Order,
  onObservation?: (observation: Observation, nowUs: number) => void,
): ScenarioResult {
  const { seed, minutes, nodes, later, daemons, transport, bug, fencing } = order;
  const { harmless = false, cuts = false } = order;
  const rule = quorumNames.find((one) => one === order.quorum);
  const planted = bug === undefined ? undefined : bugs[bug];
  const plan = fencingPlans.find((one) => one === fencing);
  const restore = banRealWorld();
  try {
    return runScenario({
      seed,
      minutes,
      nodes,
      later: later === 0 ? planted?.later ?? 0 : later,
      daemons: (daemons ?? planted?.daemons) === "membership" ? "membership" : "all",
      transport: (transport ?? planted?.transport) === "stand-in" ? "stand-in" : "heartbeat",
      ...(plan === undefined ? {} : { fencing: plan, faults: fencingFaults, lies: false }),
      // Ten heartbeats in a deadtime: of five in a row one in 3,000 is lost at a loss of 20 %.
      ...(harmless
        ? { harmless, faults: harmlessFaults, keepaliveMs: 500, deadtimeMs: 5_000 }
        : {}),
      ...(rule === undefined ? {} : { quorum: rule }),
      ...(cuts ? { faults: ["partition"] as const, faultEveryMs: 5_000 } : {}),
      ...(planted ? { bug: planted, faults: planted.faults } : {}),
      ...(planted?.weather ? { weather: planted.weather } : {}),
      ...(onObservation ? { onObservation } : {}),
    });
  } finally {
    restore();
  }
}
