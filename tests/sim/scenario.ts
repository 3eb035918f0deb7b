/**
 * One run: a cluster, a nemesis, and checkers; the seed determines everything.
 *
 * @module
 */
import { AttributeChecker } from "./checkers/attributes.ts";
import { CibChecker } from "./checkers/cib.ts";
import { CountedFailureChecker } from "./checkers/counted_failures.ts";
import { DamageChecker } from "./checkers/damage.ts";
import { DelegationChecker } from "./checkers/delegation.ts";
import { ElectorateChecker } from "./checkers/electorate.ts";
import { FailureChecker } from "./checkers/failures.ts";
import { FencingChecker } from "./checkers/fencing.ts";
import { MembershipChecker } from "./checkers/membership.ts";
import { GaugeChecker } from "./checkers/gauges.ts";
import { MessageChecker } from "./checkers/messages.ts";
import { OrderingChecker } from "./checkers/ordering.ts";
import { PresenceChecker } from "./checkers/presence.ts";
import { RecurringChecker } from "./checkers/recurring.ts";
import { ResourceChecker } from "./checkers/resources.ts";
import { RoleChecker } from "./checkers/roles.ts";
import { StabilityChecker } from "./checkers/stability.ts";
import { ServiceTimeChecker } from "./checkers/service_time.ts";
import { StopDelayChecker } from "./checkers/stop_delay.ts";
import { SupervisionChecker } from "./checkers/supervision.ts";
import { TrafficChecker } from "./checkers/traffic.ts";
import {
  type ClusterOptions,
  clusterPlans,
  defaultCib,
  defaultResources,
  failureTimeoutS,
  forgerTools,
  listen,
  ordered,
  probeSocket,
  promotable,
  quorumRules,
} from "./cluster.ts";
import { HarmlessChecker } from "./checkers/harmless.ts";
import { FencingWorldChecker } from "./checkers/fencing_world.ts";
import { devicesOf, type FencingPlan, fencings, reachOf, suppliesOf } from "./fencing_plans.ts";
import type { HostBugs } from "./process.ts";
import type { Fault } from "./faults/mod.ts";
import type { Lie } from "./faults/lies.ts";
import type { InsiderFault } from "./faults/messages.ts";
import { Forger } from "./forger.ts";
import { Nemesis } from "./nemesis.ts";
import type { Weather } from "./network.ts";
import type { Checker, Observation } from "./observation.ts";
import { type Violation, World } from "./world.ts";

/** What a run is. */
export interface ScenarioOptions {
  readonly seed: number;
  readonly minutes: number;
  readonly nodes: number;
  /** Nodes beside them that are away at first: an operator brings some and takes others away. */
  readonly later?: number;
  readonly daemons: ClusterOptions["daemons"];
  readonly transport: ClusterOptions["transport"];
  readonly keepaliveMs?: number;
  readonly deadtimeMs?: number;
  /** Ends the same history so early, and judges no end. Milliseconds. */
  readonly stopAtMs?: number;
  /** Milliseconds between two faults, about; 20,000 if left out. */
  readonly faultEveryMs?: number;
  /** The weather until the nemesis makes another; a quiet network if left out. */
  readonly weather?: Weather;
  /** A planted bug. */
  readonly bug?: Bug;
  /** Faults that the nemesis may use; all if left out. */
  readonly faults?: readonly Fault[];
  /** How nodes are fenced; one of the usual ways in turn if left out. */
  readonly fencing?: FencingPlan;
  /** Nothing that happens is a reason to fence anybody: each fencing is counted, and is a violation. */
  readonly harmless?: boolean;
  /** Whether one of the members lies; in every fourth world if left out. */
  readonly lies?: boolean;
  /** The rule for quorum, if not the usual one; then the time with service is counted. */
  readonly quorum?: keyof typeof quorumRules;
  readonly onObservation?: (observation: Observation, nowUs: number) => void;
}

