/**
 * Announces what happens to applications: in the log, to the recovery manager and to notifiers. Each
 * notifier has a queue of its own, which is bounded; one that hangs delays nobody else.
 *
 * @module
 */
import { clip } from "../../metadata/clip.ts";
import { type Code, withCode } from "../../metadata/code.ts";
import type { Alert } from "../../plugins/handler/notifier/contract.ts";
import type { Result } from "../runtime/machine.ts";
import { happenedLine } from "./event.ts";
import { linesMax, linesMs, noticesMax, notifyMs, reloadMs } from "./limits.ts";
import { type Application, instances, type Lane, log, type Notice, type Turn } from "./state.ts";

/** Milliseconds more than the notifier has, until its call is over. */
const graceMs = 1_000;
/** Characters of an error that are kept. */
const errorCharactersMax = 400;

const words: Readonly<Record<Notice, string>> = {
  hup: "hung up without unregistering",
  nohb: "missed its heartbeat",
  hbagain: "sends heartbeats again",
  hbwarn: "is late with its heartbeat",
  hbunreg: "unregistered",
  givenup: "is given up: it was recovered too often",
};

const levels = {
  hup: "warning",
  nohb: "warning",
  hbagain: "notice",
  hbwarn: "notice",
  hbunreg: "info",
  givenup: "err",
} as const;

const codes: Readonly<Partial<Record<Notice, Code>>> = {
  hup: "HA9041",
  nohb: "HA9042",
  givenup: "HA9043",
};

/** Announces it, everywhere, once. */
export function announce(turn: Turn, app: Application, what: Notice): void {
  const { state, at, out } = turn;
  logLine(turn, app, what);
  if (what !== "givenup" && isRecovered(turn, app)) {
    const { name, peer: { pid, started, uid, gid } } = app;
    out.push({
      type: "call",
      instance: instances.parent,
      method: "tell",
      args: [name, happenedLine({ name, event: what, pid, started, uid, gid })],
      deadlineMs: 1_000,
    });
  }
  state.sequence++;
  for (const lane of state.lanes) {
    const wallMs = Math.round(at + state.wallOffsetMs);
    lane.queue.push({ app: { ...app }, what, wallMs, sequence: state.sequence });
    if (lane.queue.length > noticesMax) {
      lane.queue.shift();
      lane.dropped++;
    }
    proceed(turn, lane);
  }
}

/** Anybody who may register can make events: the log takes so many of them, and a count. */
function logLine(turn: Turn, app: Application, what: Notice): void {
  const { state: { logged }, at } = turn;
  if (at - logged.sinceAt >= linesMs) {
    if (logged.left > 0) log(turn, "warning", `${logged.left} more events were not logged`);
    Object.assign(logged, { sinceAt: at, lines: 0, left: 0 });
  }
  if (++logged.lines > linesMax) {
    logged.left++;
    return;
  }
  const code = codes[what];
  const text = lineOf(app, what);
  log(turn, levels[what], code === undefined ? text : withCode(code, text));
}

const isRecovered = ({ state: { config } }: Turn, { name, peer }: Application): boolean =>
  config.recover?.some((rule) =>
    rule.name === name && rule.uid === peer.uid && rule.gid === peer.gid
  ) === true;

const lineOf = ({ name, peer, intervalMs }: Application, what: Notice): string => {
  const who = peer.pid === 0 ? name : `${name} (process ${peer.pid} of user ${peer.uid})`;
  return what === "nohb" ? `${who} ${words.nohb} of ${intervalMs} ms` : `${who} ${words[what]}`;
};

/** Loads the plugins. */
export function lanesLoad(turn: Turn): void {
  for (const lane of turn.state.lanes) load(turn, lane);
}

function load({ out }: Turn, lane: Lane): void {
  const { instance, plugin, config } = lane;
  lane.state = "loading";
  out.push({ type: "load", instance, plugin, config });
}

/** A plugin is there, or cannot be had: then it is tried again. */
export function laneLoaded(turn: Turn, instance: string, error: string | undefined): void {
  const lane = laneOf(turn, instance);
  if (lane === undefined) return;
  if (error !== undefined) return broken(turn, lane, `it cannot be loaded: ${error}`);
  lane.state = "ready";
  proceed(turn, lane);
}

/** A plugin died or hung. */
export function laneFault(turn: Turn, instance: string, why: string, givenUp: boolean): void {
  const lane = laneOf(turn, instance);
  if (lane === undefined || !givenUp) return;
  turn.out.push({ type: "unload", instance });
  broken(turn, lane, why);
}

function broken(turn: Turn, lane: Lane, why: string): void {
  lane.state = "failed";
  lane.underway = false;
  if (lane.error !== why) {
    log(
      turn,
      "err",
      withCode("HA9044", `${lane.plugin} notifies nobody: ${clip(why, errorCharactersMax)}`),
    );
  }
  lane.error = why;
  turn.out.push({ type: "timer", name: lane.instance, inMs: reloadMs });
}

/** The timer of a plugin that is to be loaded again. */
export function laneTimer(turn: Turn, name: string): void {
  const lane = laneOf(turn, name);
  if (lane?.state === "failed") load(turn, lane);
}

/** A notice has been sent, or could not be. */
export function laneReply(turn: Turn, instance: string, result: Result): void {
  const lane = laneOf(turn, instance);
  if (lane === undefined) return;
  lane.underway = false;
  if (result.ok) lane.sent++;
  else {
    lane.failed++;
    if (lane.error !== result.error) {
      log(
        turn,
        "err",
        withCode(
          "HA9044",
          `${lane.plugin} could not notify: ${clip(result.error, errorCharactersMax)}`,
        ),
      );
    }
  }
  lane.error = result.ok ? "" : result.error;
  proceed(turn, lane);
}

const laneOf = ({ state: { lanes } }: Turn, instance: string): Lane | undefined =>
  lanes.find((lane) => lane.instance === instance);

function proceed({ state, out }: Turn, lane: Lane): void {
  if (lane.underway || lane.state !== "ready") return;
  const next = lane.queue.shift();
  if (next === undefined) return;
  lane.underway = true;
  const { app, what, wallMs, sequence } = next;
  const alert: Alert = {
    kind: "resource",
    subject: app.name,
    what: lineOf(app, what),
    why: "",
    wallMs,
    node: state.self,
    sequence,
    facts: { node: state.self, rsc: app.name, task: what, desc: words[what] },
    alert: "applications",
    recipient: "",
    timeoutMs: notifyMs,
    parameters: {},
  };
  out.push({
    type: "call",
    id: lane.instance,
    instance: lane.instance,
    method: "notify",
    args: [alert],
    deadlineMs: notifyMs + graceMs,
  });
}
