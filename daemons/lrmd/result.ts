/**
 * The result of an operation: remembered, repeated if it recurs, and reported if it has changed.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import { ownText } from "../../metadata/own_text.ts";
import type { RaResult } from "../../plugins/handler/ra/contract.ts";
import type { Effect, Result } from "../runtime/machine.ts";
import type { LrmResult } from "../runtime/messages.ts";
import { outcomeOfNothing } from "./never_started.ts";
import { cancelledStatus, noSecretsStatus, reasonCharactersMax } from "./protocol.ts";
import { isScore, reportPromotion } from "./promotion.ts";
import { nextRunMs } from "./schedule.ts";
import { type LrmdState, operationKey, type Resource, type Task } from "./state.ts";

/** Characters of what an agent said that are kept, as the contract has it. */
const outputCharactersMax = 4_096;

/** An operation has ended, one way or the other. */
export function finish(
  state: LrmdState,
  id: string,
  result: Result,
  at: number,
  out: Effect[],
): void {
  const number = Number(id);
  for (const [name, resource] of state.resources) {
    const task = resource.running;
    if (task?.number !== number) continue;
    delete resource.running;
    state.running--;
    state.ready.add(name);
    if (task.operation.agent.class === "stonith") {
      out.push({ type: "cancel", name: `check ${id}` });
    }
    if (task.isVoid) {
      out.push({ type: "cancel", name: `end ${id}` });
      if (task.id !== undefined) reportCancelled(state, { ...task, id: task.id }, at, out);
      return;
    }
    const answer = result.ok ? raAnswer(result.value) : undefined;
    const nothing = answer &&
      outcomeOfNothing(task.operation, answer, resource.history.values());
    if (nothing !== undefined) {
      const { action } = task.operation;
      const text = `${name}_${action}: ${nothing.output}. It counts as ${nothing.rc}`;
      out.push({ type: "log", level: "warning", text });
    }
    const outcome: RaResult = nothing ?? answer ??
      failed(result.ok ? "the agent's class returned no result" : result.error);
    if (task.operation.agent.class === "stonith" && task.operation.action === "start") {
      resource.started = outcome.rc === 0;
    }
    // 4, "error": the plugin itself failed, so nothing is known of the resource.
    const status = isLate(task, answer, at)
      ? 2
      : answer === undefined
      ? 4
      : outcome.noSecrets === true
      ? noSecretsStatus
      : 0;
    report(state, resource, { task, outcome: { ...outcome, status } }, at, out);
    reportPromotion(resource, task.operation, outcome.promotion, out);
    return;
  }
}

/** Whether it exceeded its timeout, by its plugin's word or by the silence of its plugin. */
const isLate = (
  { operation: { timeoutMs }, startedAt }: Task,
  answer: RaResult | undefined,
  at: number,
): boolean =>
  answer === undefined
    ? startedAt !== undefined && timeoutMs > 0 && at - startedAt >= timeoutMs
    : answer.timedOut;

/** A plugin may be a stranger's, and answer with anything: a result, or undefined if it is none. */
function raAnswer(value: unknown): RaResult | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { rc, timedOut, output, reason, noSecrets, promotion }: Readonly<Record<string, unknown>> =
    {
      ...value,
    };
  if (typeof rc !== "number" || !Number.isInteger(rc) || rc < 0 || rc > 255) return undefined;
  if (typeof timedOut !== "boolean" || typeof output !== "string") return undefined;
  return {
    rc,
    timedOut,
    output,
    ...(typeof reason === "string" ? { reason } : {}),
    ...(noSecrets === true ? { noSecrets } : {}),
    ...(isScore(promotion) ? { promotion } : {}),
  };
}

/** The plugin itself failed. A sentence of ours begins with what is wrong. */
const failed = (why: string): RaResult => ({
  rc: 1,
  timedOut: false,
  output: why,
  reason: oneLine(why),
});

/** What stonithd found of a device. */
export const ofDevice = (
  { ok, detail }: { readonly ok: boolean; readonly detail: string },
): RaResult => ok ? { rc: 0, timedOut: false, output: detail } : failed(detail);

/** A text of several lines, as a reason. */
const oneLine = (text: string): string => text.replace(/\s*\n\s*/g, " ").trim();

/** How an operation ended. `status`: 0 done, 2 timed out, 4 error, 11 no secrets, as the CIB has them. */
interface Ended {
  readonly task: Task;
  readonly outcome: RaResult & { readonly status: number };
}

