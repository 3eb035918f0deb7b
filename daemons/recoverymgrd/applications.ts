/**
 * The recovery of applications: `apphbd` says what happened to them, and a script recovers them, by the
 * rules of the node configuration. Intensity, period and pauses are those of the node's own daemons.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import { type ApplicationEvent, givenUpLine, readHappened } from "../apphbd/doors/recovery.ts";
import { exitUnavailable } from "../runtime/exit_code.ts";
import type { Effect } from "../runtime/machine.ts";
import type { RecoveryEntry } from "../site/node_config/application_fields.ts";
import { pauseAfter, recent } from "./intensity.ts";
import { log, type Recovered, type RecoveryState } from "./state.ts";
import { giveUp } from "./stopping.ts";

/** The child whose lines are believed. */
export const announcer = "apphbd";

/** Scripts that run at once at most; others wait. */
export const scriptsMax = 8;

/** What the driver is to run. */
export interface ScriptRun {
  readonly name: string;
  readonly script: string;
  readonly argument: string;
  readonly uid: number;
  readonly gid: number;
  /** The process that registered, and its start: a number that was given to another is not used. */
  readonly pid: number;
  readonly started: number;
  /** Kill it first. */
  readonly kill: boolean;
  readonly timeoutMs: number;
}

/** The applications of a configuration. */
export const recoveredOf = (rules: readonly RecoveryEntry[]): ReadonlyMap<string, Recovered> =>
  new Map(rules.map((rule) => [rule.name, {
    rule,
    runs: [],
    givenUpAt: undefined,
    underway: false,
    pause: "none",
    next: undefined,
  }]));

/** A child has said something. */
export function said(
  state: RecoveryState,
  child: string,
  line: string,
  at: number,
  out: Effect[],
): void {
  const happened = child === announcer ? readHappened(line) : undefined;
  const one = happened && state.applications.get(happened.name);
  if (happened === undefined || one === undefined) return;
  const { rule } = one;
  if (happened.uid !== rule.uid || happened.gid !== rule.gid) {
    const who = `user ${happened.uid} of group ${happened.gid}`;
    out.push(log("info", `${rule.name} of ${who} is not the one that is recovered; ignored`));
    return;
  }
  if (argumentFor(one, happened.event) !== undefined) one.next = happened;
  else if (happened.event === "hbagain" || happened.event === "hbunreg") {
    // It recovered by itself, or is not ours any more.
    one.next = undefined;
    return;
  } else return;
  proceed(state, one, at, out);
}

/** A script has ended. */
export function recovered(
  state: RecoveryState,
  name: string,
  error: string,
  at: number,
  out: Effect[],
): void {
  const one = state.applications.get(name);
  if (one === undefined) return;
  one.underway = false;
  if (error !== "") {
    out.push(log("err", withCode("HA9046", `The recovery script of ${name} ${error}`)));
  }
  for (const each of state.applications.values()) proceed(state, each, at, out);
}

/** The pause of an application is over. */
export function recoverDue(state: RecoveryState, name: string, at: number, out: Effect[]): void {
  const one = state.applications.get(name);
  if (one === undefined) return;
  one.pause = "over";
  proceed(state, one, at, out);
}

const argumentFor = ({ rule: { events } }: Recovered, event: ApplicationEvent) =>
  events.find((one) => one.event === event)?.argument;

function proceed(state: RecoveryState, one: Recovered, at: number, out: Effect[]): void {
  const { rule, next } = one;
  if (next === undefined || one.underway || state.stopping !== undefined) return;
  if (!mayRun(state, one, at, out)) return;
  const argument = argumentFor(one, next.event);
  if (argument === undefined || !isItsTurn(state, one, out)) return;
  one.runs.push(at);
  one.underway = true;
  one.pause = "none";
  one.next = undefined;
  out.push(log(
    "warning",
    `${rule.name}: ${next.event} of process ${next.pid}; ` +
      `run ${one.runs.length} of ${rule.restartsMax} of ${rule.script}`,
  ));
  const { name, script, uid, gid, timeoutMs } = rule;
  const run: ScriptRun = {
    ...{ name, script, argument, uid, gid, timeoutMs },
    pid: next.pid,
    started: next.started,
    kill: rule.kill && next.event === "nohb",
  };
  out.push({
    type: "call",
    instance: "children",
    method: "recover",
    args: [run],
    deadlineMs: 1_000,
  });
}

/** Whether it has runs left within the period; gives it up if not. */
function mayRun(state: RecoveryState, one: Recovered, at: number, out: Effect[]): boolean {
  const { name, restartsMax, periodMs, escalate } = one.rule;
  one.runs = recent(one.runs, at, periodMs);
  if (one.givenUpAt !== undefined) {
    if (at - one.givenUpAt < periodMs) {
      one.next = undefined;
      return false;
    }
    one.givenUpAt = undefined;
    out.push(tell(givenUpLine({ name, givenUp: false })));
  }
  if (one.runs.length < restartsMax) return true;
  one.givenUpAt = at;
  one.next = undefined;
  const why = `${name} was recovered ${restartsMax} times within ${periodMs} ms`;
  out.push(log("err", withCode("HA9043", `${why}; it is given up`)));
  out.push(tell(givenUpLine({ name, givenUp: true })));
  if (escalate === "node") giveUp(state, exitUnavailable, why, out);
  return false;
}

/** Whether its pause is over and one of the places for scripts is free. */
function isItsTurn(state: RecoveryState, one: Recovered, out: Effect[]): boolean {
  if (one.pause === "waiting") return false;
  const inMs = pauseAfter(one.runs.length, state.config);
  if (one.pause === "none" && inMs > 0) {
    one.pause = "waiting";
    out.push({ type: "timer", name: `recover ${one.rule.name}`, inMs });
    return false;
  }
  let running = 0;
  for (const { underway } of state.applications.values()) if (underway) running++;
  return running < scriptsMax;
}

const tell = (line: string): Effect => ({
  type: "call",
  instance: "children",
  method: "tell",
  args: [announcer, line],
  deadlineMs: 1_000,
});
