/**
 * The recovery manager of a node's own daemons: starts them in order, asks each whether it is alive,
 * starts again what ends or hangs, within a limit, and gives the node up when the limit is reached.
 *
 * Giving up is the safe end: a node whose daemons cannot be kept stops them all, is silent, and is
 * fenced by the others. A configuration that cannot be used is no better at the next start: then the
 * node is given up at once. Restart intensity is that of a supervisor: so many ends within a period,
 * counted over all children.
 *
 * @module
 */
import type { Effect, Event, Machine } from "../runtime/machine.ts";
import { recoverDue, recovered, recoveredOf, said } from "./applications.ts";
import { answered, ping } from "./liveness.ts";
import { hangup, reread } from "./reload.ts";
import { begin, ended } from "./restarts.ts";
import {
  type Child,
  type ChildEvent,
  log,
  order,
  type RecoveryConfig,
  type RecoveryState,
} from "./state.ts";
import { settle, wind } from "./stopping.ts";

/** Ends of daemons that a node survives, the time in which they are counted, and the pauses. */
export const intensity = {
  restartsMax: 5,
  periodMs: 60_000,
  pauseMs: 250,
  pauseMsMax: 10_000,
} as const;

/** Questions in a row that a daemon may leave unanswered. */
export const pingsMissedMax = 5;

/** Milliseconds that a daemon may take to load its code. */
const startMs = 60_000;

/** Milliseconds that a daemon may take to end cleanly: the services of a node are moved first. */
const childStopMs = 75_000;

/** A child, as its description says. */
export interface Supervised {
  readonly name: string;
  /** What it is asked may be more than it can do: an end at its own bound is no crash. */
  readonly computes?: boolean;
  /** It reads its configuration again at `HUP`. */
  readonly hangup?: boolean;
  /** The node is not given up for it, however often it ends. */
  readonly spared?: boolean;
}

const namesOf = (children: readonly Supervised[]) => children.map(({ name }) => name);

/** How the daemons of a node are kept, in production and in the simulator. */
export function supervision(children: readonly Supervised[], hungMs: number): RecoveryConfig {
  const pingMs = hungMs / pingsMissedMax;
  return {
    children: namesOf(children),
    computing: namesOf(children.filter(({ computes }) => computes === true)),
    spared: namesOf(children.filter(({ spared }) => spared === true)),
    hangups: namesOf(children.filter(({ hangup }) => hangup === true)),
    ...intensity,
    stopMs: childStopMs,
    pingMs,
    pingsMissedMax,
    startPingsMax: Math.ceil(startMs / pingMs),
  };
}

/**
 * Milliseconds in which all children have ended, one after another, each in the time that it may take.
 * A recovery manager that ends sooner kills daemons that still stop the node's resources.
 */
export const stopAllMs = ({ children, stopMs }: RecoveryConfig): number =>
  (children.length * stopMs) + 5_000;

/** Makes the machine of service `recoverymgrd`. */
export function recoverymgrd(config: RecoveryConfig): Machine<RecoveryState> {
  const fresh = (): Child => ({
    state: "ended",
    alive: false,
    missed: 0,
    greeted: false,
    ending: undefined,
    ends: [],
    spent: [],
    restarts: 0,
    last: "",
  });
  const children = new Map(config.children.map((name) => [name, fresh()]));
  return {
    service: "recoverymgrd",
    state: {
      config,
      children,
      applications: recoveredOf(config.applications ?? []),
      unusable: new Set(),
      exitCode: 0,
    },
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
      out.push({ type: "timer", name: "ping", inMs: state.config.pingMs });
      break;
    case "emit":
      onChild(state, event.event as ChildEvent, event.at, out);
      break;
    case "reply":
      if (event.id === "reread") reread(state, event.result, out);
      break;
    case "timer":
      onTimer(state, event.name, event.at, out);
      break;
    case "stop":
      wind(state, "received the signal to stop", out);
      break;
    case "message":
    case "fault":
    case "peer":
      break;
  }
  return out;
}

function onChild(state: RecoveryState, event: ChildEvent, at: number, out: Effect[]): void {
  switch (event.type) {
    case "ended":
      ended(state, event, at, out);
      return;
    case "alive":
      answered(state, event.child, event.running, out);
      settle(state, false, out);
      return;
    case "said":
      said(state, event.child, event.line, at, out);
      return;
    case "recovered":
      recovered(state, event.name, event.error, at, out);
      return;
    case "hangup":
      hangup(state, out);
  }
}

function onTimer(state: RecoveryState, name: string, at: number, out: Effect[]): void {
  const [what, child = ""] = name.split(" ");
  switch (what) {
    case "ping":
      ping(state, out);
      return;
    case "recover":
      // The name of an application may have blanks.
      recoverDue(state, name.slice(name.indexOf(" ") + 1), at, out);
      return;
    case "settle":
      settle(state, true, out);
      return;
    case "start":
      if (state.stopping === undefined && state.unusable.size === 0) begin(state, child, out);
      return;
    case "kill": {
      const text = `${child} did not end within ${state.config.stopMs} ms; killed`;
      out.push(log("warning", text), order("kill", child));
    }
  }
}
