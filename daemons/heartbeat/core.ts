/**
 * Heartbeat: monitors the other nodes, and carries messages between services of different nodes
 * over any number of links at once.
 *
 * It uses the protocol of heartbeat 3.0.6 bit for bit, so our nodes and C nodes can be members of
 * one cluster. New message names add what only our own nodes use: the *stream*, which carries
 * messages of services in order and without loss while both sides live.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import type { Effect, Event, Machine, Result } from "../runtime/machine.ts";
import type { Message } from "../runtime/messages.ts";
import { Random } from "../runtime/random.ts";
import { presence } from "./clients/presence.ts";
import { socketInstance } from "./clients/send.ts";
import { clientEvent, endClients, type SocketEvent } from "./clients/sessions.ts";
import { noClients } from "./clients/state.ts";
import { announce, announceAnyway, connectivity } from "./connectivity.ts";
import type { Codecs } from "./codecs.ts";
import type { HeartbeatConfig } from "./config.ts";
import { counters } from "./counters.ts";
import { closeWindow, lookForFlood, sendBeats } from "./flood.ts";
import { noFlood } from "./flood_state.ts";
import { changeHosts, nodesOf } from "./hosts.ts";
import { hostsKey, noHosts, readHosts } from "./hosts_state.ts";
import { askForNodes, proceed } from "./joining.ts";
import { lineBulk } from "./line_bulk.ts";
import { sendBulk } from "./lines.ts";
import { lookForSilence, quietTimer, sendLeave, sendStatus } from "./liveness.ts";
import { addPeer } from "./peer.ts";
import {
  deadpingInstance,
  loadPseudoMembers,
  lookForAnswer,
  pingAll,
  pseudoMemberEmitted,
  pseudoMemberLoaded,
} from "./pseudo_members.ts";
import { pseudoMembers } from "./pseudo_state.ts";
import { receive } from "./receive.ts";
import { noRefusals } from "./refusals.ts";
import { newUuid, nextGeneration, writeGeneration } from "./saved.ts";
import { reloadLater } from "./reload.ts";
import { askForMissing } from "./sequence.ts";
import { armOnce, type HeartbeatState, log, rearm, refuse, type Turn } from "./state.ts";
import { statusShown } from "./status.ts";
import { forgetStrangers } from "./strangers.ts";
import { acknowledgeAll } from "./stream_acks.ts";
import { nothingWritten } from "./stream_item.ts";
import { flush, forward, resendOldest, settle } from "./stream_out.ts";
import { tellTrouble } from "./trouble.ts";
import {
  askWhetherItLeft,
  disarm,
  disarmed,
  loadWatchdog,
  unloadWatchdog,
  watchdogEmitted,
  watchdogFault,
  watchdogInstance,
  watchdogLoaded,
  watchdogReply,
} from "./watchdog.ts";
import { watchdogOf } from "./watchdog_state.ts";

/** Characters of an address as a medium tells it, at most. */
const addressCharactersMax = 256;

/** Makes the machine of service `heartbeat`. */
export function heartbeat(config: HeartbeatConfig, codecs: Codecs): Machine<HeartbeatState> {
  const state: HeartbeatState = {
    config,
    codecs,
    counters: counters(),
    node: "",
    random: new Random(0),
    generation: 0,
    uuid: new Uint8Array(16),
    wallOffsetMs: 0,
    startedAt: 0,
    status: "init",
    phase: "loading",
    asked: 0,
    tickAt: 0,
    lateMsMax: 0,
    eventAt: 0,
    deafUntil: 0,
    seq: 0,
    history: [],
    links: new Map(config.media.map(({ link }) => [link, { link, state: "loading" }])),
    lines: new Set(config.media.flatMap(({ link, line }) => line === undefined ? [] : [link])),
    lineEnds: new Map(),
    lineBulk: lineBulk(Math.min(...config.media.map(({ line }) => line?.bytesPerSecond ?? 1e9))),
    pseudo: pseudoMembers(config),
    watchdog: watchdogOf(config),
    troubles: new Map(),
    peers: new Map(),
    subscribers: new Set(),
    outgoing: {
      next: 1,
      low: 1,
      kept: [],
      queue: [],
      queueAt: 0,
      queueBytes: 0,
      written: nothingWritten(),
      lastSession: 0,
      packetBytes: undefined,
      bytes: 0,
      owed: false,
    },
    told: new Map(),
    packingOff: undefined,
    refusals: noRefusals(),
    flood: noFlood(),
    clients: noClients(),
    hosts: noHosts(),
    strangers: new Map(),
    founded: false,
    armed: new Set(),
    reload: { failed: 0, lastAt: 0 },
  };
  return { service: "heartbeat", state, step };
}

