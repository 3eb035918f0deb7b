/**
 * An administrator at a node of the simulated world: a program that works operations of `ha` out on the
 * document of its node and carries them into the cluster by the rules of `daemons/mgmtd/steer/`, one
 * after another, or that takes past changes back.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";
import { readCib } from "../../../daemons/cib/doors/document.ts";
import {
  type Attempt,
  attemptOn,
  isOvertaken,
  saidOf,
  triesMax,
} from "../../../daemons/mgmtd/steer/attempt.ts";
import { undone } from "../../../daemons/mgmtd/steer/history.ts";
import type { Effect, Event, Machine } from "../../../daemons/runtime/machine.ts";
import type { Message, PastChange } from "../../../daemons/runtime/messages.ts";
import { Random } from "../../../daemons/runtime/random.ts";
import { callOn } from "./calls.ts";
import type { Ledger } from "./ledger.ts";

/** What administrators share. */
export interface AdministratorConfig {
  readonly nodes: readonly string[];
  readonly ledger: Ledger;
  /** Milliseconds between two commands, about. */
  readonly everyMs: number;
  /** Whether somebody may change something now. */
  isAtWork(): boolean;
  /** What one of them is to take back, the next one first. */
  readonly past: PastChange[];
}

/** Milliseconds in which a cib must answer. */
const answerMs = 15_000;
/** Milliseconds in which a node must know whether a change took effect whose answer was lost. */
const doubtMs = 30_000;
/** Milliseconds at most between reading the document and the write: the engine foresees what follows. */
const thinkMs = 300;
/** Milliseconds between two looks. */
const lookMs = 500;

type Work = (cib: XmlElement) => XmlElement | undefined;

interface Command {
  readonly text: string;
  readonly work: Work;
  tries: number;
}

interface State {
  random: Random;
  node: string;
  wallMs: number;
  count: number;
  /** What is being done; undefined: nothing. */
  command: Command | undefined;
  attempt: (Attempt & { readonly token: string }) | undefined;
  /** When it became doubtful whether the attempt was made; undefined: it is not. */
  doubtAt: number | undefined;
  at: number;
  undoing: PastChange | undefined;
}

/** Makes one. */
export function administrator(config: AdministratorConfig): Machine<State> {
  const state: State = {
    random: new Random(0),
    node: "",
    wallMs: 0,
    count: 0,
    command: undefined,
    attempt: undefined,
    doubtAt: undefined,
    at: 0,
    undoing: undefined,
  };
  return {
    service: "administrator",
    state,
    step(state, event) {
      if ("at" in event && typeof event.at === "number") state.at = event.at;
      return [...step(config, state, event)];
    },
  };
}

function* step(config: AdministratorConfig, state: State, event: Event): Generator<Effect> {
  switch (event.type) {
    case "start":
      state.random = new Random(event.seed);
      state.node = event.node;
      state.wallMs = event.wallMs - event.at;
      yield next(config, state);
      return;
    case "timer":
      yield* onTimer(config, state, event.name);
      return;
    case "message":
      yield* onMessage(config, state, event.message);
      return;
    case "stop":
      yield { type: "stopped" };
  }
}

/** What is only taken back needs no time to think of. */
const next = (
  { everyMs, isAtWork }: AdministratorConfig,
  { random }: State,
): Effect => ({
  type: "timer",
  name: "next",
  inMs: isAtWork() ? random.between(everyMs / 2, everyMs * 1.5) : random.between(50, 150),
});

function* onTimer(config: AdministratorConfig, state: State, name: string): Generator<Effect> {
  switch (name) {
    case "next":
      if (state.command !== undefined || !(config.isAtWork() || config.past.length > 0)) {
        yield next(config, state);
        return;
      }
      yield* query(state);
      yield { type: "timer", name: "patience", inMs: answerMs };
      return;
    case "patience":
      // No document, or no answer to a write.
      if (state.attempt === undefined) yield* over(config, state);
      else yield* doubt(config, state);
      return;
    case "write":
      yield* write(state);
      return;
    case "look":
      yield* query(state);
      yield { type: "timer", name: "look", inMs: lookMs };
  }
}

function* query(state: State): Generator<Effect> {
  const id = `q${++state.count}`;
  yield { type: "send", to: { service: "cib" }, message: { type: "cib/query", id } };
}

function* onMessage(
  config: AdministratorConfig,
  state: State,
  message: Message,
): Generator<Effect> {
  switch (message.type) {
    case "cib/document": {
      if (message.id !== `q${state.count}`) return;
      const cib = readCib(message.xml);
      if (state.doubtAt !== undefined) yield* look(config, state, cib);
      else if (state.attempt === undefined) yield* attempt(config, state, cib);
      return;
    }
    case "cib/applied":
      if (message.id !== state.attempt?.token || state.doubtAt !== undefined) return;
      yield* answered(config, state, message);
  }
}

