/**
 * Fencing: makes sure that a node is dead, and believes only a device that confirms it.
 *
 * Devices are plugins of kind `stonith`, configured as stonith resources in the CIB, loaded before
 * they are needed so that fencing needs no disk. Each request is tried level by level and device
 * by device here; if this node cannot, or is itself the target, it is handed to the other members
 * one after another. Requests for the same node and action are one execution. A node never
 * confirms its own fencing.
 *
 * @module
 */
import type { FenceResult } from "../../plugins/handler/stonith/contract.ts";
import type { Effect, Event, Machine, Result } from "../machine.ts";
import type { Json, Message } from "../messages.ts";
import { type DeviceConfig, type FencingConfig, fencingOf, mayConcernFencing } from "./devices.ts";

/** What may be done to a node. */
export type FenceAction = "off" | "reboot" | "on";

/** Requests under way at once at most. */
export const requestsMax = 128;
/** Services that are told of each fencing at most. */
export const subscribersMax = 64;
/** Finished requests that are remembered. */
export const historyMax = 100;

/** Says so whoever waits. */
type Asker =
  | { readonly type: "local"; readonly service: string; readonly id: string }
  | { readonly type: "node"; readonly node: string; readonly key: string };

/** Milliseconds that an attempt has at least, if there is so much time for two. */
export const attemptMsMin = 10_000;

/** One thing to try: devices of one level that must all succeed, or another node. */
type Attempt =
  | { readonly type: "devices"; readonly ids: readonly string[] }
  | { readonly type: "node"; readonly node: string };

interface Request {
  readonly key: string;
  readonly target: string;
  /** The life of the target that is to be ended; undefined: it was never seen in a view. */
  readonly incarnation: number | undefined;
  readonly action: FenceAction;
  readonly timeoutMs: number;
  readonly startedAt: number;
  readonly askers: Asker[];
  readonly attempts: Attempt[];
  /** Devices of the attempt at hand that are still to succeed. */
  pending: string[];
  /** Number of the call or message that is awaited. */
  awaited: number;
  readonly failures: string[];
}

/** What a finished request is remembered as. */
export interface FenceRecord {
  readonly target: string;
  readonly action: FenceAction;
  readonly ok: boolean;
  readonly delegate: string;
  readonly detail: string;
  readonly tookMs: number;
  readonly wallMs: number;
}

interface Device {
  readonly config: DeviceConfig;
  state: "loading" | "ready" | "failed";
  /** What the device itself says that it can fence. */
  hosts: readonly string[];
  why: string;
}

/** Everything a stonithd knows. */
export interface StonithdState {
  self: string;
  readonly devices: Map<string, Device>;
  levels: FencingConfig["levels"];
  members: readonly string[];
  /** By node: the life in which it was last seen in a view. */
  readonly incarnations: Map<string, number>;
  readonly requests: Map<string, Request>;
  /** Askers of `fence/check`, by the number of the call. */
  readonly checks: Map<number, { readonly service: string; readonly id: string }>;
  readonly history: FenceRecord[];
  /** Services that asked to be told of each fencing. */
  readonly subscribers: Set<string>;
  lastNumber: number;
  wallOffsetMs: number;
  querying: boolean;
  stale: boolean;
}

/** Makes the machine of service `stonithd`. */
export function stonithd(): Machine<StonithdState> {
  const state: StonithdState = {
    self: "",
    devices: new Map(),
    levels: [],
    members: [],
    incarnations: new Map(),
    requests: new Map(),
    checks: new Map(),
    history: [],
    subscribers: new Set(),
    lastNumber: 0,
    wallOffsetMs: 0,
    querying: false,
    stale: false,
  };
  return { service: "stonithd", state, step };
}

function step(state: StonithdState, event: Event): readonly Effect[] {
  const out: Effect[] = [];
  switch (event.type) {
    case "start":
      state.self = event.node;
      state.wallOffsetMs = event.wallMs - event.at;
      // In a process of its own the peers come later; in the same one they are there already.
      subscribe(state, out);
      break;
    case "peer":
      if (!event.up) state.subscribers.delete(event.service);
      if (event.up && (event.service === "cib" || event.service === "ccm")) subscribe(state, out);
      break;
    case "message":
      take(state, event.from, event.message, event.at, out);
      break;
    case "loaded":
      loaded(state, event.instance, event.result, out);
      break;
    case "reply":
      replied(state, event.id, event.result, event.at, out);
      break;
    case "timer":
      timer(state, event.name, event.at, out);
      break;
    case "fault": {
      const device = state.devices.get(event.instance);
      if (device) {
        device.why = event.why;
        if (event.givenUp) device.state = "failed";
      }
      out.push({
        type: "log",
        level: "warning",
        text: `Device "${event.instance}" ${event.why}`,
      });
      break;
    }
    case "stop":
      for (const id of state.devices.keys()) out.push({ type: "unload", instance: id });
      out.push({ type: "stopped" });
      break;
    case "emit":
      break;
  }
  return out;
}

