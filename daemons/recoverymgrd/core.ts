/**
 * The recovery manager of a node's own daemons: starts them in order, starts again what ends,
 * within a limit, and gives the node up when the limit is reached.
 *
 * Giving up is the safe end: a node whose daemons cannot be kept stops them all, is silent, and is
 * fenced by the others. A configuration that cannot be used is no better at the next start: then the
 * node is given up at once. Restart intensity is that of a supervisor: so many ends within a period,
 * counted over all children.
 *
 * @module
 */
import { exitConfig, exitUnavailable } from "../runtime/exit_code.ts";
import type { Effect, Event, Machine } from "../runtime/machine.ts";

/** Ends of daemons that a node survives, and the time in which they are counted. */
export const intensity = { restartsMax: 5, periodMs: 60_000 } as const;

/** What the operator chooses. */
export interface RecoveryConfig {
  /** The children, in the order in which they are started; stopped in reverse. */
  readonly children: readonly string[];
  /** Ends within the period that are still answered by a restart. */
  readonly restartsMax: number;
  /** The period, in milliseconds. */
  readonly periodMs: number;
  /** Milliseconds a child may take to end when it is told to. */
  readonly stopMs: number;
}

/** Everything a recovery manager knows. */
export interface RecoveryState {
  readonly config: RecoveryConfig;
  /** Children that live. */
  readonly alive: Set<string>;
  /** When children ended, within the period. */
  ends: number[];
  /** Children still to be stopped, the next one last. */
  stopping?: string[];
  /** Why the node was given up. */
  givenUp?: string;
  /** With what code this process ends. */
  exitCode: number;
}

/** What the driver's `children` emits. */
export interface ChildEnded {
  readonly type: "ended";
  readonly child: string;
  /** How it ended, in words. */
  readonly how: string;
  /** Its exit code, if it was not ended by a signal. */
  readonly code?: number;
}

/** Makes the machine of service `recoverymgrd`. */
export function recoverymgrd(config: RecoveryConfig): Machine<RecoveryState> {
  return {
    service: "recoverymgrd",
    state: { config, alive: new Set(), ends: [], exitCode: 0 },
    step,
  };
}

function step(state: RecoveryState, event: Event): readonly Effect[] {
  const out: Effect[] = [];
  switch (event.type) {
    case "start":
      out.push({ type: "load", instance: "children", plugin: "children", config: {} });
      break;
    case "loaded":
      if (!event.result.ok) throw new Error(event.result.error);
      for (const child of state.config.children) begin(state, child, out);
      break;
    case "emit":
      ended(state, event.event as ChildEnded, event.at, out);
      break;
    case "timer":
      if (event.name.startsWith("kill ")) {
        out.push({
          type: "log",
          level: "warning",
          text: `${event.name.slice(5)} did not end within ${state.config.stopMs} ms; killed`,
        }, order("kill", event.name.slice(5)));
      }
      break;
    case "stop":
      wind(state, "told to stop", out);
      break;
    case "message":
    case "reply":
    case "fault":
    case "peer":
      break;
  }
  return out;
}

function begin(state: RecoveryState, child: string, out: Effect[]): void {
  state.alive.add(child);
  out.push(order("start", child));
}

function ended(state: RecoveryState, event: ChildEnded, at: number, out: Effect[]): void {
  const { child, how, code } = event;
  state.alive.delete(child);
  out.push({ type: "cancel", name: `kill ${child}` });
  if (state.stopping !== undefined) {
    unwind(state, out);
    return;
  }
  if (code === exitConfig) {
    giveUp(
      state,
      exitConfig,
      `${child} cannot use its configuration; see its own lines above`,
      out,
    );
    return;
  }
  const { restartsMax, periodMs } = state.config;
  state.ends = [...state.ends.filter((end) => end > at - periodMs), at];
  if (state.ends.length > restartsMax) {
    const why = `daemons ended ${state.ends.length} times within ${periodMs} ms, the last ` +
      `was ${child} (${how}); ${restartsMax} are allowed`;
    giveUp(state, exitUnavailable, why, out);
    return;
  }
  out.push({
    type: "log",
    level: "err",
    text: `${child} ${how}; it is started again (${state.ends.length} of ${restartsMax})`,
  });
  begin(state, child, out);
}

function giveUp(state: RecoveryState, exitCode: number, why: string, out: Effect[]): void {
  state.givenUp = why;
  state.exitCode = exitCode;
  out.push({ type: "log", level: "crit", text: `This node is given up: ${why}` });
  wind(state, "given up", out);
}

/** Begins to stop all children, the last one first. */
function wind(state: RecoveryState, why: string, out: Effect[]): void {
  if (state.stopping !== undefined) return;
  state.stopping = [...state.config.children];
  out.push({ type: "log", level: "notice", text: `Stops all daemons of this node: ${why}` });
  unwind(state, out);
}

function unwind(state: RecoveryState, out: Effect[]): void {
  const { stopping = [] } = state;
  while (stopping.length > 0 && !state.alive.has(stopping.at(-1) ?? "")) stopping.pop();
  const child = stopping.at(-1);
  if (child === undefined) {
    out.push({ type: "unload", instance: "children" }, {
      type: "stopped",
      exitCode: state.exitCode,
    });
    return;
  }
  out.push(order("stop", child), {
    type: "timer",
    name: `kill ${child}`,
    inMs: state.config.stopMs,
  });
}

const order = (method: "start" | "stop" | "kill", child: string): Effect => ({
  type: "call",
  instance: "children",
  method,
  args: [child],
  deadlineMs: 1_000,
});
