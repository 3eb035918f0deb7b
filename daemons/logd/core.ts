/**
 * `logd`: takes the lines of a node's daemons and local applications, and writes them. No client ever
 * waits for it, and it waits for no output: what there is no room for is counted, and the count is
 * written where the lines are missing.
 *
 * The sockets (`doors`) and the files (`outputs`) are two things of the world that it loads. Each output
 * has its own queue, so one that fails delays no other.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import { severityOf } from "../runtime/logging/levels.ts";
import type { Effect, Event, Machine, Sender } from "../runtime/machine.ts";
import type { Message } from "../runtime/messages.ts";
import { pauseMs } from "../../metadata/pause.ts";
import { acknowledge, closed, opened, said, tellLevels } from "./connections.ts";
import { firstRetryMs, retryMsMax, stopMs, writeMs } from "./limits.ts";
import { OutputQueue } from "./output_queue.ts";
import { doorsInstance, type LogdState, type Output, outputsInstance } from "./state.ts";
import { statusOf } from "./status.ts";
import type { DoorEvent, LogdConfig, Opened } from "./types.ts";
import { retried, write } from "./writing.ts";
import { switched } from "./levels.ts";

/** Makes the machine of service `logd`. */
export function logd(config: LogdConfig): Machine<LogdState> {
  const outputs = config.outputs.map((output, at): Output => ({
    at,
    config: output,
    queue: new OutputQueue(
      config.bounds,
      ({ entity, severity }) =>
        severity <= output.severity && (output.only?.includes(entity) ?? true),
    ),
    open: false,
    batches: 0,
    size: 0,
    since: 0,
    reopen: false,
    busy: false,
    failed: 0,
    failingSince: 0,
    why: "",
  }));
  return {
    service: "logd",
    state: {
      config,
      node: "",
      offsetMs: 0,
      outputs,
      connections: new Map(),
      levels: { all: config.severity, of: {} },
      refused: new Map(),
      listening: false,
      stopping: false,
    },
    step,
  };
}

function step(state: LogdState, event: Event): readonly Effect[] {
  const out: Effect[] = [];
  switch (event.type) {
    case "start":
      state.node = event.node;
      state.offsetMs = event.wallMs - event.at;
      out.push({ type: "load", instance: outputsInstance, plugin: outputsInstance, config: {} });
      break;
    case "loaded":
      if (!event.result.ok) throw new Error(event.result.error);
      if (event.instance === outputsInstance) {
        for (const output of state.outputs) open(output, out);
        out.push({ type: "load", instance: doorsInstance, plugin: doorsInstance, config: {} });
      }
      break;
    case "emit":
      onDoor(state, event.event as DoorEvent, event.at, out);
      break;
    case "reply":
      onReply(state, event, out);
      break;
    case "timer":
      onTimer(state, event.name, event.at, out);
      break;
    case "message":
      onMessage(state, event.from, event.message, out);
      break;
    case "stop":
      state.stopping = true;
      out.push({ type: "timer", name: "stop", inMs: stopMs });
      endIfWritten(state, out);
      break;
    case "fault":
    case "peer":
      break;
  }
  return out;
}

const open = ({ at }: Output, out: Effect[]): void =>
  void out.push({
    type: "call",
    id: `open ${at}`,
    instance: outputsInstance,
    method: "open",
    args: [at],
    deadlineMs: writeMs,
  });

function onDoor(state: LogdState, event: DoorEvent, at: number, out: Effect[]): void {
  switch (event.type) {
    case "opened":
      opened(state, event);
      return;
    case "frames":
      said(state, event, at, out);
      for (const output of state.outputs) write(state, output, at, out);
      return;
    case "closed":
      closed(state, event);
      return;
    case "reopen":
      for (const output of state.outputs) {
        output.reopen = true;
        write(state, output, at, out);
      }
  }
}

function onReply(
  state: LogdState,
  { id, result, at }: Extract<Event, { readonly type: "reply" }>,
  out: Effect[],
): void {
  const [what, number] = id.split(" ");
  const output = state.outputs[Number(number)];
  if (output === undefined) return;
  if (!result.ok) {
    if (what === "rotate") output.busy = false;
    failed(output, what ?? "", result.error, at, out);
    return;
  }
  if (output.failed > 0) {
    out.push({ type: "log", level: "notice", text: `${nameOf(output)} is written again` });
    [output.failed, output.why] = [0, ""];
  }
  if (what === "write") {
    output.size = Number(result.value);
    delete output.batch;
    output.queue.done();
    acknowledge(state, at, out);
  } else {
    const { progress, size } = result.value as Opened;
    output.size = size;
    output.since = at;
    output.busy = false;
    if (what === "open") {
      if (progress !== undefined) output.queue.restore(progress);
      output.open = true;
      listen(state, out);
    }
  }
  write(state, output, at, out);
  endIfWritten(state, out);
}

/** Clients are let in once it is known how far each output has come, or that it cannot be opened now. */
function listen(state: LogdState, out: Effect[]): void {
  if (state.listening || state.outputs.some(({ open, failed }) => !open && failed === 0)) return;
  state.listening = true;
  out.push({
    type: "call",
    instance: doorsInstance,
    method: "listen",
    args: [],
    deadlineMs: writeMs,
  });
}

function failed(output: Output, what: string, why: string, at: number, out: Effect[]): void {
  if (output.failed++ === 0) output.failingSince = at;
  if (output.why !== why) {
    output.why = why;
    const text = `cannot ${what} ${
      nameOf(output)
    }: ${why}; lines wait, and what is lost is counted`;
    out.push({ type: "log", level: "err", text: withCode("HA9012", text) });
  }
  out.push({
    type: "timer",
    name: `again ${output.at}`,
    inMs: pauseMs(output.failed - 1, firstRetryMs, retryMsMax),
  });
}

/** What an output is called in the log. */
const nameOf = ({ config: { type, path } }: Output): string =>
  path === undefined ? type : `"${path}"`;

function onTimer(state: LogdState, name: string, at: number, out: Effect[]): void {
  if (name === "stop") {
    out.push({ type: "stopped" });
    return;
  }
  const output = state.outputs[Number(name.split(" ")[1])];
  if (output === undefined) return;
  listen(state, out);
  if (!output.open) open(output, out);
  else if (output.batch !== undefined) retried(output, out);
  else write(state, output, at, out);
  // Nobody waits any more for an output that goes on failing.
  acknowledge(state, at, out);
}

function onMessage(state: LogdState, from: Sender, message: Message, out: Effect[]): void {
  if (message.type === "status/query") {
    const status = statusOf(state);
    out.push({
      type: "send",
      to: from,
      message: { type: "status/answer", id: message.id, status },
    });
  }
  if (message.type !== "logd/level") return;
  const { id, level, service } = message;
  if (level !== undefined) {
    state.levels = switched(state.levels, service, severityOf(level));
    tellLevels(state, out);
    const text = `the level of ${service ?? "all daemons"} is ${level} now`;
    out.push({ type: "log", level: "notice", text });
  }
  const { all, of } = state.levels;
  out.push({ type: "send", to: from, message: { type: "logd/levels", id, all, of } });
}

/** A stop waits until what is left is written. */
function endIfWritten(state: LogdState, out: Effect[]): void {
  if (!state.stopping) return;
  const isBusy = state.outputs.some(({ batch, queue, failed }) =>
    failed === 0 && (batch !== undefined || queue.lines > 0)
  );
  if (!isBusy) out.push({ type: "cancel", name: "stop" }, { type: "stopped" });
}
