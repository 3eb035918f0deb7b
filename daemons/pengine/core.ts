/**
 * The policy engine as a machine: a CIB comes in, a transition graph goes out.
 *
 * It keeps nothing between two questions. The computation itself is the process's one instance,
 * `engine`, in a thread of its own; this machine sets it a deadline. A thread that computes forever
 * cannot be ended by anything but the end of its process, so that is what happens: the requester
 * gets the reason, and the process is started again.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import { exitFailure, exitSpent } from "../runtime/exit_code.ts";
import type { Effect, Event, Machine, Result, Sender } from "../runtime/machine.ts";
import type { Message } from "../runtime/messages.ts";
import { Refusal } from "../runtime/reader.ts";
import type { Standing, TransitionGraph } from "../runtime/transition.ts";
import { graph } from "./protocol.ts";

/** What came of a question. */
export interface Decision {
  readonly graph: TransitionGraph;
  /** What is wrong with the CIB, a line each, for the log of the coordinator. */
  readonly findings: readonly string[];
  /** Which half is the more important one, if that matters. */
  readonly standing?: Standing;
}

/** What the engine answers: a decision, or why it cannot use this CIB. */
export type Answer = Decision | { readonly error: string };

/** Milliseconds one decision may take, the waiting of another before it included. */
export const decisionMsMax = 60_000;

/** Questions that wait for the engine at most; a coordinator asks one at a time. */
export const questionsMax = 8;

type Question = Extract<Message, { readonly type: "pengine/schedule" }>;

/** Somebody who has asked. */
interface Asked {
  readonly node: string;
  readonly service: string;
  readonly question: Question;
}

/** What it works at, and how often it has answered. */
export interface PengineState {
  engine: "loading" | "ready" | "gone";
  /** Questions that came before the engine was there. */
  readonly early: Asked[];
  readonly underway: Map<string, Asked>;
  lastCall: number;
  answers: number;
  failures: number;
}

/** Makes the machine of service `pengine`. */
export function pengine(): Machine<PengineState> {
  const state: PengineState = {
    engine: "loading",
    early: [],
    underway: new Map(),
    lastCall: 0,
    answers: 0,
    failures: 0,
  };
  return { service: "pengine", state, step };
}

function step(state: PengineState, event: Event): readonly Effect[] {
  const out: Effect[] = [];
  switch (event.type) {
    case "start":
      out.push({ type: "load", instance: "engine", plugin: "engine", config: {} });
      break;
    case "loaded":
      if (!event.result.ok) {
        giveUp(state, event.result.error, out);
        break;
      }
      state.engine = "ready";
      for (const asked of state.early.splice(0)) ask(state, asked, out);
      break;
    case "message":
      onMessage(state, event.from, event.message, out);
      break;
    case "reply":
      onReply(state, event.id, event.result, out);
      break;
    case "stop":
      out.push({ type: "unload", instance: "engine" }, { type: "stopped" });
      break;
    case "timer":
    case "emit":
    case "fault":
    case "peer":
      break;
  }
  return out;
}

function onMessage(
  state: PengineState,
  { node, service }: Sender,
  message: Message,
  out: Effect[],
): void {
  if (message.type === "pengine/schedule") take(state, { node, service, question: message }, out);
  if (message.type !== "status/query") return;
  const { engine, underway, answers, failures } = state;
  const status = { engine, underway: underway.size, answers, failures };
  const answer = { type: "status/answer", id: message.id, status } as const;
  out.push({ type: "send", to: { service }, message: answer });
}

function take(state: PengineState, asked: Asked, out: Effect[]): void {
  if (state.engine === "gone" || state.underway.size + state.early.length >= questionsMax) {
    // An answer would blame the CIB. Who asks hears when this process is back, and asks again.
    const why = state.engine === "gone"
      ? "it is being started again"
      : `${questionsMax} requests wait already`;
    const text = `A request of ${asked.node} is not taken: ${why}`;
    out.push({ type: "log", level: "warning", text });
  } else if (state.engine === "loading") state.early.push(asked);
  else ask(state, asked, out);
}

function ask(state: PengineState, asked: Asked, out: Effect[]): void {
  const id = String(++state.lastCall);
  state.underway.set(id, asked);
  out.push({
    type: "call",
    id,
    instance: "engine",
    method: "decide",
    args: [asked.question.cib, asked.question.nowS],
    deadlineMs: decisionMsMax,
  });
}

function onReply(state: PengineState, id: string, result: Result, out: Effect[]): void {
  const asked = state.underway.get(id);
  if (asked === undefined) return;
  if (!result.ok) {
    // The first one is computed; those behind it are innocent, and asked again.
    const [computed] = state.underway.values();
    if (computed) {
      answer(computed, { error: `it made no decision: ${result.error}`, hung: true }, out);
    }
    // At its bound nothing is broken: its parent need not doubt the node for that.
    const isBound = result.error === `no answer within ${decisionMsMax} ms`;
    giveUp(state, result.error, out, isBound ? exitSpent : exitFailure);
    return;
  }
  state.underway.delete(id);
  state.answers++;
  // Our own engine's answer: its type stands at the one place that makes it.
  const decided = result.value as Answer;
  if ("error" in decided) state.failures++;
  answer(asked, sendable(decided), out);
}

/**
 * What its receiver would refuse is an error at once: without an answer the coordinator would wait, and
 * decide nothing meanwhile.
 */
function sendable(decided: Answer): Answer {
  if ("error" in decided) return decided;
  const read = graph(decided.graph);
  if (!(read instanceof Refusal)) return decided;
  return { error: `its decision cannot be carried out: ${read.toString().slice(0, 512)}` };
}

/** The engine hangs or is broken, which only the end of its process ends. */
function giveUp(
  state: PengineState,
  why: string,
  out: Effect[],
  exitCode: number = exitFailure,
): void {
  state.engine = "gone";
  out.push({
    type: "log",
    level: "crit",
    text: withCode(
      "HA4004",
      `The policy engine made no decision (${why}); it is ended and started again`,
    ),
  });
  state.underway.clear();
  state.early.length = 0;
  out.push({ type: "stopped", exitCode });
}

function answer(
  { node, service, question: { id } }: Asked,
  decided: Answer | { readonly error: string; readonly hung: true },
  out: Effect[],
): void {
  out.push({
    type: "send",
    to: { service, node },
    message: { type: "pengine/transition", id, ...decided },
  });
}
