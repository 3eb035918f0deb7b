/**
 * The local resource manager: the authority on the resources of its node.
 *
 * It runs the operations of one resource one after another, those of different resources side by
 * side up to a bound, repeats recurring ones, and remembers the last result of each. It knows
 * classes of agents only as plugins of kind `ra`; it decides nothing about what should run where.
 *
 * @module
 */
import type { RaResult } from "../../plugins/handler/ra/contract.ts";
import type { Effect, Event, Machine, Result } from "../machine.ts";
import type { LrmOperation, LrmResult, Message } from "../messages.ts";

/** What the operator chooses. */
export interface LrmdConfig {
  /** Plugin of kind `ra` for each class of agents: `{ deno: "ra/deno", ocf: "ra/ocf" }`. */
  readonly classes: Readonly<Record<string, { readonly plugin: string; readonly config: unknown }>>;
  /** Operations that run at once at most. */
  readonly parallelMax: number;
}

/** Operations that may wait for one resource at most. */
export const waitingMax = 64;
/** Milliseconds a plugin may take beyond the operation's own timeout, to end what it started. */
export const graceMs = 5_000;

/** One operation that waits or runs. */
interface Task {
  readonly number: number;
  /** The id to answer; none for a repetition. */
  readonly id?: string;
  readonly operation: LrmOperation;
  readonly queuedAt: number;
  startedAt?: number;
}

/** A recurring operation. */
interface Recurring {
  readonly operation: LrmOperation;
  /** Result code last reported; only a change is news. */
  reported?: number;
}

interface Resource {
  readonly waiting: Task[];
  running?: Task;
  readonly recurring: Map<string, Recurring>;
  readonly history: Map<string, LrmResult>;
  /** A stonith resource has no process: whether it was started is known here alone. */
  started: boolean;
}

/** Everything an lrmd knows. */
export interface LrmdState {
  readonly config: LrmdConfig;
  readonly resources: Map<string, Resource>;
  /** Whether each class's plugin is there, is being loaded, or why not. */
  readonly classes: Map<string, "loading" | "ready" | { readonly failed: string }>;
  /** Resources with something to do, in the order they asked. */
  readonly ready: Set<string>;
  running: number;
  lastNumber: number;
  lastCall: number;
  wallOffsetMs: number;
  stopping: boolean;
}

/** Makes the machine of service `lrmd`. */
export function lrmd(config: LrmdConfig): Machine<LrmdState> {
  const state: LrmdState = {
    config,
    resources: new Map(),
    classes: new Map(),
    ready: new Set(),
    running: 0,
    lastNumber: 0,
    lastCall: 0,
    wallOffsetMs: 0,
    stopping: false,
  };
  return { service: "lrmd", state, step };
}

function step(state: LrmdState, event: Event): readonly Effect[] {
  const out: Effect[] = [];
  switch (event.type) {
    case "start":
      state.wallOffsetMs = event.wallMs - event.at;
      for (const [name, { plugin, config }] of sorted(state.config.classes)) {
        state.classes.set(name, "loading");
        out.push({ type: "load", instance: `ra:${name}`, plugin, config });
      }
      break;
    case "loaded": {
      const name = event.instance.slice(3);
      if (event.result.ok) state.classes.set(name, "ready");
      else {
        state.classes.set(name, { failed: event.result.error });
        out.push({ type: "log", level: "err", text: event.result.error });
      }
      for (const id of state.resources.keys()) state.ready.add(id);
      break;
    }
    case "fault":
      out.push({
        type: "log",
        level: "warning",
        text: `The plugin of class "${event.instance.slice(3)}" ${event.why}`,
      });
      if (event.givenUp) state.classes.set(event.instance.slice(3), { failed: event.why });
      break;
    case "message":
      take(state, event.from.service, event.message, event.at, out);
      break;
    case "timer":
      due(state, event.name, event.at, out);
      break;
    case "reply":
      finish(state, event.id, event.result, event.at, out);
      break;
    case "stop":
      // Services go on: whoever comes after finds them by probing.
      state.stopping = true;
      for (const name of Object.keys(state.config.classes)) {
        out.push({ type: "unload", instance: `ra:${name}` });
      }
      out.push({ type: "stopped" });
      break;
    case "emit":
    case "peer":
      break;
  }
  dispatch(state, event.at, out);
  return out;
}

/** The name under which an operation and its history are known: `web_monitor_10000`. */
export const operationKey = (resource: string, action: string, intervalMs: number): string =>
  `${resource}_${action}_${intervalMs}`;

