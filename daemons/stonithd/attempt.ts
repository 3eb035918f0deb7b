/**
 * One attempt after the other: devices of this node, then other nodes, each with its share of time.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import type { FenceResult } from "../../plugins/handler/stonith/contract.ts";
import type { Effect } from "../runtime/machine.ts";
import { announce } from "./elsewhere.ts";
import { answer, failedHere } from "./outcome.ts";
import type { Request, StonithdState } from "./state.ts";
import { awaitWord, silenceMs, tellWorking } from "./working.ts";

/** Milliseconds that an attempt has at least, if there is so much time for two. */
export const attemptMsMin = 10_000;

/** Goes on with the attempt at hand, or with the next, or gives up. */
export function proceed(state: StonithdState, made: Request, at: number, out: Effect[]): void {
  made.asked = "";
  made.awaits = undefined;
  for (;;) {
    const id = made.pending[0];
    if (id !== undefined && leftMs(made, at) > 1) {
      const device = state.devices.get(id);
      if (device?.state === "ready") {
        made.awaited = ++state.lastNumber;
        if (device.config.delayMs > 0) {
          const name = `delay ${made.awaited} ${made.key}`;
          out.push({ type: "timer", name, inMs: device.config.delayMs });
        } else strike(state, made, id, at, out);
        return;
      }
      made.failures.push(`device "${id}": ${device?.why ?? "is not configured"}`);
      made.pending = [];
    }
    const next = leftMs(made, at) > 1 ? made.attempts.shift() : undefined;
    if (next === undefined) {
      if (made.failures.length === 0) {
        made.failures.push(`no device on this node can fence "${made.target}"`);
      }
      answer(state, made, failedHere(state), at, out);
      return;
    }
    if (next.type === "devices") {
      made.pending = [...next.ids];
      made.confirmedBy = [];
      continue;
    }
    made.awaited = ++state.lastNumber;
    const patienceMs = patienceOf(made, at);
    made.asked = next.node;
    out.push({ type: "timer", name: `patience ${made.awaited} ${made.key}`, inMs: patienceMs });
    if (next.type === "elsewhere") {
      made.awaits = next.node;
      return;
    }
    awaitWord(made, out);
    out.push({
      type: "send",
      to: { node: next.node, service: "stonithd" },
      message: {
        type: "peer",
        body: {
          type: "fence",
          key: `${made.awaited} ${made.key}`,
          target: made.target,
          ...(made.incarnation === undefined ? {} : { incarnation: made.incarnation }),
          action: made.action,
          timeoutMs: patienceMs,
        },
      },
    });
    return;
  }
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
  const device = made.pending.shift() ?? "";
  made.striking = false;
  if (found.ok) {
    made.confirmedBy.push(device);
    // Another device of the level would begin to end a life that nobody asked to be ended.
    if (made.pending.length > 0 && made.returned !== undefined) made.pending = [];
    else if (made.pending.length === 0) {
      answer(state, made, { ok: true, delegate: state.self }, at, out);
      return;
    }
    proceed(state, made, at, out);
    return;
  }
  made.failures.push(`device "${device}": ${found.detail}`);
  made.pending = [];
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
  const device = made.pending[0];
  if (device !== undefined) strike(state, made, device, at, out);
}

function strike(
  state: StonithdState,
  made: Request,
  device: string,
  at: number,
  out: Effect[],
): void {
  made.striking = true;
  if (!made.announced) announce(state, made, undefined, out);
  made.announced = true;
  out.push({
    type: "call",
    id: `fence ${made.awaited} ${made.key}`,
    instance: device,
    method: "fence",
    args: [made.action, made.target, patienceOf(made, at)],
    deadlineMs: patienceOf(made, at),
  });
}

/**
 * Milliseconds for the attempt at hand: its share of what is left, as a device that says nothing must
 * not take the time of the next.
 */
function patienceOf(made: Request, at: number): number {
  const left = leftMs(made, at);
  const others = made.attempts.length + Math.max(0, made.pending.length - 1);
  if (others === 0) return left;
  return Math.max(1, Math.round(Math.max(left / (others + 1), Math.min(left / 2, attemptMsMin))));
}

const leftMs = (made: Request, at: number): number =>
  Math.max(1, Math.round(made.startedAt + made.timeoutMs - at));