function subscribe(state: StonithdState, out: Effect[]): void {
  out.push(
    { type: "send", to: { service: "ccm" }, message: { type: "ccm/subscribe" } },
    { type: "send", to: { service: "cib" }, message: { type: "cib/subscribe" } },
  );
  state.querying = false;
  query(state, out);
}

function query(state: StonithdState, out: Effect[]): void {
  if (state.querying) {
    state.stale = true;
    return;
  }
  state.querying = true;
  state.stale = false;
  const id = `stonithd ${++state.lastNumber}`;
  out.push({ type: "send", to: { service: "cib" }, message: { type: "cib/query", id } });
}

function take(
  state: StonithdState,
  from: { readonly node: string; readonly service: string },
  message: Message,
  at: number,
  out: Effect[],
): void {
  switch (message.type) {
    case "ccm/view":
      state.members = message.view.members.map(({ node }) => node);
      for (const { node, incarnation } of message.view.members) {
        state.incarnations.set(node, incarnation);
      }
      settleReturned(state, at, out);
      return;
    case "ccm/evicted":
      state.members = [];
      return;
    case "cib/changed":
      if (message.replaced || message.changes.some(mayConcernFencing)) query(state, out);
      return;
    case "cib/document":
      state.querying = false;
      configure(state, message.xml, out);
      if (state.stale) query(state, out);
      return;
    case "fence/request":
      request(
        state,
        { type: "local", service: from.service, id: message.id },
        message.target,
        message.action,
        message.timeoutMs,
        at,
        out,
      );
      return;
    case "fence/subscribe":
      if (state.subscribers.size < subscribersMax) state.subscribers.add(from.service);
      return;
    case "fence/check":
      check(state, from.service, message.id, message.device, out);
      return;
    case "status/query":
      out.push({
        type: "send",
        to: { service: from.service },
        message: { type: "status/answer", id: message.id, status: statusOf(state) },
      });
      return;
    case "peer":
      if (from.service === "stonithd") peer(state, from.node, message.body, at, out);
      return;
    default:
      out.push({
        type: "log",
        level: "warning",
        text: `A message of type "${message.type}" from "${from.service}" is not for stonithd`,
      });
  }
}

/** Loads what is new in the CIB, unloads what is gone, and leaves alone what has not changed. */
function configure(state: StonithdState, cib: string, out: Effect[]): void {
  let wanted: FencingConfig;
  try {
    wanted = fencingOf(cib);
  } catch (error) {
    out.push({
      type: "log",
      level: "err",
      text: `Cannot read the fencing devices out of the CIB: ${
        error instanceof Error ? error.message : String(error)
      }; those known before stay`,
    });
    return;
  }
  state.levels = wanted.levels;
  const kept = new Map(wanted.devices.map((config) => [config.id, config]));
  for (const [id, device] of [...state.devices]) {
    const now = kept.get(id);
    if (now !== undefined && JSON.stringify(now) === JSON.stringify(device.config)) {
      kept.delete(id);
    } else {
      state.devices.delete(id);
      out.push({ type: "unload", instance: id });
    }
  }
  for (const config of kept.values()) {
    state.devices.set(config.id, { config, state: "loading", hosts: [], why: "being loaded" });
    out.push({
      type: "load",
      instance: config.id,
      plugin: config.plugin,
      config: config.config,
    });
  }
}

function loaded(state: StonithdState, id: string, result: Result, out: Effect[]): void {
  const device = state.devices.get(id);
  if (device === undefined) return;
  if (!result.ok) {
    device.state = "failed";
    device.why = result.error;
    out.push({ type: "log", level: "err", text: `Fencing device "${id}": ${result.error}` });
    return;
  }
  device.state = "ready";
  device.why = "";
  out.push({
    type: "call",
    id: `hosts ${id}`,
    instance: id,
    method: "hosts",
    args: [],
    deadlineMs: 20_000,
  });
}