function take(
  state: LrmdState,
  service: string,
  message: Message,
  at: number,
  out: Effect[],
): void {
  const answer = (message: Message) => out.push({ type: "send", to: { service }, message });
  switch (message.type) {
    case "lrm/execute":
      enqueue(state, message.operation, at, message.id, out);
      return;
    case "lrm/cancel": {
      const { id, resource, action, intervalMs } = message;
      answer({
        type: "lrm/cancelled",
        id,
        found: cancel(state, resource, operationKey(resource, action, intervalMs), out),
      });
      return;
    }
    case "lrm/forget": {
      const resource = state.resources.get(message.resource);
      for (const key of [...resource?.recurring.keys() ?? []]) {
        cancel(state, message.resource, key, out);
      }
      resource?.history.clear();
      // What still waits or runs is told to whoever asked for it; then nothing is left.
      if (resource && resource.running === undefined && resource.waiting.length === 0) {
        state.resources.delete(message.resource);
      }
      answer({ type: "lrm/forgotten", id: message.id });
      return;
    }
    case "lrm/query":
      answer({ type: "lrm/state", id: message.id, results: history(state) });
      return;
    case "fence/checked":
      finish(
        state,
        message.id,
        {
          ok: true,
          value: { rc: message.ok ? 0 : 1, timedOut: false, output: message.detail },
        },
        at,
        out,
      );
      return;
    default:
      out.push({
        type: "log",
        level: "warning",
        text: `A message of type "${message.type}" from "${service}" is not for lrmd; ignored`,
      });
  }
}

/** All last results, by resource and operation. */
export function history(state: LrmdState): readonly LrmResult[] {
  const results: LrmResult[] = [];
  for (const id of [...state.resources.keys()].sort()) {
    const resource = state.resources.get(id)!;
    for (const key of [...resource.history.keys()].sort()) results.push(resource.history.get(key)!);
  }
  return results;
}

function enqueue(
  state: LrmdState,
  operation: LrmOperation,
  at: number,
  id: string | undefined,
  out: Effect[],
): void {
  const resource = resourceOf(state, operation.resource);
  const task: Task = {
    number: ++state.lastNumber,
    ...(id === undefined ? {} : { id }),
    operation,
    queuedAt: at,
  };
  if (resource.waiting.length >= waitingMax || state.stopping) {
    const why = state.stopping
      ? "the local resource manager is stopping"
      : `${waitingMax} operations wait for this resource already`;
    report(state, resource, task, { rc: 1, timedOut: false, output: why }, at, out, 4);
    return;
  }
  const { action, intervalMs, startDelayMs } = operation;
  const key = operationKey(operation.resource, action, intervalMs);
  if (intervalMs > 0) {
    cancel(state, operation.resource, key, out);
    resource.recurring.set(key, { operation });
  } else if (action !== "monitor" && action !== "notify" && action !== "meta-data") {
    // A change of state makes every monitor of the old state void.
    for (const old of [...resource.recurring.keys()]) cancel(state, operation.resource, old, out);
  }
  resource.waiting.push(task);
  if (startDelayMs > 0) {
    out.push({ type: "timer", name: `delay ${operation.resource}`, inMs: startDelayMs });
  } else state.ready.add(operation.resource);
}

/** Ends a recurring operation, or takes back one that waits. Tells whether there was one. */
function cancel(state: LrmdState, id: string, key: string, out: Effect[]): boolean {
  const resource = state.resources.get(id);
  if (resource === undefined) return false;
  const found = resource.recurring.delete(key);
  resource.history.delete(key);
  if (found) out.push({ type: "cancel", name: `repeat ${key} ${id}` });
  const waiting = resource.waiting.findIndex(({ operation }) =>
    operation.intervalMs > 0 &&
    operationKey(operation.resource, operation.action, operation.intervalMs) === key
  );
  if (waiting >= 0) resource.waiting.splice(waiting, 1);
  return found || waiting >= 0;
}

/** A delayed resource may go on, stonithd was silent for too long, or an operation runs again. */
function due(state: LrmdState, name: string, at: number, out: Effect[]): void {
  const [what, first = "", second = ""] = name.split(" ");
  if (what === "delay") {
    state.ready.add(first);
    return;
  }
  if (what === "check") {
    const silent = { rc: 1, timedOut: true, output: "stonithd did not answer" };
    finish(state, first, { ok: true, value: silent }, at, out);
    return;
  }
  const resource = state.resources.get(second);
  const recurring = resource?.recurring.get(first);
  if (resource === undefined || recurring === undefined || state.stopping) return;
  resource.waiting.push({
    number: ++state.lastNumber,
    operation: recurring.operation,
    queuedAt: at,
  });
  state.ready.add(second);
}

