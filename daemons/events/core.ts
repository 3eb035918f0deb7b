/**
 * What happens in the cluster, as a stream of typed events that each node keeps.
 *
 * Events are derived from what the machines of the node say anyway: views, the CIB as it changes,
 * fencings. The last ones are kept on disk. Those for which Pacemaker calls alerts are handed to
 * `alerts`, the machine that calls notifiers.
 *
 * @module
 */
import type { Effect, Event, Machine } from "../runtime/machine.ts";
import { newReplica, subscribe, take } from "../cib/doors/document.ts";
import type { ClusterEvent, Message } from "../runtime/messages.ts";
import { heard, Refusals } from "../runtime/refusals.ts";
import { alertsIn } from "./alerts_section.ts";
import { childOf } from "./changed.ts";
import { documentChanged } from "./document.ts";
import { fenced, noted } from "./fencings.ts";
import { flush, flushTimer, found, keep, restore } from "./journal.ts";
import { evicted, viewed } from "./membership.ts";
import { readPeer } from "./protocol.ts";
import type { EventsState, From, Happened, Of } from "./state.ts";

/** Makes the machine of service `events`. */
export function events(): Machine<EventsState> {
  const state: EventsState = {
    self: "",
    wallOffsetMs: 0,
    replica: newReplica(),
    segments: [],
    next: 1,
    unsaved: new Set(),
    flushing: false,
    members: undefined,
    quorate: undefined,
    gone: new Set(),
    fencings: [],
    alerts: undefined,
    section: undefined,
    alertsUp: false,
    refusals: new Refusals(),
  };
  return { service: "events", state, step };
}

function step(state: EventsState, event: Event): readonly Effect[] {
  const out: Effect[] = [];
  switch (event.type) {
    case "start":
      state.self = event.node;
      state.wallOffsetMs = event.wallMs - event.at;
      restore(state, event.saved, event.wallMs, out);
      tell(out, "ccm", { type: "ccm/subscribe" });
      tell(out, "stonithd", { type: "fence/subscribe" });
      subscribe(state.replica, out);
      break;
    case "peer":
      onPeer(state, event.service, event.up, out);
      break;
    case "message":
      onMessage(state, event.from, event.message, event.at, out);
      break;
    case "timer":
      if (event.name === flushTimer) flush(state, out);
      break;
    case "stop":
      flush(state, out);
      out.push({ type: "stopped" });
      break;
    case "loaded":
    case "reply":
    case "emit":
    case "fault":
      break;
  }
  return out;
}

const tell = (out: Effect[], service: string, message: Message): void =>
  void out.push({ type: "send", to: { service }, message });

function onPeer(state: EventsState, service: string, up: boolean, out: Effect[]): void {
  if (service === "alerts") {
    state.alertsUp = up;
    if (up && state.alerts !== undefined) configureAlerts(state, out);
  }
  if (!up) return;
  if (service === "ccm") tell(out, "ccm", { type: "ccm/subscribe" });
  if (service === "stonithd") tell(out, "stonithd", { type: "fence/subscribe" });
  if (service === "cib") subscribe(state.replica, out);
}

function onMessage(
  state: EventsState,
  from: From,
  message: Message,
  at: number,
  out: Effect[],
): void {
  const all = (happened: readonly Happened[]) => {
    for (const one of happened) happen(state, one, at, out);
  };
  switch (message.type) {
    case "ccm/view":
      return all(viewed(state, message.view));
    case "ccm/evicted":
      return all(evicted(state));
    case "cib/changed":
    case "cib/document": {
      const before = state.replica.root;
      if (!take(state.replica, message, out)) return;
      const { root } = state.replica;
      if (root === undefined) return;
      readSection(state, out);
      return before === undefined ? undefined : all(documentChanged(state, before, root));
    }
    case "fence/happened":
      return all(fenced(state, message, at, out));
    case "peer": {
      const { refusals } = state;
      const said = heard(readPeer, message.body, from, { refusals, service: "events", at, out });
      // A node that is no member has no say.
      if (said === undefined || state.members?.has(from.node) !== true) return;
      return all(noted(state, said, at));
    }
    case "alerts/report":
      return all([reported(message)]);
    case "events/query": {
      const { id } = message;
      return tell(out, from.service, { type: "events/answer", id, ...found(state, message) });
    }
    case "status/query": {
      const { segments, next } = state;
      const status = {
        kept: segments.reduce((sum, { count }) => sum + count, 0),
        bytes: segments.reduce((sum, { bytes }) => sum + bytes, 0),
        last: next - 1,
      };
      return tell(out, from.service, { type: "status/answer", id: message.id, status });
    }
  }
}

/** Keeps an event, and hands it on where Pacemaker would call alerts. */
function happen(state: EventsState, happened: Happened, at: number, out: Effect[]): void {
  const event = keep(state, happened, at, out);
  if (!state.alertsUp || state.alerts === undefined || state.alerts.length === 0) return;
  if (isForAlerts(state.self, event)) tell(out, "alerts", { type: "alerts/event", event });
}

/**
 * Alerts of nodes and fencings are called on every node, those of operations and attributes on the
 * node that they are of.
 */
function isForAlerts(self: string, { kind, node, facts }: ClusterEvent): boolean {
  switch (kind) {
    case "node":
      return facts.desc === "member" || facts.desc === "lost";
    case "fencing":
      return true;
    case "resource":
      return node === self;
    case "attribute":
      return node === self && facts.lifetime === "reboot";
    case "quorum":
    case "configuration":
    case "alert":
      return false;
  }
}

/** Takes the alerts of the CIB over, if they are others. */
function readSection(state: EventsState, out: Effect[]): void {
  const section = childOf(childOf(state.replica.root, "configuration"), "alerts");
  if (state.alerts !== undefined && section === state.section) return;
  state.section = section;
  const { alerts, problems } = alertsIn(section);
  for (const text of problems) out.push({ type: "log", level: "err", text });
  if (JSON.stringify(alerts) === JSON.stringify(state.alerts)) return;
  state.alerts = alerts;
  if (state.alertsUp) configureAlerts(state, out);
}

const configureAlerts = ({ alerts = [] }: EventsState, out: Effect[]): void =>
  tell(out, "alerts", { type: "alerts/configure", alerts });

function reported({ alert, recipient, dropped, failed, why }: Of<"alerts/report">): Happened {
  const to = recipient === "" ? "" : `, recipient ${recipient}`;
  const counts = [
    ...(dropped > 0 ? [`${dropped} dropped`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
  ];
  return {
    kind: "alert",
    what: `alert ${alert}${to}: ${counts.join(", ")}`,
    why,
    facts: { alert, recipient, dropped: String(dropped), failed: String(failed) },
  };
}
