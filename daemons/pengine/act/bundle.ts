/**
 * Actions of a bundle: those of its replicas and of what they hold, and the marks of the whole.
 *
 * @module
 */
import { INFINITY, type Resource, type WorkingSet } from "../model.ts";
import { pseudoAction } from "./resource_action.ts";
import { createInstanceMarks } from "./clone.ts";

/** Creates all actions of a bundle. */
export function createBundleActions(
  set: WorkingSet,
  bundle: Resource,
  createMember: (member: Resource) => void,
): void {
  const data = bundle.bundle;
  if (data === undefined) return;
  for (const { ip, container, remote } of data.replicas) {
    if (ip !== undefined) createMember(ip);
    createMember(container);
    if (remote !== undefined) createMember(remote);
  }
  createInstanceMarks(set, bundle, data.replicas.map((replica) => replica.container));
  if (data.child === undefined) return;
  createMember(data.child);
  if (!data.child.promotable) return;
  pseudoAction(set, bundle, "promote", { optional: true, runnable: true });
  pseudoAction(set, bundle, "promoted", { optional: true, runnable: true }).priority = INFINITY;
  pseudoAction(set, bundle, "demote", { optional: true, runnable: true });
  pseudoAction(set, bundle, "demoted", { optional: true, runnable: true }).priority = INFINITY;
}
