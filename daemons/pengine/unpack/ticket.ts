/**
 * Tickets: their state, and the resources that need them.
 *
 * @module
 */
import { type LossPolicy, type Resource, Role, type Ticket } from "../model.ts";
import { isTrue } from "./boolean.ts";
import { isTag, membersOf, requireResource, setsOf, sideAsSet } from "./reference.ts";
import { parseRole } from "./role.ts";
import { parseInteger } from "./score.ts";
import { report, type Unpacking } from "./unpacking.ts";
import { children, type XmlElement } from "./xml.ts";

/** Reads `tickets` of the status. */
export function unpackTicketStates(unpacking: Unpacking, section: XmlElement | undefined): void {
  for (const element of children(section, "ticket_state")) {
    const { id, granted, standby, "last-granted": lastGranted } = element.attributes;
    if (id === undefined || id === "") {
      report(unpacking, "error", element, "Ignoring the state of a ticket without id.");
      continue;
    }
    const ticket = ticketOf(unpacking, id);
    for (const name in element.attributes) {
      if (name !== "id") ticket.state.set(name, element.attributes[name]!);
    }
    ticket.granted = isTrue(granted);
    ticket.standby = isTrue(standby);
    const grantedS = parseInteger(lastGranted);
    if (grantedS !== undefined) ticket.lastGrantedS = grantedS;
  }
}

/** Reads one `rsc_ticket`. */
export function unpackTicketConstraint(unpacking: Unpacking, constraint: XmlElement): void {
  const { id = "", ticket: name, rsc, "rsc-role": role } = constraint.attributes;
  if (name === undefined) {
    report(
      unpacking,
      "error",
      constraint,
      `Ignoring constraint "${id}": it does not say which ticket.`,
    );
    return;
  }
  const ticket = ticketOf(unpacking, name);
  const sets = isTag(unpacking, rsc)
    ? [sideAsSet(unpacking, rsc!, { role })]
    : setsOf(unpacking, constraint);
  if (sets.length === 0) {
    const resource = requireResource(unpacking, constraint, rsc);
    if (resource !== undefined) depend(unpacking, constraint, ticket, resource, { id, role });
    return;
  }
  for (const set of sets) {
    const members = membersOf(unpacking, constraint, set);
    if (members === undefined) return;
    for (const resource of members) {
      const { id = "", role } = set.attributes;
      depend(unpacking, constraint, ticket, resource, { id, role });
    }
  }
}

function ticketOf({ set }: Unpacking, id: string): Ticket {
  let ticket = set.tickets.get(id);
  if (ticket === undefined) {
    ticket = { id, granted: false, standby: false, state: new Map() };
    set.tickets.set(id, ticket);
  }
  return ticket;
}

function depend(
  unpacking: Unpacking,
  constraint: XmlElement,
  ticket: Ticket,
  resource: Resource,
  { id, role: text }: { readonly id: string; readonly role: string | undefined },
): void {
  const written = parseRole(text);
  const role = written === Role.started ? Role.unknown : written;
  const lossPolicy = lossPolicyOf(unpacking, constraint, role);
  const dependency = { id, ticket, resource, role, lossPolicy };
  unpacking.set.ticketConstraints.push(dependency);
  resource.tickets.push(dependency);
}

function lossPolicyOf(unpacking: Unpacking, constraint: XmlElement, role: Role): LossPolicy {
  const policy = constraint.attributes["loss-policy"]?.toLowerCase();
  switch (policy) {
    case "stop":
    case "demote":
    case "freeze":
      return policy;
    case "fence":
      if (unpacking.set.options.stonithEnabled) return "fence";
      report(
        unpacking,
        "error",
        constraint,
        `Using stop for loss-policy "fence" of "${constraint.attributes.id ?? ""}", for fencing ` +
          `is off.`,
      );
      return "stop";
    default:
      return role === Role.promoted ? "demote" : "stop";
  }
}
