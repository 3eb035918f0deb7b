/**
 * What a notifier is given.
 *
 * @module
 */
import type { Alert } from "../../plugins/handler/notifier/contract.ts";
import type { AlertSelection, ClusterEvent, EventKind } from "../runtime/messages.ts";
import type { Lane, Notice } from "./state.ts";

/** The kinds of events that notifiers are called for. */
const kinds: Readonly<Partial<Record<EventKind, Alert["kind"]>>> = {
  node: "node",
  fencing: "fencing",
  resource: "resource",
  attribute: "attribute",
};

/** The event as a notifier gets it; undefined: none is called for its kind. */
export function noticeOf(self: string, event: ClusterEvent): Notice | undefined {
  const kind = kinds[event.kind];
  if (kind === undefined) return undefined;
  const { sequence, wallMs, what, why = "", facts, node = self, resource } = event;
  return { kind, subject: resource ?? node, what, why, wallMs, node: self, sequence, facts };
}

/** What is sent as a test: a node event, which every alert agent knows. */
export const testNotice = (self: string, alert: string, wallMs: number): Notice => ({
  kind: "node",
  subject: self,
  what: `test of alert ${alert} on ${self}`,
  why: "ha alert test",
  wallMs,
  node: self,
  sequence: 0,
  facts: { node: self, nodeid: self, desc: "test" },
});

/** Whether an alert is called for an event. */
export function isSelected(select: AlertSelection, { kind, facts }: Notice): boolean {
  switch (kind) {
    case "node":
      return select.nodes;
    case "fencing":
      return select.fencing;
    case "resource":
      return select.resources;
    case "attribute": {
      const { attributes } = select;
      if (attributes === undefined) return false;
      return attributes.length === 0 || attributes.includes(facts.attribute_name ?? "");
    }
  }
}

/** The argument of `notify`. */
export function alertFor({ alert, recipient }: Lane, notice: Notice): Alert {
  const { value, timeoutMs, timestampFormat, parameters } = recipient;
  return {
    ...notice,
    alert: alert.id,
    recipient: value,
    timeoutMs,
    ...(timestampFormat === undefined ? {} : { timestampFormat }),
    // A plugin has them as its configuration.
    parameters: alert.path.startsWith("/") ? parameters : {},
  };
}
