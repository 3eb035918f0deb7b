/**
 * Applications promise a beat within a deadline; each that misses it is announced once, and none that
 * kept it.
 *
 * Time is monotonic. A deadline is judged only after the sockets have said that nothing of the
 * application waits there: a beat that came in time counts, also if this process was stopped or slow
 * meanwhile (`deadlines.ts`).
 *
 * @module
 */
import type { Effect, Event, Machine, Result } from "../runtime/machine.ts";
import { onAgain, onJudged, onLook } from "./deadlines.ts";
import { readGivenUp } from "./event.ts";
import {
  guardEmitted,
  guardFault,
  guardLoaded,
  guardReply,
  guardTimer,
  loadGuard,
  stopGuard,
} from "./guard.ts";
import { announce, laneFault, laneLoaded, laneReply, lanesLoad, laneTimer } from "./notify.ts";
import { closed, frame, opened } from "./connections.ts";
import { type ApphbdConfig, type ApphbdState, instances, log, type Turn } from "./state.ts";
import { statusOf } from "./status.ts";
import type { SocketEvent } from "./socket.ts";

/** Makes the machine of service `apphbd`. */
export function apphbd(config: ApphbdConfig): Machine<ApphbdState> {
  const { watchdog } = config;
  return {
    service: "apphbd",
    state: {
      config,
      self: "",
      wallOffsetMs: 0,
      socket: "loading",
      peers: new Map(),
      applications: new Map(),
      armedAt: undefined,
      asked: undefined,
      lanes: config.notifiers.map(({ plugin, config }, at) => ({
        instance: `notifier ${at}`,
        plugin,
        config,
        state: "loading",
        queue: [],
        underway: false,
        sent: 0,
        failed: 0,
        dropped: 0,
        error: "",
      })),
      sequence: 0,
      guard: watchdog && { ...watchdog, state: "loading", asked: false, told: "" },
      reboot: "",
      givenUp: new Set(),
      logged: { sinceAt: 0, lines: 0, left: 0 },
      counts: { hup: 0, nohb: 0, refused: 0, malformed: 0 },
    },
    step,
  };
}

function step(state: ApphbdState, event: Event): readonly Effect[] {
  const turn: Turn = { state, at: event.at, out: [] };
  switch (event.type) {
    case "start":
      state.self = event.node;
      state.wallOffsetMs = event.wallMs - event.at;
      for (const instance of [instances.parent, instances.socket]) {
        turn.out.push({ type: "load", instance, plugin: instance, config: {} });
      }
      lanesLoad(turn);
      loadGuard(turn);
      break;
    case "loaded":
      onLoaded(turn, event.instance, event.result);
      break;
    case "emit":
      onEmit(turn, event.instance, event.event);
      break;
    case "reply":
      onReply(turn, event.id, event.result);
      break;
    case "fault":
      if (event.instance === instances.guard) guardFault(turn, event.why, event.givenUp);
      else laneFault(turn, event.instance, event.why, event.givenUp);
      break;
    case "timer":
      onTimer(turn, event.name);
      break;
    case "message":
      if (event.message.type !== "status/query") break;
      turn.out.push({
        type: "send",
        to: event.from,
        message: { type: "status/answer", id: event.message.id, status: statusOf(turn) },
      });
      break;
    case "stop":
      if (!stopGuard(turn)) turn.out.push({ type: "stopped" });
      break;
    case "peer":
      break;
  }
  return turn.out;
}

function onLoaded(turn: Turn, instance: string, result: Result): void {
  const error = result.ok ? undefined : result.error;
  switch (instance) {
    case instances.socket:
    case instances.parent:
      return;
    case instances.guard:
      guardLoaded(turn, error);
      return;
    default:
      laneLoaded(turn, instance, error);
  }
}

function onEmit(turn: Turn, instance: string, event: unknown): void {
  if (instance === instances.guard) guardEmitted(turn, event);
  else if (instance === instances.parent) onParent(turn, String(event));
  else if (instance === instances.socket) onSocket(turn, event as SocketEvent);
}

function onSocket(turn: Turn, event: SocketEvent): void {
  switch (event.type) {
    case "listening":
      turn.state.socket = event.error === undefined ? "open" : "failed";
      if (event.error !== undefined) log(turn, "err", event.error);
      return;
    case "opened":
      opened(turn, event.connection, event.peer);
      return;
    case "frame":
      frame(turn, event.connection, event.bytes);
      return;
    case "closed":
      closed(turn, event.connection);
  }
}

/** The recovery manager says what became of a recovery. */
function onParent(turn: Turn, line: string): void {
  const { state: { givenUp, applications } } = turn;
  const answer = readGivenUp(line);
  if (answer === undefined) return;
  if (!answer.givenUp) givenUp.delete(answer.name);
  else if (!givenUp.has(answer.name) && givenUp.size < namesMax) {
    givenUp.add(answer.name);
    const app = [...applications.values()].find(({ name }) => name === answer.name);
    announce(turn, app ?? unknown(answer.name, turn.at), "givenup");
  }
}

/** Names that the recovery manager has rules for, at most. */
const namesMax = 256;

/** An application that is not connected any more. */
const unknown = (name: string, at: number) => ({
  connection: 0,
  name,
  instance: "",
  peer: { pid: 0, uid: 0, gid: 0, started: 0 },
  intervalMs: 0,
  warnMs: 0,
  lastAt: at,
  state: "missed" as const,
  beats: 0,
  misses: 0,
  boot: false,
});

function onReply(turn: Turn, id: string, result: Result): void {
  if (id === "judge") onJudged(turn, result);
  else if (id.startsWith("guard ")) guardReply(turn, id, result);
  else laneReply(turn, id, result);
}

function onTimer(turn: Turn, name: string): void {
  switch (name) {
    case "look":
      onLook(turn);
      return;
    case "again":
      onAgain(turn);
      return;
    default:
      if (!guardTimer(turn, name)) laneTimer(turn, name);
  }
}
