/**
 * The queue of each recipient: in order, one call at a time, bounded; what is dropped is counted and
 * reported.
 *
 * @module
 */
import { clip } from "../../metadata/clip.ts";
import type { Effect, Result } from "../runtime/machine.ts";
import { isReady, rest } from "./instances.ts";
import { errorCharactersMax, graceMs, queueMax, reportEveryMs } from "./limits.ts";
import { alertFor, isSelected } from "./notice.ts";
import type { AlertsState, Lane, Notice, Waiting } from "./state.ts";
import { endTest } from "./tests.ts";

const reportPrefix = "report ";

/** Puts a notice behind the others of its recipient. */
export function enqueue(
  state: AlertsState,
  lane: Lane,
  waiting: Waiting,
  at: number,
  out: Effect[],
): void {
  lane.queue.push(waiting);
  if (lane.queue.length > queueMax) {
    const dropped = lane.queue.shift();
    if (dropped?.test !== undefined) {
      endTest(state, dropped.test, lane.key, { error: "dropped" }, out);
    }
    lane.dropped++;
    lane.unreported.dropped++;
    report(lane, at, out);
  }
  proceed(state, lane, at, out);
}

/** Calls the notifier with the next one, if it is free. */
export function proceed(state: AlertsState, lane: Lane, at: number, out: Effect[]): void {
  if (lane.underway !== undefined || lane.queue.length === 0 || state.stopping) return;
  const instance = state.instances.get(lane.instance);
  if (instance === undefined) return;
  if (!isReady(instance, out)) {
    if (typeof instance.state === "object") endTests(state, lane, instance.state.failed, out);
    return;
  }
  const next = lane.queue.shift();
  if (next === undefined) return;
  const id = `${++state.lastNumber} ${lane.key}`;
  lane.underway = { ...next, id, at };
  out.push({
    type: "call",
    id,
    instance: instance.name,
    method: "notify",
    args: [alertFor(lane, next.notice)],
    deadlineMs: lane.recipient.timeoutMs + graceMs,
  });
}

/** Tests do not wait for a notifier that cannot be used. */
function endTests(state: AlertsState, { queue, key }: Lane, why: string, out: Effect[]): void {
  for (const { test } of queue) {
    if (test !== undefined) endTest(state, test, key, { error: why }, out);
  }
  const events = queue.filter(({ test }) => test === undefined);
  queue.splice(0, queue.length, ...events);
}

/** A call has been answered. */
export function onReply(
  state: AlertsState,
  id: string,
  result: Result,
  at: number,
  out: Effect[],
): void {
  const lane = state.lanes.get(id.slice(id.indexOf(" ") + 1));
  if (lane?.underway?.id !== id) return;
  const { test, at: since } = lane.underway;
  lane.underway = undefined;
  const error = result.ok ? undefined : clip(result.error, errorCharactersMax);
  if (test !== undefined) endTest(state, test, lane.key, { error, tookMs: at - since }, out);
  if (error === undefined) {
    lane.delivered++;
    lane.error = "";
  } else {
    lane.failed++;
    lane.error = error;
    if (test === undefined) {
      lane.unreported.failed++;
      report(lane, at, out);
    }
  }
  proceed(state, lane, at, out);
  const instance = state.instances.get(lane.instance);
  if (lane.underway === undefined && instance !== undefined) rest(instance, out);
}

/** All recipients of a plugin go on, or their tests end. */
export function proceedAll(state: AlertsState, instance: string, at: number, out: Effect[]): void {
  for (const lane of state.lanes.values()) {
    if (lane.instance === instance) proceed(state, lane, at, out);
  }
}

/** An event for every recipient whose alert is called for it. */
export function notify(state: AlertsState, notice: Notice, at: number, out: Effect[]): void {
  for (const lane of state.lanes.values()) {
    if (isSelected(lane.alert.select, notice)) enqueue(state, lane, { notice }, at, out);
  }
}

/** Reports what did not reach a recipient: at once, and then once a minute. */
function report(lane: Lane, at: number, out: Effect[]): void {
  if (lane.reporting) return;
  const waitMs = lane.reportedAt + reportEveryMs - at;
  if (waitMs > 0) {
    lane.reporting = true;
    out.push({ type: "timer", name: `${reportPrefix}${lane.key}`, inMs: waitMs });
    return;
  }
  lane.reportedAt = at;
  const { alert, recipient, unreported: { dropped, failed }, error } = lane;
  lane.unreported.dropped = 0;
  lane.unreported.failed = 0;
  const why = error === "" ? "the recipient is too slow" : error;
  const message = {
    type: "alerts/report",
    alert: alert.id,
    recipient: recipient.id,
    dropped,
    failed,
    why,
  } as const;
  out.push({ type: "send", to: { service: "events" }, message });
}

/** The minute is over. */
export function onReportTimer(
  { lanes }: AlertsState,
  timer: string,
  at: number,
  out: Effect[],
): void {
  if (!timer.startsWith(reportPrefix)) return;
  const lane = lanes.get(timer.slice(reportPrefix.length));
  if (lane === undefined) return;
  lane.reporting = false;
  if (lane.unreported.dropped + lane.unreported.failed > 0) report(lane, at, out);
}
