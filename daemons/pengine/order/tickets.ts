/**
 * Tickets: resources that may run only where their site holds one.
 *
 * @module
 */
import { INFINITY, type Resource, Role, type TicketConstraint } from "../model.ts";
import type { WorkingSet } from "../model.ts";
import { addLocation } from "../place/criteria.ts";
import { fenceNode } from "../act/fence_node.ts";

/** Applies all ticket constraints, members included. */
export function applyTickets(set: WorkingSet): void {
  for (const constraint of set.ticketConstraints) {
    const { ticket, resource } = constraint;
    if (!ticket.granted || ticket.standby) apply(set, resource, constraint);
  }
}

function apply(set: WorkingSet, resource: Resource, constraint: TicketConstraint): void {
  if (resource.children.length > 0) {
    for (const child of resource.children) apply(set, child, constraint);
    return;
  }
  const { ticket, role, lossPolicy } = constraint;
  if (!ticket.granted && resource.runningOn.length > 0) {
    lose(set, resource, constraint);
  } else if (role !== Role.promoted || lossPolicy === "stop") {
    // Nothing new begins without a ticket, or while it rests; promotion is looked at elsewhere.
    addLocation(set, resource, undefined, -INFINITY);
  }
}

/** What is active when its ticket is lost. */
function lose(set: WorkingSet, resource: Resource, constraint: TicketConstraint): void {
  const { role, lossPolicy } = constraint;
  const ban = () => addLocation(set, resource, undefined, -INFINITY);
  const concerned = role === Role.unknown || role === resource.role;
  switch (lossPolicy) {
    case "stop":
      return ban();
    case "demote":
      if (role !== Role.promoted) ban();
      return;
    case "fence":
      if (!concerned) return;
      ban();
      for (const node of resource.runningOn) fenceNode(set, node, "deadman ticket was lost");
      return;
    case "freeze":
      if (!concerned || resource.runningOn.length === 0) return;
      resource.managed = false;
      resource.blocked = true;
  }
}
