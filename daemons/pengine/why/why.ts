/**
 * Why is this resource here, and why not there: answered in sentences, in the terms of the
 * configuration.
 *
 * What counts is read off the working set after placement: the final score of each node decides,
 * and constraints, stickiness, failures and the state of nodes are named by their ids, so that a
 * person can go and change the right line.
 *
 * @module
 */
import { INFINITY, type Node, type Resource, Role, type WorkingSet } from "../model.ts";
import { activeNodes, primitivesOf, topmost } from "../place/resource.ts";
import { nodeTrouble } from "./node_trouble.ts";
import { scoreText } from "../place/trace.ts";

/** What the working set cannot tell by itself. */
export interface WhyQueries {
  /** Failures of a resource on a node that count. */
  failures(node: Node, resource: Resource): number;
}

/** One resource, explained. */
export interface Explanation {
  readonly resource: string;
  readonly sentences: readonly string[];
}

/**
 * Explains a resource, or each of those that it is made of.
 *
 * @param set a working set that has been scheduled.
 */
export function why(
  set: WorkingSet,
  resource: Resource,
  queries: WhyQueries,
): readonly Explanation[] {
  return [...primitivesOf(resource)].map((primitive) => ({
    resource: primitive.id,
    sentences: [
      ...whatHappens(set, primitive),
      ...whyHere(primitive),
      ...set.nodes.filter((node) => node !== primitive.allocatedTo)
        .flatMap((node) => whyNotThere(set, primitive, node, queries)),
    ],
  }));
}

function whatHappens(set: WorkingSet, resource: Resource): readonly string[] {
  const { id, allocatedTo: home } = resource;
  const from = activeNodes(resource).node;
  const role = resource.nextRole === Role.promoted ? " as promoted" : "";
  const said: string[] = [];
  if (!resource.managed) {
    said.push(
      `"${id}" is ${from === undefined ? "stopped" : `on ${from.name}`}, and the cluster leaves ` +
        `it alone: ${reasonUnmanaged(set, resource)}.`,
    );
  } else if (home === undefined) {
    const now = from === undefined ? "stays stopped" : `is on ${from.name} and will be stopped`;
    said.push(`"${id}" ${now}: ${reasonStopped(set, resource)}.`);
  } else if (from === undefined) said.push(`"${id}" will be started on ${home.name}${role}.`);
  else if (from === home) said.push(`"${id}" is on ${home.name} and stays there${role}.`);
  else said.push(`"${id}" is on ${from.name} and will move to ${home.name}${role}.`);

  const start = resource.actions.find(({ task, node }) => task === "start" && node === home);
  if (home !== undefined && start !== undefined && !start.optional && !start.runnable) {
    const reason = start.reason === undefined ? "" : `: ${start.reason}`;
    said.push(`It cannot be started there yet${reason}.`);
  }
  return said;
}

function reasonUnmanaged(set: WorkingSet, resource: Resource): string {
  if (set.options.maintenanceMode) return "the cluster option maintenance-mode is true";
  if (resource.blocked) return "an operation failed that has on-fail=block";
  if (set.options.stonithEnabled && !set.haveStonithResource) {
    return "stonith-enabled is true, but no fence device is configured";
  }
  const meta = (name: string) => resource.meta.get(name);
  if (meta("is-managed") !== undefined) return `its is-managed is ${meta("is-managed")}`;
  return "it is not managed";
}

function reasonStopped(set: WorkingSet, resource: Resource): string {
  const wanted = resource.meta.get("target-role");
  if (set.options.stopAllResources) return "the cluster option stop-all-resources is true";
  if (wanted?.toLowerCase() === "stopped") return "its target-role is Stopped";
  if (resource.orphan) return "it is no longer in the configuration";
  const withheld = resource.tickets.find(({ ticket }) => !ticket.granted || ticket.standby);
  if (withheld !== undefined) {
    const state = withheld.ticket.granted ? "in standby" : "not granted here";
    return `constraint "${withheld.id}" needs ticket "${withheld.ticket.id}", which is ${state}`;
  }
  if (!set.quorate && set.options.noQuorumPolicy !== "ignore" && resource.needsQuorum) {
    return `there is no quorum, and no-quorum-policy is ${set.options.noQuorumPolicy}`;
  }
  return "no node can run it";
}

/** What speaks for the node it will be on. */
function whyHere(resource: Resource): readonly string[] {
  const home = resource.allocatedTo;
  if (home === undefined || !resource.managed) return [];
  const reasons = reasonsAt(resource, home).filter(({ score }) => score > 0).map(textOf);
  if (reasons.length === 0) return [];
  return [`For ${home.name} speak${reasons.length === 1 ? "s" : ""} ${listed(reasons)}.`];
}