function step(state: HeartbeatState, event: Event, more = false): readonly Effect[] {
  const turn: Turn = { state, at: event.at, out: [] };
  if (state.phase === "stopped") return turn.out;
  if (state.phase === "stopping") {
    if (event.type === "reply" && disarmed(turn, event.id, errorOf(event.result))) finish(turn);
    return turn.out;
  }
  watchOwnPause(turn);
  switch (event.type) {
    case "start":
      start(turn, event);
      break;
    case "emit":
      // What a socket of ours emits is typed; what a plugin emits is looked at first.
      if (event.instance === socketInstance) clientEvent(turn, event.event as SocketEvent);
      else if (event.instance === watchdogInstance) watchdogEmitted(turn, event.event);
      else if (state.pseudo.has(event.instance)) {
        pseudoMemberEmitted(turn, event.instance, event.event);
      } else emitted(turn, event.instance, event.event);
      break;
    case "timer":
      state.armed.delete(event.name);
      due(turn, event.name);
      break;
    case "message":
      take(turn, event.from.service, event.message);
      break;
    case "loaded":
      loaded(turn, event.instance, event.result);
      break;
    case "fault":
      if (event.instance === watchdogInstance) {
        watchdogFault(turn, event.why, event.givenUp);
        break;
      }
      log(turn, "err", withCode("HA5009", `Link ${event.instance}: its medium ${event.why}`));
      if (event.givenUp) failed(turn, event.instance, event.why);
      break;
    case "peer":
      // A service that comes back subscribes again.
      if (!event.up) {
        state.subscribers.delete(event.service);
        state.clients.watchers.delete(event.service);
      }
      break;
    case "stop":
      endClients(turn);
      sendLeave(turn);
      if (disarm(turn)) state.phase = "stopping";
      else finish(turn);
      break;
    case "reply":
      watchdogReply(turn, event.id, errorOf(event.result));
      break;
  }
  // Messages that come at once leave together.
  if (!more) settle(turn);
  return turn.out;
}

/** The end of a clean stop. */
function finish(turn: Turn): void {
  const { state, out } = turn;
  out.push({ type: "unload", instance: socketInstance });
  for (const { link, state: linkState } of state.links.values()) {
    if (linkState === "up") out.push({ type: "unload", instance: link });
  }
  for (const [instance, { loading }] of state.pseudo) {
    if (loading === "up") out.push({ type: "unload", instance });
  }
  unloadWatchdog(turn);
  out.push({ type: "stopped" });
  state.phase = "stopped";
}

