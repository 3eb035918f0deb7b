/**
 * One run: a cluster, a nemesis, and those who judge; everything follows from the seed.
 *
 * @module
 */
import { CibChecker } from "./checkers/cib.ts";
import { FailureChecker } from "./checkers/failures.ts";
import { FencingChecker } from "./checkers/fencing.ts";
import { MembershipChecker } from "./checkers/membership.ts";
import { MessageChecker } from "./checkers/messages.ts";
import { OrderingChecker } from "./checkers/ordering.ts";
import { RecurringChecker } from "./checkers/recurring.ts";
import { ResourceChecker } from "./checkers/resources.ts";
import { StabilityChecker } from "./checkers/stability.ts";
import {
  type ClusterOptions,
  clusterPlans,
  defaultCib,
  defaultResources,
  devicesOf,
  fencings,
  ordered,
} from "./cluster.ts";
import type { DriverBugs } from "./driver.ts";
import { type Fault, Nemesis } from "./nemesis.ts";
import type { Checker, Observation } from "./observation.ts";
import { type Violation, World } from "./world.ts";

/** What a run is. */
export interface ScenarioOptions {
  readonly seed: number;
  readonly minutes: number;
  readonly nodes: number;
  readonly daemons: ClusterOptions["daemons"];
  readonly transport: ClusterOptions["transport"];
  readonly keepaliveMs?: number;
  readonly deadtimeMs?: number;
  /** A planted bug. */
  readonly bug?: Bug;
  /** Faults that the nemesis may use; all if left out. */
  readonly faults?: readonly Fault[];
  readonly onObservation?: (observation: Observation, nowUs: number) => void;
}

/** A bug to be found. */
export interface Bug {
  readonly driver?: DriverBugs;
  readonly replace?: ClusterOptions["replace"];
  readonly quorum?: ClusterOptions["quorum"];
  /** Where it shows soonest: used unless something else is asked for. */
  readonly daemons: ScenarioOptions["daemons"];
  readonly transport: ScenarioOptions["transport"];
  readonly faults: readonly Fault[];
  /** Invariants, one of which a checker must find broken. */
  readonly breaks: readonly string[];
}

/** What came of it. */
export interface ScenarioResult {
  readonly seed: number;
  readonly violations: readonly Violation[];
  /** Hash of everything that happened. */
  readonly trace: string;
  readonly simulatedMs: number;
  readonly events: number;
  /** How often things happened, by name. */
  readonly counts: Readonly<Record<string, number>>;
}

/** How long the end of a run is left in peace, in milliseconds. */
const stillMs = 150_000;
/** How much of a still time the cluster may need to find its place. */
const settledMs = 110_000;

/** Runs it. */
export function runScenario(options: ScenarioOptions): ScenarioResult {
  const { seed, minutes, daemons, transport, bug, keepaliveMs = 1_000, deadtimeMs = 5_000 } =
    options;
  const nodes = Array.from({ length: options.nodes }, (_, at) => `n${at + 1}`);
  const fencing = fencings[seed % fencings.length]!;
  const checkers: Checker[] = [];
  const world = new World({
    seed,
    nodes,
    plans: () =>
      clusterPlans({
        nodes,
        keepaliveMs,
        deadtimeMs,
        daemons,
        transport,
        cib: defaultCib(nodes, fencing),
        ...(bug?.replace ? { replace: bug.replace } : {}),
        ...(bug?.quorum ? { quorum: bug.quorum } : {}),
      }),
    ...(bug?.driver ? { bugs: bug.driver } : {}),
    ...(options.onObservation ? { onObservation: options.onObservation } : {}),
    checkers: (world, fail) => {
      checkers.push(
        new MembershipChecker(world, fail, { maxMs: deadtimeMs * 3 + 5_000 }),
        new StabilityChecker(world, fail, {
          settledMs,
          resources: daemons === "all" ? defaultResources : [],
        }),
        new MessageChecker(fail),
      );
      if (daemons === "all") {
        checkers.push(
          new ResourceChecker(world, fail),
          new OrderingChecker(world, fail, ordered),
          new FailureChecker(fail),
          new RecurringChecker(world, fail),
          new FencingChecker(world, fail, devicesOf[fencing]),
        );
        // Both of two nodes may write while neither can fence: plugins/quorum/two_node says so.
        if (nodes.length !== 2) checkers.push(new CibChecker(world, fail));
      }
      return checkers;
    },
  });
  const nemesis = new Nemesis(world, {
    everyMs: 20_000,
    stillEveryMs: 240_000,
    stillMs,
    trigger: 0.01,
    ...(options.faults ? { faults: options.faults } : {}),
    ...(daemons === "all"
      ? { agents: { resources: defaultResources, actions: ["start", "stop", "monitor"] } }
      : {}),
  });
  world.powerOnAll();
  const allMs = minutes * 60_000;
  nemesis.begin(Math.max(0, allMs - stillMs));
  world.runMs(allMs);
  if (world.violations.length === 0) nemesis.end();
  const counts: Record<string, number> = { ...world.network.counts };
  for (const [fault, count] of nemesis.counts) counts[fault] = count;
  for (const checker of checkers) Object.assign(counts, checker.counts);
  return {
    seed,
    violations: world.violations,
    trace: world.trace.toString(),
    simulatedMs: world.kernel.nowUs / 1000,
    events: world.kernel.events,
    counts,
  };
}