function whyNotThere(
  set: WorkingSet,
  resource: Resource,
  node: Node,
  queries: WhyQueries,
): readonly string[] {
  if (!resource.managed || node.kind === "ping") return [];
  const trouble = nodeTrouble(node);
  if (trouble !== undefined) return [`Not on ${node.name}: the node ${trouble}.`];
  const candidate = resource.allowed.get(node);
  if (candidate === undefined) {
    return set.options.symmetric ? [] : [
      `Not on ${node.name}: no location constraint allows it, and symmetric-cluster is false.`,
    ];
  }
  const failures = queries.failures(node, resource);
  const threshold = resource.migrationThreshold;
  if (failures > 0 && threshold > 0 && failures >= threshold) {
    return [
      `Not on ${node.name}: it failed there ${
        failures >= INFINITY ? "for good" : times(failures)
      }, ` +
      `and its migration-threshold is ${scoreText(threshold)}.`,
    ];
  }
  const reasons = reasonsAt(resource, node);
  if (candidate.score <= -INFINITY) {
    const bans = reasons.filter(({ score }) => score <= -INFINITY).map(({ text }) => text);
    return bans.length > 0
      ? [`Not on ${node.name}: ${listed(bans)}${forbids(bans)} it.`]
      : resource.allocatedTo === undefined
      ? []
      : [`Not on ${node.name}: what it must be with, or apart from, forbids it.`];
  }
  const home = resource.allocatedTo;
  const best = home === undefined ? undefined : resource.allowed.get(home)?.score;
  if (home === undefined || best === undefined) return [];
  if (candidate.score < 0) {
    return [`Not on ${node.name}: its score there is ${scoreText(candidate.score)}.`];
  }
  return candidate.score === best
    ? [`${node.name} would do as well; between equals the less loaded node is taken.`]
    : [
      `Not on ${node.name}: its score there is ${scoreText(candidate.score)}, ` +
      `on ${home.name} it is ${scoreText(best)}.`,
    ];
}

/** Something that adds to the score of a node. */
interface Reason {
  readonly text: string;
  readonly score: number;
}

const textOf = ({ text, score }: Reason): string => `${text} (${scoreText(score)})`;

/** What the configuration says about a resource on a node: its own, and that of its parents. */
function reasonsAt(resource: Resource, node: Node): readonly Reason[] {
  const reasons: Reason[] = [];
  for (let one: Resource | undefined = resource; one !== undefined; one = one.parent) {
    for (const { id, role, scores } of one.locations) {
      const score = scores.get(node);
      if (score === undefined || score === 0 || role > Role.started) continue;
      reasons.push({ text: `location constraint "${id}"`, score });
    }
    for (const { id, primary, score } of one.withThis) {
      const there = [...primitivesOf(primary)].some(({ allocatedTo }) => allocatedTo === node);
      if (score > 0 && there) {
        reasons.push({ text: `colocation "${id}" with "${primary.id}", which is there`, score });
      } else if (score >= INFINITY) {
        reasons.push({
          text: `colocation "${id}" with "${primary.id}", which is not there`,
          score: -INFINITY,
        });
      } else if (score < 0 && there) {
        reasons.push({ text: `colocation "${id}" with "${primary.id}", which is there`, score });
      }
    }
    for (const { id, dependent, score } of one.thisWith) {
      const there = [...primitivesOf(dependent)].some(({ runningOn }) => runningOn.includes(node));
      if (there) reasons.push({ text: `colocation "${id}" of "${dependent.id}" with it`, score });
    }
  }
  if (resource.stickiness > 0 && resource.runningOn.includes(node)) {
    reasons.push({ text: "its stickiness, since it is there", score: resource.stickiness });
  }
  const top = topmost(resource);
  if (top.exclusiveDiscovery && resource.allowed.get(node)?.discovery !== "exclusive") {
    reasons.push({ text: "exclusive resource-discovery elsewhere", score: -INFINITY });
  }
  return reasons;
}

/** A clause at the end of what is listed is closed by a comma. */
const forbids = (bans: readonly string[]): string =>
  `${bans.at(-1)?.includes(", which") ? "," : ""} forbid${bans.length === 1 ? "s" : ""}`;

const times = (count: number): string => count === 1 ? "once" : `${count} times`;

const listed = (items: readonly string[]): string =>
  items.length < 2
    ? items.join("")
    : `${items.slice(0, -1).join(", ")} and ${items[items.length - 1]}`;
