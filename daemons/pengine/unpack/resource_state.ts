/**
 * What the whole history of a resource on a node comes to.
 *
 * @module
 */
import { INFINITY, type Node, type Resource, Role } from "../model.ts";
import { addScore } from "./allowed.ts";
import { fenceNode } from "./fence_node.ts";
import { demandStop, type Progress, setNextRole } from "./progress.ts";
import { addRunning } from "./running.ts";

/** Settles the state after the last entry. */
export function settleState(progress: Progress): void {
  const { set, resource, node, onFail } = progress;
  if (resource.role !== Role.unknown) {
    for (let one: Resource | undefined = resource; one !== undefined; one = one.parent) {
      one.knownOn.add(node);
      if (one.globallyUnique) break;
    }
  }
  fenceIfLost(progress);
  // On a node that will be fenced nothing else is to be done.
  const effective = node.unclean ? "ignore" : onFail;
  progress.onFail = effective;
  actOnFailure(progress);
  if (resource.failed && resource.remoteConnection) {
    // A failed connection has its node fenced, whether it is tried again or not.
    const remote = set.nodeByName.get(resource.id);
    if (remote?.unclean) remote.unseen = false;
  }
  if (progress.stopping && isActive(resource) && !node.unclean) {
    // It is stopped once more, after that, so that nothing starts on what ends.
    resource.stop = true;
    demandStop(progress.unpacking, resource, node);
  }
  if (isActive(resource)) {
    addRunning(set, resource, node, onFail !== "ignore");
    if (effective !== "ignore") resource.failed = true;
    if (effective !== "ignore" && effective !== "demote" && effective !== "block") {
      resource.stop = true;
    }
  } else if (resource.historyId.includes(":") && !resource.globallyUnique) {
    // Only the histories of old releases number anonymous instances.
    resource.historyId = resource.id;
  } else revokeStops(progress);
  if (
    resource.role === Role.stopped && resource.partialMigrationSource === node &&
    resource.partialMigrationTarget !== undefined && resource.runningOn.length > 0
  ) resource.role = Role.started;
}

const isActive = ({ role }: Resource): boolean => role !== Role.stopped && role !== Role.unknown;

/** What is managed and thought to run on a node that is gone. */
function fenceIfLost({ set, resource, node }: Progress): void {
  if (resource.role <= Role.stopped || node.online || node.maintenance || !resource.managed) return;
  let text = `${resource.id} is thought to be active there`;
  if (node.kind === "guest") {
    resource.failed = true;
    resource.stop = true;
  } else if (!set.options.stonithEnabled) return;
  else if (node.kind === "remote" && node.connection !== undefined && !node.connection.failed) {
    // Only if the connection cannot be established from another node.
    node.unseen = true;
    text = `${resource.id} is active there (fencing will be revoked if remote connection can be ` +
      `re-established elsewhere)`;
  }
  fenceNode(set, node, text);
}

function actOnFailure({ unpacking, set, resource, node, onFail }: Progress): void {
  const stopHere = (what: Resource, where: Node): void => demandStop(unpacking, what, where);
  const fail = (): void => {
    resource.failed = true;
    resource.stop = true;
  };
  switch (onFail) {
    case "ignore":
      return;
    case "demote":
      resource.failed = true;
      set.demanded.push({ task: "demote", resource, node });
      return;
    case "fence":
      return fenceNode(set, node, `${resource.id} failed there`);
    case "standby":
      node.standby = true;
      node.standbyOnFail = true;
      return;
    case "block":
      resource.managed = false;
      resource.blocked = true;
      return;
    case "ban":
      return addScore(resource, node, -INFINITY);
    case "stop":
      return setNextRole(resource, Role.stopped, "on-fail=stop");
    case "recover":
      if (!isActive(resource)) return;
      fail();
      return stopHere(resource, node);
    case "restart-container":
      fail();
      if (resource.container !== undefined && resource.parent?.variant === "bundle") {
        // Where the container runs may not be known yet.
        unpacking.stopContainers.push(resource.container);
      } else if (resource.container !== undefined) stopHere(resource.container, node);
      else if (isActive(resource)) stopHere(resource, node);
      return;
    case "reset-remote": {
      fail();
      const remote = set.nodeByName.get(resource.id);
      if (
        set.options.stonithEnabled && resource.remoteConnection && remote?.kind === "remote" &&
        !remote.remoteWasFenced
      ) fenceNode(set, remote, "remote connection is unrecoverable");
      if (resource.role > Role.stopped) stopHere(resource, node);
      if (resource.remoteReconnectMs > 0) setNextRole(resource, Role.stopped, "remote reset");
    }
  }
}

/** It is stopped there: what demanded a stop there has been done. */
function revokeStops({ unpacking, set, resource, node }: Progress): void {
  if (!unpacking.demandedFor.has(resource)) return;
  for (let index = set.demanded.length - 1; index >= 0; index--) {
    const demand = set.demanded[index]!;
    if (demand.task === "stop" && demand.resource === resource && demand.node === node) {
      set.demanded[index] = { ...demand, done: true };
    }
  }
}
