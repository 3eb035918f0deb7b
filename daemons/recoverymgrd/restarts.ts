/**
 * The restarts of children: the first at once, each further one within the period after a pause that
 * doubles, and so many at most.
 *
 * @module
 */
import { exitConfig, exitState, exitUnavailable } from "../runtime/exit_code.ts";
import type { Effect } from "../runtime/machine.ts";
import {
  type Child,
  type ChildEvent,
  childOf,
  log,
  order,
  type RecoveryState,
  report,
} from "./state.ts";
import { giveUp, settle, settleMs, unwind } from "./stopping.ts";

/** Milliseconds until a child whose state cannot be written is tried again: at first, and then. */
export const firstRoomMs = 1_000;
export const roomMs = 10_000;

/** Starts a child. */
export function begin(state: RecoveryState, name: string, out: Effect[]): void {
  const child = childOf(state, name);
  if (child === undefined || child.alive) return;
  child.alive = true;
  child.state = "starting";
  child.missed = 0;
  child.greeted = false;
  child.ending = undefined;
  out.push(order("start", name));
}

/** A child's process is gone. */
export function ended(
  state: RecoveryState,
  event: Extract<ChildEvent, { readonly type: "ended" }>,
  at: number,
  out: Effect[],
): void {
  const { child: name, code } = event;
  const child = childOf(state, name);
  if (child === undefined) return;
  const { ending } = child;
  child.alive = false;
  const ran = child.state === "running";
  child.state = "ended";
  child.ending = undefined;
  child.last = ending === "hung" ? `it hung and ${event.how}` : event.how;
  out.push({ type: "cancel", name: `kill ${name}` });
  if (state.stopping !== undefined) unwind(state, out);
  else if (code === exitConfig) {
    state.unusable.add(name);
    if (state.unusable.size === 1) out.push({ type: "timer", name: "settle", inMs: settleMs });
    settle(state, false, out);
  } else if (state.unusable.size > 0) settle(state, false, out);
  else if (ending === "restart") {
    child.restarts++;
    begin(state, name, out);
  } else if (code === exitState) withoutState(name, child, ran, out);
  else again(state, name, child, at, out);
  report(state, out);
}

/**
 * Its state cannot be written: it is tried until that is possible. To give the node up would not make
 * room, and nobody would try again; without this daemon it is no member meanwhile.
 */
function withoutState(name: string, child: Child, ran: boolean, out: Effect[]): void {
  const inMs = ran ? firstRoomMs : roomMs;
  child.state = "waiting";
  child.last = "could not write or read its state: see the log, and make room";
  child.restarts++;
  const text = `${name} cannot write or read its state; it is tried again in ${inMs} ms. ` +
    "Fix: make room, and see that the folder may be written";
  out.push(log("crit", text), { type: "timer", name: `start ${name}`, inMs });
}

/** Starts it again, unless it has ended too often. */
function again(state: RecoveryState, name: string, child: Child, at: number, out: Effect[]): void {
  const { restartsMax, periodMs, pauseMs, pauseMsMax } = state.config;
  child.ends.push(at);
  for (const one of state.children.values()) {
    one.ends = one.ends.filter((end) => end > at - periodMs);
  }
  const ends = [...state.children.values()].reduce((sum, { ends }) => sum + ends.length, 0);
  if (ends > restartsMax) {
    const why = `daemons ended ${ends} times within ${periodMs} ms, the last was ${name} ` +
      `(${child.last}); ${restartsMax} are allowed`;
    giveUp(state, exitUnavailable, why, out);
    return;
  }
  child.restarts++;
  const before = child.ends.length - 1;
  const inMs = before === 0 ? 0 : Math.min(pauseMsMax, pauseMs * 2 ** (before - 1));
  const when = inMs === 0 ? "at once" : `in ${inMs} ms`;
  out.push(log("err", `${name} ${child.last}; restart ${ends} of ${restartsMax} ${when}`));
  if (inMs === 0) begin(state, name, out);
  else {
    child.state = "waiting";
    out.push({ type: "timer", name: `start ${name}`, inMs });
  }
}