/** A bug to be found. */
export interface Bug {
  readonly host?: HostBugs;
  readonly replace?: ClusterOptions["replace"];
  readonly quorum?: ClusterOptions["quorum"];
  readonly codecs?: ClusterOptions["codecs"];
  readonly signing?: ClusterOptions["signing"];
  /** Where it shows only with times that no timer of the platform holds. */
  readonly long?: boolean;
  /** The weather in which it shows. */
  readonly weather?: Weather;
  /** Where it shows only after so many heartbeats. */
  readonly keepaliveMs?: number;
  /** Where it shows only when nodes come and go: how many may come. */
  readonly later?: number;
  /** The seed that shows it soonest, tried before the others; the first if left out. */
  readonly seed?: number;
  /** Nodes of a cluster in which it shows. */
  readonly nodes?: number;
  /** How nodes are fenced where it shows. */
  readonly fencing?: FencingPlan;
  /** Milliseconds between two faults, about, where it shows only in between. */
  readonly faultEveryMs?: number;
  /** Where it shows soon or not at all: seconds after which the next seed is tried. */
  readonly soonS?: number;
  /** Where it shows soonest: used unless something else is asked for. */
  readonly daemons: ScenarioOptions["daemons"];
  readonly transport: ScenarioOptions["transport"];
  readonly faults: readonly Fault[];
  /** Messages that nobody should believe, by which it shows. */
  readonly insider?: readonly InsiderFault[];
  /** Lies of a member, by which it shows. */
  readonly lies?: readonly Lie[];
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

/** Actions of agents that may have problems. */
const agentActions = ["start", "stop", "monitor"];

/** Runs it. */
export function runScenario(options: ScenarioOptions): ScenarioResult {
  const { seed, minutes, daemons, transport, bug } = options;
  const { keepaliveMs = bug?.keepaliveMs ?? 1_000, deadtimeMs = keepaliveMs * 5 } = options;
  const { later = bug?.later ?? 0 } = options;
  const all = Array.from({ length: options.nodes + later }, (_, at) => `n${at + 1}`);
  const nodes = all.slice(0, options.nodes);
  // Every fourth world has somebody who forges packets, and a key against it.
  const signing = bug?.signing ?? (seed % 4 === 3 ? "sha1" : "crc");
  // Every eighth world has times of several weeks.
  const long = bug?.long ?? seed % 8 === 5;
  // In every fourth world one of at least three members lies.
  const lies = options.lies ?? (bug?.lies !== undefined || seed % 4 === 2);
  const lying = lies && options.harmless !== true && daemons === "all" && nodes.length > 2 &&
    later === 0;
  const fencing = options.fencing ?? bug?.fencing ?? fencings[seed % fencings.length]!;
  const checkers: Checker[] = [];
  const world = new World({
    seed,
    nodes: all,
    cluster: nodes,
    plugins: { clients: probeSocket },
    plans: (world) =>
      clusterPlans({
        nodes,
        changing: later > 0,
        keepaliveMs,
        deadtimeMs,
        daemons,
        transport,
        signing,
        worldUs: () => world.kernel.nowUs,
        ...(bug?.codecs ? { codecs: bug.codecs } : {}),
        cib: defaultCib(nodes, fencing, all.slice(nodes.length), long),
        ...(bug?.replace ? { replace: bug.replace } : {}),
        ...(options.quorum ? { quorum: quorumRules[options.quorum] } : {}),
        ...(bug?.quorum ? { quorum: bug.quorum } : {}),
      }),
    ...(bug?.host ? { bugs: bug.host } : {}),
    ...(bug?.replace ? { parent: bug.replace } : {}),
    ...(options.onObservation ? { onObservation: options.onObservation } : {}),
    checkers: (world, fail) => {
      checkers.push(
        new MembershipChecker(world, fail, {
          maxMs: deadtimeMs * 3 + 5_000,
          half: options.quorum === "tiebreaker",
        }),
        new StabilityChecker(world, fail, {
          settledMs,
          resources: daemons === "all" ? defaultResources : [],
        }),
        new MessageChecker(world, fail),
        new SupervisionChecker(fail),
      );
      if (later > 0) checkers.push(new ElectorateChecker(world, fail, settledMs));
      if (transport === "heartbeat") {
        checkers.push(
          new TrafficChecker(world, fail, listen, {
            keepaliveMs,
            retransmitsMax: 70,
            packetsPerMessageMax: 40,
          }),
          new GaugeChecker(world, fail, 30_000),
          new PresenceChecker(world, fail, deadtimeMs * 3 + 5_000),
        );
      }
      if (daemons === "all") {
        checkers.push(
          new ResourceChecker(world, fail),
          new DamageChecker(world, fail),
          new OrderingChecker(world, fail, ordered),
          new FailureChecker(fail),
          new RecurringChecker(world, fail),
          new StopDelayChecker(fail),
          new RoleChecker(world, fail, promotable),
          new DelegationChecker(world, fail),
          new FencingChecker(world, fail, devicesOf[fencing]),
          new CountedFailureChecker(world, fail, failureTimeoutS),
          new FencingWorldChecker(world, fail, fencing),
        );
        const [resource] = defaultResources;
        if (options.quorum !== undefined && resource !== undefined) {
          checkers.push(new ServiceTimeChecker(world, resource));
        }
        if (options.harmless === true) checkers.push(new HarmlessChecker(fail));
        // Both of two nodes may write while neither can fence: plugins/quorum/two_node says so.
        const rule = options.quorum ?? (nodes.length === 2 ? "two_node" : "majority");
        if (rule !== "two_node") {
          checkers.push(
            new CibChecker(world, fail),
            new AttributeChecker(world, fail, settledMs),
          );
        }
      }
      return checkers;
    },
  });
  world.fencing.supplies = suppliesOf(fencing);
  world.fencing.reaches = (by) => reachOf(fencing, by);
  const nemesis = new Nemesis(world, {
    everyMs: options.faultEveryMs ?? 20_000,
    // In a still time the network may be broken, and a message may be followed by a crash: reasons.
    stillEveryMs: options.harmless === true ? 1e9 : 240_000,
    stillMs,
    trigger: options.harmless === true ? 0 : 0.01,
    ...(later > 0 ? { operator: { everyMs: 15_000 } } : {}),
    ...(options.faults ? { faults: options.faults } : {}),
    insider: {
      closed: bug?.host?.openDoor !== true,
      everyMs: bug?.insider === undefined ? 2_000 : 200,
      ...(bug?.insider ? { kinds: bug.insider } : {}),
    },
    ...(lying ? { liar: bug?.lies ? { everyMs: 100, kinds: bug.lies } : { everyMs: 1_000 } } : {}),
    ...(signing === "sha1" && transport === "heartbeat" ? { forger: new Forger(forgerTools) } : {}),
    ...(daemons === "all"
      ? { agents: { resources: defaultResources, actions: agentActions } }
      : {}),
  });
  if (options.weather) world.network.weather = options.weather;
  world.powerOnAll();
  const allMs = minutes * 60_000;
  nemesis.begin(Math.max(0, allMs - stillMs));
  world.runMs(options.stopAtMs ?? allMs);
  if (world.violations.length === 0 && options.stopAtMs === undefined) nemesis.end();
  const counts: Record<string, number> = { ...world.network.counts };
  for (const [fault, count] of nemesis.counts) counts[fault] = count;
  Object.assign(counts, nemesis.operated, nemesis.forged);
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