/** The first event: a new life, with a generation of its own on disk before the first packet. */
function start(turn: Turn, event: Extract<Event, { type: "start" }>): void {
  const { state, out } = turn;
  state.node = event.node;
  state.random = new Random(event.seed);
  state.wallOffsetMs = event.wallMs - event.at;
  state.startedAt = event.at;
  state.generation = nextGeneration(event.saved.get("generation"), event.wallMs);
  out.push({ type: "save", key: "generation", value: writeGeneration(state.generation) });
  const uuid = event.saved.get("uuid");
  state.uuid = uuid?.length === 16 ? uuid : newUuid(state.random);
  if (uuid?.length !== 16) out.push({ type: "save", key: "uuid", value: state.uuid });
  const hosts = readHosts(event.saved.get(hostsKey));
  if (hosts === undefined) {
    log(
      turn,
      "err",
      withCode(
        "HA5018",
        "The saved changes of the list of nodes cannot be read: this node uses the list in its " +
          "configuration. Fix: repeat the changes with `ha heartbeat add` and `remove`",
      ),
    );
  }
  state.hosts = hosts ?? noHosts();
  for (const name of nodesOf(state)) {
    if (name === state.node || state.peers.has(name)) continue;
    const peer = addPeer(state, name);
    armOnce(turn, quietTimer(peer), state.config.initdeadMs);
  }
  if ((state.config.autojoin ?? "none") !== "none") {
    armOnce(turn, "initdead", state.config.initdeadMs);
  }
  loadMedia(turn);
  loadPseudoMembers(turn);
  loadWatchdog(turn);
}

/** @param again those that failed: one that is still being loaded is not there twice. */
function loadMedia({ state, out }: Turn, again = false): void {
  for (const { link, plugin, config } of state.config.media) {
    if (again && state.links.get(link)?.state !== "failed") continue;
    state.links.set(link, { link, state: "loading" });
    out.push({ type: "load", instance: link, plugin, config });
  }
}

function loaded(
  turn: Turn,
  instance: string,
  result: Result,
): void {
  const { state } = turn;
  if (instance === socketInstance) {
    if (!result.ok) {
      log(turn, "err", withCode("HA5019", `Cannot serve the local API: ${result.error}`));
    }
    return;
  }
  if (instance === watchdogInstance) {
    watchdogLoaded(turn, errorOf(result));
    return;
  }
  const member = state.pseudo.get(instance);
  if (member !== undefined) {
    pseudoMemberLoaded(turn, member, result.ok ? undefined : result.error);
    return;
  }
  if (result.ok) state.links.set(instance, { link: instance, state: "up" });
  else {
    log(turn, "err", withCode("HA5009", `Cannot open link ${instance}: ${result.error}`));
    linkFailed(turn, instance);
  }
  announceAnyway(turn);
  if (state.phase !== "loading") return;
  for (const link of state.links.values()) if (link.state === "loading") return;
  // The first packets of heartbeat, in its order: init, then up, and again.
  state.phase = "listening";
  sendStatus(turn);
  state.status = "up";
  sendStatus(turn);
  state.tickAt = turn.at;
  tick(turn);
  proceed(turn);
}

/** A plugin will not be started again by its loader. */
function failed(turn: Turn, instance: string, why: string): void {
  const member = turn.state.pseudo.get(instance);
  turn.out.push({ type: "unload", instance });
  if (member !== undefined) pseudoMemberLoaded(turn, member, why);
  else linkFailed(turn, instance);
}

function linkFailed(turn: Turn, link: string): void {
  turn.state.links.set(link, { link, state: "failed" });
  reloadLater(turn);
}

/** One keepalive. Due times are absolute, so that lateness does not add up. */
function tick(turn: Turn): void {
  const { state, at, out } = turn;
  const from = out.length;
  sendStatus(turn);
  askWhetherItLeft(turn, from);
  pingAll(turn);
  lookForFlood(turn);
  forgetStrangers(turn);
  state.lateMsMax = Math.max(state.lateMsMax, at - state.tickAt);
  state.tickAt += state.config.keepaliveMs;
  if (state.tickAt <= at) state.tickAt = at + state.config.keepaliveMs;
  rearm(turn, "keepalive", state.tickAt - at);
}

