/**
 * Calls notifiers for what happens: the alerts of the CIB, as Pacemaker has them.
 *
 * The machine `events` says which alerts there are and what has happened. Each recipient has a queue of
 * its own, so one that hangs delays nobody else; the plugins are processes, so nothing that they do
 * delays an agent.
 *
 * @module
 */
import type { Effect, Event, Machine } from "../runtime/machine.ts";
import type { Json, Message } from "../runtime/messages.ts";
import { configure } from "./configure.ts";
import { failed, onLoaded, onTimer } from "./instances.ts";
import { enqueue, notify, onReply, onReportTimer, proceedAll } from "./lanes.ts";
import { noticeOf } from "./notice.ts";
import type { AlertsState } from "./state.ts";
import { beginTest, onTestTimer } from "./tests.ts";

/** Makes the machine of service `alerts`. */
export function alerts(): Machine<AlertsState> {
  const state: AlertsState = {
    self: "",
    wallOffsetMs: 0,
    lanes: new Map(),
    instances: new Map(),
    tests: new Map(),
    lastNumber: 0,
    stopping: false,
  };
  return { service: "alerts", state, step };
}

function step(state: AlertsState, event: Event): readonly Effect[] {
  const out: Effect[] = [];
  const { at } = event;
  switch (event.type) {
    case "start":
      state.self = event.node;
      state.wallOffsetMs = event.wallMs - at;
      break;
    case "message":
      onMessage(state, event.from.service, event.message, at, out);
      break;
    case "loaded": {
      const instance = state.instances.get(event.instance);
      if (instance === undefined) break;
      onLoaded(instance, event.result, out);
      proceedAll(state, instance.name, at, out);
      break;
    }
    case "fault": {
      const instance = state.instances.get(event.instance);
      if (instance === undefined || !event.givenUp) break;
      failed(instance, event.why, out);
      proceedAll(state, instance.name, at, out);
      break;
    }
    case "reply":
      onReply(state, event.id, event.result, at, out);
      break;
    case "timer": {
      onReportTimer(state, event.name, at, out);
      onTestTimer(state, event.name, out);
      const again = onTimer(state, event.name, out);
      if (again !== undefined) proceedAll(state, again.name, at, out);
      break;
    }
    case "stop":
      state.stopping = true;
      for (const { name, state: now } of state.instances.values()) {
        if (now !== "idle") out.push({ type: "unload", instance: name });
      }
      out.push({ type: "stopped" });
      break;
    case "emit":
    case "peer":
      break;
  }
  return out;
}

function onMessage(
  state: AlertsState,
  service: string,
  message: Message,
  at: number,
  out: Effect[],
): void {
  switch (message.type) {
    case "alerts/configure":
      configure(state, message.alerts, out);
      for (const name of state.instances.keys()) proceedAll(state, name, at, out);
      return;
    case "alerts/event": {
      const notice = noticeOf(state.self, message.event);
      if (notice !== undefined) notify(state, notice, at, out);
      return;
    }
    case "alerts/test":
      for (const [lane, waiting] of beginTest(state, service, message, at, out)) {
        enqueue(state, lane, waiting, at, out);
      }
      return;
    case "status/query": {
      const { id } = message;
      const status = { recipients: statusOf(state) };
      out.push({
        type: "send",
        to: { service },
        message: { type: "status/answer", id, status },
      });
      return;
    }
  }
}

/** For faces: how each recipient stands. */
function statusOf({ lanes, instances }: AlertsState): Json {
  return [...lanes.values()].map((lane) => {
    const { alert, recipient, queue, delivered, dropped, failed, error } = lane;
    const state = instances.get(lane.instance)?.state;
    return {
      alert: alert.id,
      recipient: recipient.id,
      waiting: queue.length + (lane.underway === undefined ? 0 : 1),
      delivered,
      dropped,
      failed,
      error: typeof state === "object" ? state.failed : error,
    };
  });
}
