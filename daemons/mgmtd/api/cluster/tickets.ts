/**
 * `ticket grant`, `revoke`, `standby` and `activate`: tickets of a multi-site cluster, by hand.
 *
 * @module
 */
import { Draft } from "../document/draft.ts";
import { childOf, childrenOf, element, withAttributes } from "../document/element.ts";
import type { About, Changing } from "../operation.ts";
import { textOf } from "../operation.ts";
import { Problems } from "../problems.ts";

interface Change {
  readonly word: string;
  readonly summary: string;
  readonly attributes: (about: About) => Readonly<Record<string, string>>;
  readonly done: (ticket: string) => string;
}

/** Tickets that a constraint names or that were granted once. */
export function ticketsOf(draft: Draft): readonly string[] {
  const named = childrenOf(draft.section("constraints"), "rsc_ticket").map(({ attributes }) =>
    attributes.ticket
  );
  const known = childrenOf(childOf(draft.status, "tickets"), "ticket_state").map(({ attributes }) =>
    attributes.id
  );
  return [...new Set([...named, ...known].filter((one) => one !== undefined))].sort();
}

const changing = ({ word, summary, attributes, done }: Change): Changing => ({
  path: ["ticket", word],
  summary,
  parameters: [
    {
      name: "ticket",
      type: "string",
      positional: "required",
      value: "TICKET",
      summary: "Name of the ticket",
    },
  ],
  effect: "change",
  change(cib, values, about) {
    const problems = new Problems();
    const draft = new Draft(cib);
    const ticket = textOf(values, "ticket") ?? "";
    if (!ticketsOf(draft).includes(ticket)) problems.missing("ticket", ticket, ticketsOf(draft));
    const { status } = draft;
    if (status === undefined) {
      problems.impossible("The CIB has no status. Fix: use the running cluster");
    }
    if (problems.found || status === undefined) return { problems: problems.all };
    const tickets = childOf(status, "tickets");
    const state = childrenOf(tickets, "ticket_state").find(({ attributes: { id } }) =>
      id === ticket
    );
    const set = attributes(about);
    if (state !== undefined) draft.replace(state, withAttributes(state, set));
    else {
      const made = element("ticket_state", {
        id: ticket,
        standby: "false",
        granted: "false",
        ...set,
      });
      if (tickets === undefined) draft.add(status, element("tickets", {}, [made]));
      else draft.add(tickets, made);
    }
    return { cib: draft.root, done: [done(ticket)] };
  },
});

/** `ticket grant` */
export const ticketGrant = changing({
  word: "grant",
  summary: "Grant a ticket to this cluster",
  attributes: ({ nowS }) => ({ granted: "true", "last-granted": String(nowS) }),
  done: (ticket) => `"${ticket}" is granted. No other site may have it at the same time`,
});
/** `ticket revoke` */
export const ticketRevoke = changing({
  word: "revoke",
  summary: "Revoke a ticket: what needs it stops as its constraint says",
  attributes: () => ({ granted: "false" }),
  done: (ticket) => `"${ticket}" is revoked`,
});
/** `ticket standby` */
export const ticketStandby = changing({
  word: "standby",
  summary: "Stop what needs a ticket, and keep the ticket",
  attributes: () => ({ standby: "true" }),
  done: (ticket) => `"${ticket}" is in standby`,
});
/** `ticket activate` */
export const ticketActivate = changing({
  word: "activate",
  summary: "End the standby of a ticket",
  attributes: () => ({ standby: "false" }),
  done: (ticket) => `"${ticket}" is active`,
});
