/**
 * The restarts of children: the first at once, each further one within the period after a pause that
 * doubles, and so many at most.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import {
  exitConfig,
  exitRestart,
  exitSpent,
  exitState,
  exitUnavailable,
} from "../runtime/exit_code.ts";
import type { Effect } from "../runtime/machine.ts";
import { pauseAfter, recent } from "./intensity.ts";
import {
  type Child,
  type ChildEvent,
  childOf,
  log,
  order,
  type RecoveryState,
  report,
} from "./state.ts";
import { giveUp, settle, settleMs, unwind, wind } from "./stopping.ts";

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
  else if (code === exitRestart) {
    state.exitCode = exitRestart;
    wind(state, "the cluster restarts this node", out);
  } else if (code === exitConfig) {
    state.unusable.add(name);
    if (state.unusable.size === 1) out.push({ type: "timer", name: "settle", inMs: settleMs });
    settle(state, false, out);
  } else if (state.unusable.size > 0) settle(state, false, out);
  else if (ending === "restart") {
    child.restarts++;
    begin(state, name, out);
  } else if (code === exitState) withoutState(name, child, ran, out);
  else if (isSpent(state, event)) {
    const why = "it came to its bound of time or memory, which the question is to blame for";
    uncounted(state, name, child, { at, why, code: "HA4004" }, out);
  } else if (state.config.spared.includes(name)) {
    const why = "the cluster works without it";
    uncounted(state, name, child, { at, why, code: "HA9005" }, out);
  } else again(state, name, child, at, out);
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
  const text = withCode(
    "HA9002",
    `${name} cannot write or read its state; it is tried again in ${inMs} ms. ` +
      "Fix: make room, and see that the folder may be written",
  );
  out.push(log("crit", text), { type: "timer", name: `start ${name}`, inMs });
}

/** Signals by which V8 ends a process whose heap is full: 4, 5 and 6, as the machine has it. */
const heapSignals: ReadonlySet<string> = new Set(["SIGILL", "SIGTRAP", "SIGABRT"]);
/** The same where a shell stands between: 128 and the number of the signal. */
const heapCodes: ReadonlySet<number> = new Set([132, 133, 134]);

/** Whether a child has ended at its own bound of time or memory. */
const isSpent = (
  { config: { computing } }: RecoveryState,
  { child, code, signal }: Extract<ChildEvent, { readonly type: "ended" }>,
): boolean =>
  computing.includes(child) &&
  (code === exitSpent || (code !== undefined && heapCodes.has(code)) ||
    (signal !== undefined && heapSignals.has(signal)));

/** Starts it again after the usual pause; however often, the node is not given up for it. */
function uncounted(
  state: RecoveryState,
  name: string,
  child: Child,
  { at, why, code }: {
    readonly at: number;
    readonly why: string;
    readonly code: "HA4004" | "HA9005";
  },
  out: Effect[],
): void {
  const { periodMs } = state.config;
  child.spent = [...recent(child.spent, at, periodMs), at];
  child.restarts++;
  const started: Effect[] = [];
  const when = startLater(state, name, child, child.spent.length - 1, started);
  out.push(
    log("err", withCode(code, `${name} ${child.last}: ${why}; it is started again ${when}`)),
    ...started,
  );
}

/** Starts a child, after a pause that doubles with each end before. @returns when, in words. */
function startLater(
  state: RecoveryState,
  name: string,
  child: Child,
  before: number,
  out: Effect[],
): string {
  const inMs = pauseAfter(before, state.config);
  if (inMs === 0) {
    begin(state, name, out);
    return "at once";
  }
  child.state = "waiting";
  out.push({ type: "timer", name: `start ${name}`, inMs });
  return `in ${inMs} ms`;
}

/** Starts it again, unless it has ended too often. */
function again(state: RecoveryState, name: string, child: Child, at: number, out: Effect[]): void {
  const { restartsMax, periodMs } = state.config;
  child.ends.push(at);
  for (const one of state.children.values()) one.ends = recent(one.ends, at, periodMs);
  const ends = [...state.children.values()].reduce((sum, { ends }) => sum + ends.length, 0);
  if (ends > restartsMax) {
    const why = `daemons ended ${ends} times within ${periodMs} ms, the last was ${name} ` +
      `(${child.last}); ${restartsMax} are allowed`;
    giveUp(state, exitUnavailable, why, out);
    return;
  }
  child.restarts++;
  const started: Effect[] = [];
  const when = startLater(state, name, child, child.ends.length - 1, started);
  out.push(
    log(
      "err",
      withCode("HA9005", `${name} ${child.last}; restart ${ends} of ${restartsMax} ${when}`),
    ),
  );
  out.push(...started);
}