/** Starts what may start: one operation a resource, `parallelMax` in all. */
function dispatch(state: LrmdState, at: number, out: Effect[]): void {
  for (const id of [...state.ready]) {
    if (state.running >= state.config.parallelMax) return;
    state.ready.delete(id);
    const resource = state.resources.get(id);
    if (resource === undefined || resource.running !== undefined) continue;
    const task = resource.waiting[0];
    if (task === undefined) continue;
    const { operation } = task;
    const agents = operation.agent.class === "stonith"
      ? "ready"
      : state.classes.get(operation.agent.class);
    if (agents === "loading") continue; // `loaded` will bring it back.
    resource.waiting.shift();
    resource.running = task;
    task.startedAt = at;
    state.running++;
    if (operation.agent.class === "stonith") device(state, resource, task, at, out);
    else if (agents !== "ready") {
      const why = agents?.failed ??
        `no plugin runs agents of class "${operation.agent.class}"; this node has ${
          Object.keys(state.config.classes).sort().join(", ") || "none"
        }`;
      finish(
        state,
        String(task.number),
        { ok: true, value: { rc: 5, timedOut: false, output: why } },
        at,
        out,
      );
    } else {
      out.push({
        type: "call",
        id: String(task.number),
        instance: `ra:${operation.agent.class}`,
        method: "run",
        args: [{
          resource: operation.resource,
          agent: {
            type: operation.agent.type,
            ...(operation.agent.provider === undefined
              ? {}
              : { provider: operation.agent.provider }),
          },
          action: operation.action,
          intervalMs: operation.intervalMs,
          timeoutMs: operation.timeoutMs,
          parameters: operation.parameters,
        }],
        deadlineMs: operation.timeoutMs + graceMs,
      });
    }
  }
}

/**
 * A stonith resource is a device that stonithd holds ready. Nothing runs: `start` and `monitor`
 * ask whether the device can be used, and this node remembers that it was started.
 */
function device(state: LrmdState, resource: Resource, task: Task, at: number, out: Effect[]): void {
  const { action, resource: id, timeoutMs } = task.operation;
  const say = (rc: number, output: string) =>
    finish(
      state,
      String(task.number),
      { ok: true, value: { rc, timedOut: false, output } },
      at,
      out,
    );
  if (action === "stop") {
    resource.started = false;
    say(0, "");
  } else if (action === "monitor" && !resource.started) say(7, "not started on this node");
  else {
    out.push({
      type: "send",
      to: { service: "stonithd" },
      message: { type: "fence/check", id: String(task.number), device: id },
    }, { type: "timer", name: `check ${task.number}`, inMs: timeoutMs });
  }
}

/** An operation has ended, one way or the other. */
function finish(
  state: LrmdState,
  id: string,
  result: Result,
  at: number,
  out: Effect[],
): void {
  const number = Number(id);
  for (const [name, resource] of state.resources) {
    const task = resource.running;
    if (task?.number !== number) continue;
    delete resource.running;
    state.running--;
    state.ready.add(name);
    if (task.operation.agent.class === "stonith") {
      out.push({ type: "cancel", name: `check ${id}` });
    }
    const outcome: RaResult = result.ok
      ? result.value as RaResult
      : { rc: 1, timedOut: false, output: result.error };
    if (task.operation.agent.class === "stonith" && task.operation.action === "start") {
      resource.started = outcome.rc === 0;
    }
    // 4, "error": the plugin itself failed, so nothing is known of the resource.
    const status = !result.ok ? 4 : outcome.timedOut ? 2 : 0;
    report(state, resource, task, outcome, at, out, status);
    return;
  }
}

function report(
  state: LrmdState,
  resource: Resource,
  task: Task,
  outcome: RaResult,
  at: number,
  out: Effect[],
  status: number,
): void {
  const { operation } = task;
  const key = operationKey(operation.resource, operation.action, operation.intervalMs);
  const recurring = resource.recurring.get(key);
  const startedAt = task.startedAt ?? at;
  const news = task.id !== undefined || recurring?.reported !== outcome.rc;
  const previous = resource.history.get(key);
  const lastRunS = Math.floor((startedAt + state.wallOffsetMs) / 1000);
  const result: LrmResult = {
    operation,
    callId: task.id === undefined && previous ? previous.callId : ++state.lastCall,
    rc: outcome.rc,
    status,
    execMs: Math.round(at - startedAt),
    queueMs: Math.round(startedAt - task.queuedAt),
    lastRunS,
    lastChangeS: previous?.rc === outcome.rc ? previous.lastChangeS : lastRunS,
    output: outcome.output,
  };
  if (operation.intervalMs > 0) {
    if (recurring === undefined) {
      // Cancelled while it ran: only somebody who waits for it hears of it.
      if (task.id === undefined) return;
    } else {
      recurring.reported = outcome.rc;
      out.push({
        type: "timer",
        name: `repeat ${key} ${operation.resource}`,
        inMs: operation.intervalMs,
      });
    }
  }
  if (operation.action !== "notify" && operation.action !== "meta-data") {
    resource.history.set(key, result);
  }
  if (outcome.timedOut) {
    out.push({
      type: "log",
      level: "warning",
      text: `${key} was ended after its timeout of ${operation.timeoutMs} ms`,
    });
  }
  if (!news) return;
  out.push({
    type: "send",
    to: { service: "crmd" },
    message: { type: "lrm/result", ...(task.id === undefined ? {} : { id: task.id }), result },
  });
}

function resourceOf(state: LrmdState, id: string): Resource {
  let resource = state.resources.get(id);
  if (resource === undefined) {
    resource = { waiting: [], recurring: new Map(), history: new Map(), started: false };
    state.resources.set(id, resource);
  }
  return resource;
}

const sorted = <T>(record: Readonly<Record<string, T>>): [string, T][] =>
  Object.entries(record).sort(([a], [b]) => a < b ? -1 : 1);