/** A new request, or one more asker of one that is under way. */
function request(
  state: StonithdState,
  asker: Asker,
  target: string,
  action: FenceAction,
  timeoutMs: number,
  at: number,
  out: Effect[],
): void {
  const key = `${action} ${target}`;
  const underway = state.requests.get(key);
  if (underway !== undefined) {
    underway.askers.push(asker);
    return;
  }
  const made: Request = {
    key,
    target,
    incarnation: state.incarnations.get(target),
    action,
    timeoutMs,
    startedAt: at,
    askers: [asker],
    attempts: [],
    pending: [],
    awaited: 0,
    failures: [],
  };
  if (state.requests.size >= requestsMax) {
    made.failures.push(`${requestsMax} requests are under way already`);
    answer(state, made, false, state.self, at, out);
    return;
  }
  // A node must not confirm its own fencing: if it is the target, only others may try.
  if (target !== state.self) made.attempts.push(...localAttempts(state, target));
  if (asker.type === "local") {
    for (const node of [...state.members].sort()) {
      if (node !== state.self && node !== target) made.attempts.push({ type: "node", node });
    }
  }
  state.requests.set(key, made);
  out.push(
    { type: "timer", name: `request ${key}`, inMs: timeoutMs },
    {
      type: "log",
      level: "notice",
      text: `Fencing ${target} (${action}) is asked for`,
    },
  );
  proceed(state, made, at, out);
}

/**
 * A target that is back in a new life is not what was to be fenced: to go on would end a member that
 * has done nothing. Nobody confirmed anything either, so the request has failed, and whoever asked
 * looks again at what is needed. One that is back in the same life still is the target.
 */
function settleReturned(state: StonithdState, at: number, out: Effect[]): void {
  for (const made of [...state.requests.values()]) {
    if (made.action === "on" || !state.members.includes(made.target)) continue;
    if (state.incarnations.get(made.target) === made.incarnation) continue;
    made.failures.push(`${made.target} has come back in a new life`);
    answer(state, made, false, state.self, at, out);
  }
}

/** Ways to fence a node from here: the levels of its topology, else each device that knows it. */
function localAttempts(state: StonithdState, target: string): Attempt[] {
  const levels = state.levels.filter((level) => level.target === target);
  if (levels.length > 0) {
    return levels.map((level) => ({ type: "devices", ids: level.devices }));
  }
  return [...state.devices.values()]
    .filter(({ config, hosts }) => (config.hosts ?? hosts).includes(target))
    .map(({ config }) => config.id)
    .sort()
    .map((id) => ({ type: "devices", ids: [id] }));
}

