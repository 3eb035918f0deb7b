/**
 * The connections of applications: registration, beats, settings, the end.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import { armFor } from "./deadlines.ts";
import { rebootFor } from "./guard.ts";
import { intervalMsDefault, intervalMsMax, intervalMsMin } from "./limits.ts";
import { announce } from "./notify.ts";
import { answerBytes, readRequest, type Request } from "./request.ts";
import { type Application, instances, log, type Peer, type Turn } from "./state.ts";

/** Answers, as errno has them. */
export const errno = {
  ok: 0,
  notPermitted: 1,
  notRegistered: 3,
  registered: 17,
  invalid: 22,
} as const;

/** Somebody has connected; the socket has let him in. */
export function opened({ state }: Turn, connection: number, peer: Peer): void {
  state.peers.set(connection, peer);
}

/** A connection is gone. Without a word before, its application has hung up. */
export function closed(turn: Turn, connection: number): void {
  const { state } = turn;
  const app = state.applications.get(connection);
  state.peers.delete(connection);
  state.applications.delete(connection);
  if (app === undefined) return;
  state.counts.hup++;
  announce(turn, app, "hup");
  if (app.boot) rebootFor(turn, app);
}

/** A frame of a connection. */
export function frame(turn: Turn, connection: number, bytes: Uint8Array): void {
  const { state } = turn;
  const peer = state.peers.get(connection);
  if (peer === undefined) return;
  const request = readRequest(bytes);
  if (typeof request === "string") {
    state.counts.malformed++;
    log(turn, "debug", `process ${peer.pid} of user ${peer.uid} sent ${request}`);
    turn.out.push(order("end", [connection]));
    closed(turn, connection);
    return;
  }
  const app = state.applications.get(connection);
  if (request.type === "hb") {
    if (app !== undefined) beat(turn, app);
    return;
  }
  const result = answerTo(turn, connection, peer, app, request);
  if (result !== errno.ok) state.counts.refused++;
  turn.out.push(order("send", [connection, answerBytes(result)]));
}

function answerTo(
  turn: Turn,
  connection: number,
  peer: Peer,
  app: Application | undefined,
  request: Exclude<Request, { readonly type: "hb" }>,
): number {
  if (request.type === "reg") {
    if (app !== undefined) return errno.registered;
    register(turn, connection, peer, request);
    return errno.ok;
  }
  if (app === undefined) return errno.notRegistered;
  switch (request.type) {
    case "unreg":
      turn.state.applications.delete(connection);
      announce(turn, app, "hbunreg");
      return errno.ok;
    case "setint":
      if (request.ms < intervalMsMin || request.ms > intervalMsMax) return errno.invalid;
      app.intervalMs = request.ms;
      beat(turn, app);
      return errno.ok;
    case "setwarn":
      if (request.ms > intervalMsMax) return errno.invalid;
      app.warnMs = request.ms;
      armFor(turn, app);
      return errno.ok;
    case "setboot":
      return setBoot(turn, app, request.boot);
  }
}

function register(
  turn: Turn,
  connection: number,
  peer: Peer,
  { name, instance }: Extract<Request, { readonly type: "reg" }>,
): void {
  const app: Application = {
    connection,
    name,
    instance,
    peer,
    intervalMs: intervalMsDefault,
    warnMs: 0,
    lastAt: turn.at,
    state: "beating",
    beats: 0,
    misses: 0,
    boot: false,
  };
  turn.state.applications.set(connection, app);
  log(turn, "debug", `${name} is registered by process ${peer.pid} of user ${peer.uid}`);
  turn.out.push(order("known", [connection]));
  armFor(turn, app);
}

/** A beat, or something that is as good as one. */
function beat(turn: Turn, app: Application): void {
  const wasMissed = app.state === "missed";
  app.lastAt = turn.at;
  app.state = "beating";
  app.beats++;
  if (wasMissed) announce(turn, app, "hbagain");
  armFor(turn, app);
}

/**
 * To reset the node is a right of root and of the owner of the daemon: for anybody else a client of
 * this socket would gain it by a few bytes.
 */
function setBoot(turn: Turn, app: Application, boot: boolean): number {
  const { config, guard } = turn.state;
  if (!boot) {
    app.boot = false;
    return errno.ok;
  }
  const { uid } = app.peer;
  if (guard === undefined || (uid !== 0 && uid !== config.uid)) {
    const why = guard === undefined ? "there is no watchdog" : `user ${uid} may not ask for it`;
    log(
      turn,
      "warning",
      withCode("HA9040", `${app.name} asked for a reset of the node at its death: ${why}`),
    );
    return errno.notPermitted;
  }
  app.boot = true;
  return errno.ok;
}

const order = (method: "send" | "end" | "known", args: readonly unknown[]) => ({
  type: "call" as const,
  instance: instances.socket,
  method,
  args,
  deadlineMs: 1_000,
});