/** Works the command out on the newest document, and asks for it. */
function* attempt(
  config: AdministratorConfig,
  state: State,
  cib: XmlElement,
): Generator<Effect> {
  state.command ??= commandOn(config, state, cib);
  const after = state.command?.work(cib);
  if (state.command === undefined || after === undefined) {
    yield* over(config, state);
    return;
  }
  const token = state.random.between(0, 0xffff_ffff).toString(16).padStart(8, "0");
  // So that the history of a node says which write a change was.
  const command = `${token} ${state.command.text}`;
  const author = { user: state.node, command, reason: undefined };
  state.attempt = {
    ...attemptOn(cib, after, author, { token, nowMs: state.wallMs + state.at }),
    token,
  };
  const { changes, epoch } = state.attempt;
  if (changes.length === 1) {
    // It is like this already.
    yield* over(config, state);
    return;
  }
  config.ledger.sent({ token, node: state.node, command, epoch, changes });
  yield { type: "cancel", name: "patience" };
  yield {
    type: "timer",
    name: "write",
    inMs: config.isAtWork() ? state.random.between(1, thinkMs) : 1,
  };
}

function* write({ attempt }: State): Generator<Effect> {
  if (attempt === undefined) return;
  const { token: id, changes } = attempt;
  yield { type: "send", to: { service: "cib" }, message: { type: "cib/apply", id, changes } };
  yield { type: "timer", name: "patience", inMs: answerMs };
}

function commandOn(
  config: AdministratorConfig,
  state: State,
  cib: XmlElement,
): Command | undefined {
  if (config.isAtWork()) {
    const nowS = Math.floor((state.wallMs + state.at) / 1_000);
    const found = callOn(cib, state.random, config.nodes, nowS);
    return found && { text: found.command, work: found.work, tries: 0 };
  }
  const [past] = config.past;
  if (past === undefined) return undefined;
  state.undoing = past;
  const work: Work = (on) => {
    // Somebody else has taken it back meanwhile; what an even earlier change had made may look the same.
    if (config.past[0] !== past) return undefined;
    const worked = undone(on, past);
    if (!("problems" in worked)) return worked.cib;
    config.ledger.stuck = worked.problems.map(({ text }) => text).join(" ");
    return undefined;
  };
  return { text: `ha configure undo ${past.version.epoch}`, work, tries: 0 };
}

function* answered(
  config: AdministratorConfig,
  state: State,
  { ok, error = "", unknown = false }: Extract<Message, { type: "cib/applied" }>,
): Generator<Effect> {
  const { command, attempt } = state;
  if (command === undefined || attempt === undefined) return;
  if (ok) yield* ended(config, state, "made");
  else if (isOvertaken(error) && ++command.tries < triesMax) {
    config.ledger.ended(attempt.token, "refused");
    config.ledger.counts.overtaken++;
    state.attempt = undefined;
    yield* query(state);
    yield { type: "timer", name: "patience", inMs: answerMs };
  } else if (unknown) yield* doubt(config, state);
  else yield* ended(config, state, "refused");
}

/** The answer is lost: the document will say. */
function* doubt(config: AdministratorConfig, state: State): Generator<Effect> {
  config.ledger.counts.doubted++;
  state.doubtAt = state.at;
  yield { type: "cancel", name: "patience" };
  yield { type: "timer", name: "look", inMs: lookMs };
}

function* look(config: AdministratorConfig, state: State, cib: XmlElement): Generator<Effect> {
  const { attempt, doubtAt = state.at } = state;
  if (attempt === undefined) return;
  const said = saidOf(attempt, cib);
  if (said === "made") yield* ended(config, state, "made");
  else if (said === "not made") yield* ended(config, state, "refused");
  else if (said === "unknown" || state.at - doubtAt > doubtMs) {
    yield* ended(config, state, "unknown");
  }
}

function* ended(
  config: AdministratorConfig,
  state: State,
  end: "made" | "refused" | "unknown",
): Generator<Effect> {
  config.ledger.ended(state.attempt?.token ?? "", end);
  if (end === "made" && state.undoing !== undefined && config.past[0] === state.undoing) {
    config.past.shift();
  }
  yield* over(config, state);
}

function* over(config: AdministratorConfig, state: State): Generator<Effect> {
  state.command = undefined;
  state.attempt = undefined;
  state.doubtAt = undefined;
  state.undoing = undefined;
  for (const name of ["patience", "look"]) yield { type: "cancel", name };
  yield next(config, state);
}