/** Goes on with the attempt at hand, or with the next, or gives up. */
function proceed(state: StonithdState, made: Request, at: number, out: Effect[]): void {
  for (;;) {
    const id = made.pending[0];
    if (id !== undefined && leftMs(made, at) > 1) {
      const device = state.devices.get(id);
      if (device?.state === "ready") {
        made.awaited = ++state.lastNumber;
        if (device.config.delayMs > 0) {
          const name = `delay ${made.awaited} ${made.key}`;
          out.push({ type: "timer", name, inMs: device.config.delayMs });
        } else strike(made, id, at, out);
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
      answer(state, made, false, state.self, at, out);
      return;
    }
    if (next.type === "devices") {
      made.pending = [...next.ids];
      continue;
    }
    made.awaited = ++state.lastNumber;
    const patienceMs = patienceOf(made, at);
    out.push({
      type: "timer",
      name: `patience ${made.awaited} ${made.key}`,
      inMs: patienceMs,
    }, {
      type: "send",
      to: { node: next.node, service: "stonithd" },
      message: {
        type: "peer",
        body: {
          type: "fence",
          key: `${made.awaited} ${made.key}`,
          target: made.target,
          action: made.action,
          timeoutMs: patienceMs,
        },
      },
    });
    return;
  }
}

function strike(made: Request, device: string, at: number, out: Effect[]): void {
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

/** What another node's stonithd says. Anything but these two shapes is ignored. */
function peer(state: StonithdState, node: string, body: Json, at: number, out: Effect[]): void {
  if (body === null || typeof body !== "object" || !("type" in body)) return;
  const { key, target, action, timeoutMs } = body;
  if (typeof key !== "string") return;
  if (
    body.type === "fence" && typeof target === "string" && typeof timeoutMs === "number" &&
    (action === "off" || action === "on" || action === "reboot")
  ) {
    request(state, { type: "node", node, key }, target, action, timeoutMs, at, out);
    return;
  }
  if (body.type !== "fenced") return;
  const space = key.indexOf(" ");
  const made = state.requests.get(key.slice(space + 1));
  if (made === undefined || made.awaited !== Number(key.slice(0, space))) return;
  if (node === made.target) return; // Nobody confirms its own death.
  if (body.ok === true) answer(state, made, true, node, at, out);
  else {
    made.failures.push(`${node}: ${String(body.detail)}`);
    proceed(state, made, at, out);
  }
}

function replied(
  state: StonithdState,
  id: string,
  result: Result,
  at: number,
  out: Effect[],
): void {
  const [what = "", first = ""] = id.split(" ");
  if (what === "hosts") {
    const device = state.devices.get(id.slice(6));
    if (device === undefined) return;
    if (result.ok) device.hosts = result.value as readonly string[];
    else device.why = result.error;
    return;
  }
  const found: FenceResult = result.ok
    ? result.value as FenceResult
    : { ok: false, detail: result.error };
  const number = Number(first);
  if (what === "check") {
    const asker = state.checks.get(number);
    state.checks.delete(number);
    if (asker) checked(asker, found, out);
    return;
  }
  const made = state.requests.get(id.slice(what.length + first.length + 2));
  if (made === undefined || made.awaited !== number) return;
  const device = made.pending.shift() ?? "";
  if (found.ok) {
    if (made.pending.length === 0) answer(state, made, true, state.self, at, out);
    else proceed(state, made, at, out);
    return;
  }
  made.failures.push(`device "${device}": ${found.detail}`);
  made.pending = [];
  proceed(state, made, at, out);
}

function timer(state: StonithdState, name: string, at: number, out: Effect[]): void {
  const [what = "", first = ""] = name.split(" ");
  if (what === "request") {
    const made = state.requests.get(name.slice(8));
    if (made === undefined) return;
    made.failures.push(`no device confirmed within ${made.timeoutMs} ms`);
    answer(state, made, false, state.self, at, out);
    return;
  }
  const made = state.requests.get(name.slice(what.length + first.length + 2));
  if (made?.awaited !== Number(first)) return;
  if (what === "patience") {
    made.failures.push("another node did not answer in time");
    proceed(state, made, at, out);
    return;
  }
  const device = made.pending[0];
  if (device !== undefined) strike(made, device, at, out);
}

function answer(
  state: StonithdState,
  made: Request,
  ok: boolean,
  delegate: string,
  at: number,
  out: Effect[],
): void {
  state.requests.delete(made.key);
  made.awaited = 0;
  const { target, action } = made;
  const detail = ok ? "confirmed by the device" : made.failures.join("; ").slice(0, 1024);
  out.push({ type: "cancel", name: `request ${made.key}` }, {
    type: "log",
    level: ok ? "notice" : "err",
    text: ok
      ? `${target} is fenced (${action}) by ${delegate}, after ${
        Math.round(at - made.startedAt)
      } ms`
      : `Cannot fence ${target} (${action}): ${detail}`,
  });
  for (const asker of made.askers) {
    if (asker.type === "local") {
      out.push({
        type: "send",
        to: { service: asker.service },
        message: {
          type: "fence/result",
          id: asker.id,
          target,
          action,
          ok,
          ...(ok ? { delegate } : { error: detail }),
        },
      });
    } else {
      out.push({
        type: "send",
        to: { node: asker.node, service: "stonithd" },
        message: { type: "peer", body: { type: "fenced", key: asker.key, ok, detail } },
      });
    }
  }
  const tookMs = Math.round(at - made.startedAt);
  const outcome = { target, action, ok, delegate, detail, tookMs };
  for (const service of state.subscribers) {
    out.push({
      type: "send",
      to: { service },
      message: { type: "fence/happened", ...outcome },
    });
  }
  state.history.push({ ...outcome, wallMs: Math.round(at + state.wallOffsetMs) });
  if (state.history.length > historyMax) state.history.shift();
}

/** Whether a device is usable now, for the monitor of its resource. */
function check(
  state: StonithdState,
  service: string,
  id: string,
  name: string,
  out: Effect[],
): void {
  const device = state.devices.get(name);
  if (device?.state !== "ready") {
    const detail = device?.why ?? `no stonith device "${name}" is configured`;
    // One that is still being loaded will answer for itself.
    checked({ service, id }, { ok: device?.state === "loading", detail }, out);
    return;
  }
  const number = ++state.lastNumber;
  state.checks.set(number, { service, id });
  out.push({
    type: "call",
    id: `check ${number}`,
    instance: name,
    method: "status",
    args: [],
    deadlineMs: 20_000,
  });
}

function checked(
  asker: { readonly service: string; readonly id: string },
  result: FenceResult,
  out: Effect[],
): void {
  out.push({
    type: "send",
    to: { service: asker.service },
    message: { type: "fence/checked", id: asker.id, ok: result.ok, detail: result.detail },
  });
}

function statusOf(state: StonithdState): Json {
  return {
    devices: [...state.devices.values()].map(({ config, state, hosts, why }) => ({
      id: config.id,
      plugin: config.plugin,
      state,
      hosts: config.hosts ?? hosts,
      why,
    })),
    history: state.history.map((record) => ({ ...record })),
  };
}
