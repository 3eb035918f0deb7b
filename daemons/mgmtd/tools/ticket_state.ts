/**
 * The state of tickets in a CIB, read and changed for `crm_ticket`.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";
import { Draft } from "../api/document/draft.ts";
import { childOf, childrenOf, element, withAttributes } from "../api/document/element.ts";

/** What is known of a ticket: the attributes of its state; none if only a constraint names it. */
export type TicketAttributes = Readonly<Record<string, string>>;

const statesOf = (draft: Draft): readonly XmlElement[] =>
  childrenOf(childOf(draft.status, "tickets"), "ticket_state");

/** Constraints that depend on tickets; of one ticket if it is named. */
export const constraintsOf = (cib: XmlElement, ticket: string | undefined) =>
  childrenOf(new Draft(cib).section("constraints"), "rsc_ticket")
    .filter(({ attributes }) => ticket === undefined || attributes.ticket === ticket);

/** Elements with the state of tickets; of one ticket if it is named. */
export const stateElements = (cib: XmlElement, ticket: string | undefined) =>
  statesOf(new Draft(cib))
    .filter(({ attributes }) => ticket === undefined || attributes.id === ticket);

/** Tickets by name, each once: those that have a state, and those that a constraint names. */
export function ticketsIn(cib: XmlElement): ReadonlyMap<string, TicketAttributes> {
  const found = new Map<string, TicketAttributes>();
  for (const { attributes: { ticket } } of constraintsOf(cib, undefined)) {
    if (ticket !== undefined) found.set(ticket, {});
  }
  for (const { attributes: { id, ...attributes } } of stateElements(cib, undefined)) {
    if (id !== undefined) found.set(id, attributes);
  }
  return new Map([...found].sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0));
}

/** Sets and removes attributes of a ticket's state, which is made if there is none. */
export function withTicket(
  cib: XmlElement,
  ticket: string,
  set: TicketAttributes,
  unset: readonly string[],
): XmlElement {
  const draft = new Draft(cib);
  const { status } = draft;
  if (status === undefined) throw new Error("the CIB has no status");
  const state = statesOf(draft).find(({ attributes: { id } }) => id === ticket);
  if (state !== undefined) {
    const kept = Object.entries(state.attributes).filter(([name]) => !unset.includes(name));
    const bare = { ...state, attributes: Object.fromEntries(kept) };
    draft.replace(state, withAttributes(bare, set));
    return draft.root;
  }
  const made = element("ticket_state", { id: ticket, ...set });
  const tickets = childOf(status, "tickets");
  if (tickets === undefined) draft.add(status, element("tickets", {}, [made]));
  else draft.add(tickets, made);
  return draft.root;
}

/** Removes all state of a ticket. */
export function withoutTicket(cib: XmlElement, ticket: string): XmlElement {
  const draft = new Draft(cib);
  for (const state of statesOf(draft)) if (state.attributes.id === ticket) draft.replace(state);
  return draft.root;
}
