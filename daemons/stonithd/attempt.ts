/**
 * One attempt after the other: devices of this node, then other nodes, each with its share of time.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import type { FenceResult } from "../../plugins/handler/stonith/contract.ts";
import type { Effect } from "../runtime/machine.ts";
import { delegatePatienceOf, hasTime, patienceOf } from "./budget.ts";
import { answer, failedHere } from "./outcome.ts";
import type { Attempt, Request, StonithdState } from "./state.ts";
import { approach, mayRetry, powerOn, takeTurn } from "./strike.ts";
import { awaitWord, silenceMs, tellWorking } from "./working.ts";

/** Goes on with the attempt at hand, or with the next, or gives up. */
export function proceed(state: StonithdState, made: Request, at: number, out: Effect[]): void {
  made.asked = "";
  made.awaits = undefined;
  for (;;) {
    const id = made.pending[0];
    if (id !== undefined && hasTime(made, at)) {
      const device = state.devices.get(id);
      if (device?.state === "ready") {
        approach(state, made, device, at, out);
        return;
      }
      made.failures.push(`device "${id}": ${device?.why ?? "is not configured"}`);
      made.pending = [];
    }
    const next = hasTime(made, at) ? made.attempts.shift() : undefined;
    if (next === undefined) {
      if (made.failures.length === 0) {
        made.failures.push(`no device on this node can fence "${made.target}"`);
      }
      answer(state, made, failedHere(state), at, out);
      return;
    }
    if (next.type === "devices") beginDevices(state, made, next.ids);
    else {
      askNode(state, made, next, at, out);
      return;
    }
  }
}

/** A level is begun only if each of its devices can be used: half of it would help nobody. */
function beginDevices(state: StonithdState, made: Request, ids: readonly string[]): void {
  made.confirmedBy = [];
  made.tries = 0;
  made.together = ids;
  const missing = ids.find((id) => state.devices.get(id)?.state !== "ready");
  made.pending = missing === undefined ? [...ids] : [missing];
}

/** Another node is asked, or its device awaited. */
function askNode(
  state: StonithdState,
  made: Request,
  next: Exclude<Attempt, { readonly type: "devices" }>,
  at: number,
  out: Effect[],
): void {
  made.awaited = ++state.lastNumber;
  made.asked = next.node;
  const isElsewhere = next.type === "elsewhere";
  const patienceMs = isElsewhere ? patienceOf(made, at) : delegatePatienceOf(state, made, at);
  out.push({ type: "timer", name: `patience ${made.awaited} ${made.key}`, inMs: patienceMs });
  if (isElsewhere) {
    made.awaits = next.node;
    return;
  }
  awaitWord(made, out);
  sayFence(made, next.node, patienceMs, at, out);
}

/** Asks another node for a fencing. */
export function sayFence(
  made: Request,
  node: string,
  timeoutMs: number,
  at: number,
  out: Effect[],
): void {
  const delayMs = Math.max(0, Math.round(made.delayUntil - at));
  out.push({
    type: "send",
    to: { node, service: "stonithd" },
    message: {
      type: "peer",
      body: {
        type: "fence",
        key: `${made.awaited} ${made.key}`,
        target: made.target,
        ...(made.incarnation === undefined ? {} : { incarnation: made.incarnation }),
        action: made.action,
        timeoutMs,
        ...(delayMs > 0 ? { delayMs } : {}),
      },
    },
  });
}

/** A node that was asked and is no member any more will not answer. */
export function nextAfterLeft(state: StonithdState, at: number, out: Effect[]): void {
  for (const made of [...state.requests.values()]) {
    if (made.asked === "" || state.members.includes(made.asked)) continue;
    made.failures.push(`${made.asked} has left the membership`);
    proceed(state, made, at, out);
  }
}

/** A device has done what a call asked of it, or has not. */
export function struck(
  state: StonithdState,
  { key, number }: { readonly key: string; readonly number: number },
  found: FenceResult,
  at: number,
  out: Effect[],
): void {
  const made = state.requests.get(key);
  if (made === undefined || made.awaited !== number) return;
  const id = made.pending[0] ?? "";
  made.striking = false;
  if (!found.ok) {
    made.tries++;
    const device = state.devices.get(id);
    if (mayRetry(state, made, device, at)) {
      made.awaited = ++state.lastNumber;
      takeTurn(state, made, device, at, out);
      return;
    }
    made.failures.push(`device "${id}": ${found.detail}`);
    made.pending = [];
    proceed(state, made, at, out);
    return;
  }
  made.pending.shift();
  made.tries = 0;
  made.confirmedBy.push(id);
  if (made.pending.length === 0) {
    powerOn(state, made, at, out);
    answer(state, made, { ok: true, delegate: state.self, execution: made.execution }, at, out);
    return;
  }
  // Another device of the level would begin to end a life that nobody asked to be ended; and who
  // belongs to no view begins nothing more.
  if (made.returned !== undefined) made.pending = [];
  else if (state.members.length === 0) {
    made.failures.push(`device "${id}" confirmed it, but this node has left the membership since`);
    made.pending = [];
  }
  proceed(state, made, at, out);
}

/** A timer of a request or of its attempt. */
export function due(state: StonithdState, name: string, at: number, out: Effect[]): void {
  const [what = "", first = ""] = name.split(" ");
  if (what === "request") {
    const made = state.requests.get(name.slice(8));
    if (made === undefined) return;
    made.failures.push(`no device confirmed within ${made.timeoutMs} ms`);
    answer(state, made, failedHere(state), at, out);
    return;
  }
  if (what === "working") {
    const made = state.requests.get(name.slice(8));
    if (made !== undefined) tellWorking(made, out);
    return;
  }
  const made = state.requests.get(name.slice(what.length + first.length + 2));
  if (made?.awaited !== Number(first)) return;
  if (what === "patience") {
    made.failures.push(`${made.asked} did not answer in time`);
    proceed(state, made, at, out);
    return;
  }
  if (what === "silence") {
    const text = `stonithd of ${made.asked} has been silent for ${silenceMs} ms`;
    out.push({
      type: "log",
      level: "warning",
      text: withCode("HA8004", `${text}; the next one is asked`),
    });
    made.failures.push(text);
    proceed(state, made, at, out);
    return;
  }
  const device = state.devices.get(made.pending[0] ?? "");
  if (what === "turn") {
    const { id = "", actionsMax = 0 } = device?.config ?? {};
    const why = hasTime(made, at)
      ? `it has carried out ${actionsMax} other actions meanwhile`
      : "no time was left for it";
    made.failures.push(`device "${id}": ${why}`);
    made.pending = [];
    proceed(state, made, at, out);
  } else if (device?.state === "ready") takeTurn(state, made, device, at, out);
  else proceed(state, made, at, out);
}