function due(turn: Turn, name: string): void {
  switch (name) {
    case "keepalive":
      tick(turn);
      return;
    case "ack":
      acknowledgeAll(turn);
      return;
    case "flush":
      flush(turn);
      return;
    case "resend":
      resendOldest(turn);
      announce(turn);
      return;
    case "missing":
      askForMissing(turn);
      return;
    case "reqnodes":
      askForNodes(turn);
      return;
    case "flood":
      closeWindow(turn);
      return;
    case "beat":
      sendBeats(turn);
      return;
    case "lines":
      sendBulk(turn);
      return;
    case "initdead":
      proceed(turn);
      return;
    case "reload":
      loadMedia(turn, true);
      loadPseudoMembers(turn, true);
      if (turn.state.watchdog?.state === "failed") loadWatchdog(turn);
      return;
  }
  const pinged = deadpingInstance(name);
  if (pinged !== undefined) {
    lookForAnswer(turn, pinged);
    return;
  }
  const peer = turn.state.peers.get(name.slice("quiet:".length));
  if (peer === undefined) return;
  lookForSilence(turn, peer);
  proceed(turn);
}

/**
 * If nothing at all happened for much longer than our own keepalive, this process stood still, or
 * the machine was suspended: others were not silent, we were deaf. They get a keepalive's time.
 */
function watchOwnPause({ state, at }: Turn): void {
  const { keepaliveMs } = state.config;
  if (state.phase !== "loading" && at - state.eventAt > 1.5 * keepaliveMs) {
    state.deafUntil = at + keepaliveMs;
  }
  state.eventAt = at;
}

/** What a medium emitted; it is looked at before it is believed. */
function emitted(turn: Turn, link: string, event: unknown): void {
  if (typeof event !== "object" || event === null || !("type" in event)) return;
  if (event.type === "packet" && "bytes" in event && event.bytes instanceof Uint8Array) {
    const from = addressOf(event);
    if (turn.state.phase !== "loading") receive(turn, link, event.bytes, from);
  } else if (event.type === "refused" && "count" in event) {
    const { count } = event;
    const from = addressOf(event);
    if (typeof count !== "number" || !Number.isSafeInteger(count) || count < 1) return;
    turn.state.counters.refused["not a peer"] += count;
    refuse(turn, { why: "not a peer", from, link, count });
  } else if (event.type === "trouble" && "why" in event) {
    tellTrouble(turn, link, `Link ${link}`, event.why);
  }
}

/** The address that a medium tells of, cut: it is kept, logged and shown. */
const addressOf = (event: object): string =>
  "from" in event && typeof event.from === "string"
    ? event.from.slice(0, addressCharactersMax)
    : "";

/** A message of a service of this node. */
function take(turn: Turn, from: string, message: Message): void {
  const { state, out } = turn;
  switch (message.type) {
    case "heartbeat/forward":
      forward(turn, message.to, message.from.service, message.body);
      return;
    case "heartbeat/subscribe":
      state.subscribers.add(from);
      out.push({ type: "send", to: { service: from }, message: connectivity(state) });
      return;
    case "heartbeat/founded":
      state.founded = true;
      return;
    case "heartbeat/change": {
      const error = changeHosts(turn, message.change);
      out.push({
        type: "send",
        to: { service: from },
        message: {
          type: "heartbeat/changed",
          id: message.id,
          ok: error === undefined,
          ...(error === undefined ? {} : { error }),
        },
      });
      return;
    }
    case "heartbeat/parameter": {
      const value = state.config.clients?.parameters.get(message.name);
      out.push({
        type: "send",
        to: { service: from },
        message: {
          type: "heartbeat/value",
          id: message.id,
          ...(value === undefined ? {} : { value }),
        },
      });
      return;
    }
    case "heartbeat/watch":
      state.clients.watchers.add(from);
      out.push({ type: "send", to: { service: from }, message: presence(state) });
      return;
    case "status/query":
      out.push({
        type: "send",
        to: { service: from },
        message: { type: "status/answer", id: message.id, status: statusShown(state, turn.at) },
      });
      return;
  }
}

const errorOf = (result: Result): string | undefined => result.ok ? undefined : result.error;