/** Remembers a result and reports it. */
export function report(
  state: LrmdState,
  resource: Resource,
  { task, outcome }: Ended,
  at: number,
  out: Effect[],
): void {
  const { operation } = task;
  const key = operationKey(operation.resource, operation.action, operation.intervalMs);
  const recurring = resource.recurring.get(key);
  const startedAt = task.startedAt ?? at;
  const news = task.id !== undefined || recurring?.reported !== outcome.rc;
  const previous = resource.history.get(key);
  const lastRunS = Math.floor((startedAt + state.wallOffsetMs) / 1000);
  const result: LrmResult = {
    operation,
    // The policy engine orders results by their numbers, and of one number by whole seconds: a failure
    // in the second of the success before it would have no effect.
    callId: task.id === undefined && previous?.rc === outcome.rc
      ? previous.callId
      : ++state.lastCall,
    rc: outcome.rc,
    status: outcome.status,
    execMs: Math.round(at - startedAt),
    queueMs: Math.round(startedAt - task.queuedAt),
    lastRunS,
    lastChangeS: previous?.rc === outcome.rc ? previous.lastChangeS : lastRunS,
    // What is longer would be refused at the door of the crmd, and with it the whole state of this node;
    // what an agent says last is the reason.
    output: ownText(outcome.output.slice(-outputCharactersMax)) ||
      (outcome.status === 2 ? `it was ended after its timeout of ${operation.timeoutMs} ms` : ""),
    ...(outcome.reason === undefined
      ? {}
      : { reason: ownText(outcome.reason.slice(0, reasonCharactersMax)) }),
  };
  if (operation.intervalMs > 0) {
    if (recurring === undefined) {
      // Cancelled while it ran: only somebody who waits for it hears of it.
      if (task.id === undefined) return;
    } else {
      recurring.reported = outcome.rc;
      const inMs = nextRunMs(recurring, task.queuedAt, at);
      out.push({ type: "timer", name: `repeat ${key} ${operation.resource}`, inMs });
    }
  }
  if (operation.action !== "notify" && operation.action !== "meta-data") {
    resource.history.set(key, result);
  }
  logTrouble(key, operation.timeoutMs, outcome, news, out);
  if (!news) return;
  out.push({
    type: "send",
    to: { service: "crmd" },
    message: { type: "lrm/result", ...(task.id === undefined ? {} : { id: task.id }), result },
  });
}

/** Results that say how a resource is, and not that something is wrong. */
const ordinary: ReadonlySet<number> = new Set([0, 7, 8, 190]);
/** Characters of a reason in the log. */
const whyCharactersMax = 512;

/** Tells the administrator of this node what has gone wrong here, and of a repetition once. */
function logTrouble(
  key: string,
  timeoutMs: number,
  outcome: RaResult,
  news: boolean,
  out: Effect[],
): void {
  const warn = (text: string) =>
    out.push({ type: "log", level: "warning", text: withCode("HA7001", text) });
  if (outcome.timedOut) warn(`${key} was ended after its timeout of ${timeoutMs} ms`);
  else if (news && !ordinary.has(outcome.rc)) {
    warn(`${key} gives ${outcome.rc}: ${whyOf(outcome)}`);
  }
}

/** What an administrator reads: the reason, or what the agent said last. */
function whyOf({ reason, output }: RaResult): string {
  const last = output.trim().split("\n").at(-1) ?? "";
  return (reason ?? (last === "" ? "the agent gives no reason" : last)).slice(0, whyCharactersMax);
}

/** Answers who waits for an operation that was taken back before it began. It leaves no trace. */
export function reportCancelled(
  state: LrmdState,
  { id, operation, queuedAt }: Task & { readonly id: string },
  at: number,
  out: Effect[],
): void {
  const lastRunS = Math.floor((at + state.wallOffsetMs) / 1000);
  const result: LrmResult = {
    operation,
    callId: ++state.lastCall,
    rc: 1,
    status: cancelledStatus,
    execMs: 0,
    queueMs: Math.round(at - queuedAt),
    lastRunS,
    lastChangeS: lastRunS,
    output: "another operation of this resource has made it void",
  };
  out.push({ type: "send", to: { service: "crmd" }, message: { type: "lrm/result", id, result } });
}
