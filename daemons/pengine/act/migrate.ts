/**
 * Live migration: `migrate_to` on the source, `migrate_from` on the target, a stop on the source,
 * and a start that is only a mark.
 *
 * @module
 */
import type { Action, Node, Resource, WorkingSet } from "../model.ts";
import { Order } from "../order/flags.ts";
import { order, task } from "../order/ordering.ts";
import { taskAction } from "./resource_action.ts";

/** Whether a resource that has to move can do so alive. */
export function canMigrate(resource: Resource, current: Node): boolean {
  const home = resource.allocatedTo;
  return resource.allowMigrate && resource.managed && !resource.failed && !resource.startPending &&
    !current.unclean && home !== undefined && !home.unclean;
}

/** Adds the actions of a migration to those of a move. */
export function createMigration(set: WorkingSet, resource: Resource, current: Node): void {
  const home = resource.allocatedTo;
  if (home === undefined) return;
  const begun = resource.partialMigrationTarget !== undefined;
  const start = taskAction(set, resource, "start", home, true);
  const stop = taskAction(set, resource, "stop", current, true);
  const to = begun ? undefined : taskAction(set, resource, "migrate_to", current, true);
  const from = taskAction(set, resource, "migrate_from", home, true);
  start.migrateRunnable = true;
  stop.migrateRunnable = true;
  start.pseudo = true;
  from.migrateRunnable = true;
  const both = Order.optional | Order.impliesFirstMigratable;
  if (to === undefined) {
    from.needs = start.needs;
    order(set, task(resource, "monitor"), task(resource, "migrate_from"), Order.optional);
  } else {
    to.migrateRunnable = true;
    to.needs = start.needs;
    order(set, task(resource, "monitor"), task(resource, "migrate_to"), Order.optional);
    order(set, task(resource, "migrate_to"), task(resource, "migrate_from"), both);
  }
  order(set, task(resource, "migrate_from"), task(resource, "stop"), both);
  order(set, task(resource, "migrate_from"), task(resource, "start"), both | Order.pseudoLeft);
  if (to !== undefined) {
    describe(to, current, home);
    // Connections to remote nodes migrate by themselves: nothing is pending in the status.
    if (!resource.remoteConnection) to.meta.set("record-pending", "true");
  }
  describe(from, current, home);
}

function describe(action: Action, source: Node, target: Node): void {
  action.meta.set("migrate_source", source.name);
  action.meta.set("migrate_target", target.name);
}
