/**
 * Why is this resource here, and why not there: answered as data, in the terms of the configuration.
 *
 * What counts is read off the working set after placement: the final score of each node decides.
 * Every reason that holds is named, not the first, with the `id` of its element: who removes one
 * reason wants to know what else would still stand in the way.
 *
 * @module
 */
import { type Node, type Resource, Role, type WorkingSet } from "../model.ts";
import { activeNodes, primitivesOf } from "../place/resource.ts";
import { type Blocked, blockedBy } from "./blocked.ts";
import { type FailedOperation, failedOperation, failuresOf } from "./failure.ts";
import { placeReasons } from "./place_reasons.ts";
import type { Reason } from "./reason.ts";

/** A node as a place for a resource. */
export interface Place {
  readonly node: string;
  /** It runs there, or will. */
  readonly chosen: boolean;
  /** The score after everything was added; absent if the node was never considered. */
  readonly score?: number;
  readonly reasons: readonly Reason[];
}

/** One resource, explained. */
export interface Explanation {
  readonly resource: string;
  /** Where it runs now. */
  readonly from?: string;
  /** Where it will run. */
  readonly to?: string;
  readonly promoted: boolean;
  readonly managed: boolean;
  /** Why it is not managed, or stopped although nodes are there: a phrase. */
  readonly because?: string;
  /** Why it cannot be started yet. */
  readonly waits?: string;
  readonly blocked?: Blocked;
  /** What failed and was not cleaned up. */
  readonly failed: readonly FailedOperation[];
  readonly places: readonly Place[];
}

/**
 * Explains a resource, or each of those that it is made of.
 *
 * @param set a working set that has been scheduled.
 */
export function why(set: WorkingSet, resource: Resource): readonly Explanation[] {
  return [...primitivesOf(resource)].map((primitive) => explained(set, primitive));
}

function explained(set: WorkingSet, resource: Resource): Explanation {
  const { id, allocatedTo: to, managed } = resource;
  const from = activeNodes(resource).node;
  const blocked = blockedBy(set, resource);
  const start = resource.actions.find(({ task, node }) => task === "start" && node === to);
  const waits = to !== undefined && start !== undefined && !start.optional && !start.runnable;
  const because = !managed
    ? reasonUnmanaged(set, resource)
    : to === undefined
    ? reasonStopped(set, resource)
    : undefined;
  return {
    resource: id,
    ...(from === undefined ? {} : { from: from.name }),
    ...(to === undefined || !managed ? {} : { to: to.name }),
    promoted: resource.nextRole === Role.promoted,
    managed,
    ...(because === undefined ? {} : { because }),
    ...(waits ? { waits: start.reason ?? "" } : {}),
    ...(blocked === undefined ? {} : { blocked }),
    failed: failuresOf(set, resource).map(failedOperation),
    places: managed ? set.nodes.flatMap((node) => placeOf(set, resource, node)) : [],
  };
}

function placeOf(set: WorkingSet, resource: Resource, node: Node): readonly Place[] {
  if (node.kind === "ping") return [];
  const score = resource.allowed.get(node)?.score;
  return [{
    node: node.name,
    chosen: resource.allocatedTo === node,
    ...(score === undefined ? {} : { score }),
    reasons: placeReasons(set, resource, node),
  }];
}

function reasonUnmanaged(set: WorkingSet, resource: Resource): string {
  const { options } = set;
  if (options.maintenanceMode) return "the cluster option maintenance-mode is true";
  if (resource.blocked) return "it is blocked";
  if (resource.maintenance) return "its maintenance is true";
  const kept = resource.runningOn.find(({ maintenance }) => maintenance);
  if (kept !== undefined) return `node ${kept.name} is in maintenance`;
  const isManaged = resource.meta.get("is-managed");
  if (isManaged !== undefined) return `its is-managed is ${isManaged}`;
  if (options.stonithEnabled && !set.haveStonithResource) {
    return "stonith-enabled is true, but no fence device is configured";
  }
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
