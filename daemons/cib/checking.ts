/**
 * Writes of clients are checked before they go to the coordinator: the configuration language, and
 * the parameters of the agents and fencing devices that they touch.
 *
 * The writes of one client are checked and written one after the other, so each is checked on top of
 * those before it. What others write meanwhile is seen by the coordinator: it refuses a write that was
 * checked against another configuration than its own, and that write is checked again.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import { charactersOf, pendingCharactersMax } from "./bounds.ts";
import { applyChanges } from "./change.ts";
import { ask, askedOf, drop } from "./asking.ts";
import { forbidden } from "./client_rights.ts";
import { onApply } from "./clients.ts";
import { configurationDigest } from "./digest.ts";
import { excessOf, look, warn } from "./look.ts";
import { privateSecrets } from "./open_secrets.ts";
import { addressOf, type Checking, type CibState, type Client, tipOf } from "./state.ts";
import { turnWorkMax, Work } from "./work.ts";
import { parametersText } from "./written_parameters.ts";
import { clip } from "../../metadata/clip.ts";
import type { XmlElement } from "@std/xml";
import { isLimited } from "./access/rules.ts";
import { allowed, alsoSeen, hidden, signed, type Trees } from "./access/write.ts";
import type { Effect } from "../runtime/machine.ts";
import type { CibChange } from "../runtime/messages.ts";
import { isClient } from "../runtime/protocol.ts";

/** Writes that wait here at most, of all clients together. */
export const checkingMax = 4096;
/** Times that a write is checked, each time because others have changed the configuration. */
export const triesMax = 16;
/** Characters of a refusal at most: all problems of a write. */
const errorTextMax = 32 * 1024;
/** Name of the timer that goes on with what one step left. */
export const moreTimer = "more checks";

type Apply = Checking["writes"][number];

/** A write comes: it goes on at once, or waits to be checked, or behind another of its client. */
export function take(
  state: CibState,
  client: Client,
  message: Apply,
  at: number,
  out: Effect[],
): void {
  const why = isClient(client.service) ? forbidden(message.changes) : undefined;
  if (why !== undefined) {
    refuse(state, client, message.id, why, out);
    return;
  }
  const { user } = client;
  if (user !== undefined) message = { ...message, changes: signed(message.changes, user) };
  const { checking } = state;
  let own = checking.get(client.service);
  const isChecked = isClient(client.service) && (user !== undefined || mayTouch(message.changes));
  if (own === undefined && !isChecked) {
    onApply(state, { client, message }, at, out);
    return;
  }
  const characters = charactersOf(message.changes);
  const waiting = { writes: 0, characters: 0 };
  for (const one of checking.values()) {
    waiting.writes += one.writes.length;
    waiting.characters += one.characters;
  }
  if (
    waiting.writes >= checkingMax ||
    (waiting.writes > 0 && waiting.characters + characters > pendingCharactersMax)
  ) {
    const error = withCode(
      "HA3011",
      `The CIB cannot be changed: ${waiting.writes} changes of ` +
        `${waiting.characters} characters wait to be checked already. Fix: try again later`,
    );
    refuse(state, client, message.id, error, out);
    return;
  }
  if (own === undefined) {
    own = checkingOf(client);
    checking.set(client.service, own);
  }
  own.writes.push(message);
  own.characters += characters;
}

const checkingOf = (client: Client): Checking => ({
  client,
  writes: [],
  characters: 0,
  stage: "next",
  writeId: "",
  trees: undefined,
  seen: undefined,
  agents: [],
  asked: new Map(),
  metaData: new Map(),
  problems: [],
  warnings: [],
  tries: 0,
});

/** Goes on with every client's writes, as far as they can and one step may take. */
export function goOn(state: CibState, at: number, out: Effect[]): void {
  if (state.checking.size === 0) return;
  const work = new Work();
  let more = false;
  for (const checking of [...state.checking.values()]) {
    more = !advance(state, checking, work, at, out) || more;
  }
  if (more) out.push({ type: "timer", name: moreTimer, inMs: 0 });
}

/** @returns whether nothing is left that could be done now. */
function advance(
  state: CibState,
  checking: Checking,
  work: Work,
  at: number,
  out: Effect[],
): boolean {
  for (;;) {
    switch (checking.stage) {
      case "written":
        if (state.pending.has(checking.writeId)) return true;
        shift(checking);
        break;
      case "asking":
        if (checking.asked.size > 0) return true;
        judge(state, checking, at, out);
        break;
      case "stale":
      case "next": {
        if (checking.writes.length === 0) {
          state.checking.delete(checking.client.service);
          return true;
        }
        if (work.done >= turnWorkMax) return false;
        begin(state, checking, work, at, out);
      }
    }
  }
}

/** Looks at a write, on top of all that this node has on disk. */
function begin(
  state: CibState,
  checking: Checking,
  work: Work,
  at: number,
  out: Effect[],
): void {
  const { client, writes: [first] } = checking;
  if (first === undefined) return;
  forget(checking);
  if (client.user === undefined && !mayTouch(first.changes)) {
    onApply(state, { client, message: first }, at, out);
    shift(checking);
    return;
  }
  if (++checking.tries > triesMax) {
    const error = withCode(
      "HA3010",
      `The CIB is not changed: its configuration changed ${triesMax} times while this ` +
        "change was checked. Fix: try again",
    );
    refuseFirst(state, checking, first, error, out);
    return;
  }
  const excess = excessOf(first.changes);
  if (excess !== undefined) {
    refuseFirst(state, checking, first, excess, out);
    return;
  }
  const before = tipOf(state)?.root;
  if (client.user !== undefined && (before === undefined || isLimited(before, client.user))) {
    beginLimited(state, checking, before, { work, at, out });
    return;
  }
  const applied = before && applyChanges(before, first.changes, work);
  if (before === undefined || !applied?.ok) {
    // The coordinator may have what this node has not; else it says what is wrong.
    write(state, checking, before === undefined ? "none" : configurationDigest(before), at, out);
    return;
  }
  lookAndAsk(state, checking, { before, after: applied.root }, { work, at, out });
}

/** One step of the machine. */
interface Turn {
  readonly work: Work;
  readonly at: number;
  readonly out: Effect[];
}

/** The same for a user whom rules limit. */
function beginLimited(
  state: CibState,
  checking: Checking,
  before: XmlElement | undefined,
  turn: Turn,
): void {
  const { client: { user }, writes: [first] } = checking;
  if (first === undefined || user === undefined) return;
  const { work, at, out } = turn;
  const found = before === undefined
    ? { error: noCopy }
    : allowed(before, first.changes, user, work);
  if ("error" in found) {
    refuseFirst(state, checking, first, found.error, out);
    return;
  }
  const left = { ...first, changes: found.changes };
  checking.characters += charactersOf(left.changes) - charactersOf(first.changes);
  checking.writes[0] = left;
  checking.seen = found.seen;
  if (mayTouch(left.changes)) lookAndAsk(state, checking, found.trees, turn);
  // The rules are part of the configuration.
  else write(state, checking, configurationDigest(found.trees.before), at, out);
}

const noCopy = withCode(
  "HA6001",
  "The CIB cannot be changed: this node has no copy yet. Fix: see ha status",
);

function lookAndAsk(
  state: CibState,
  checking: Checking,
  trees: Trees,
  { work, out }: Turn,
): void {
  const { writes: [first] } = checking;
  if (first === undefined) return;
  const error = look(checking, trees, first.changes, work);
  if (error !== undefined) {
    refuseFirst(state, checking, first, error, out);
    return;
  }
  checking.stage = "asking";
  ask(state, checking, out);
}

/** What was asked is answered, or will not be: the next questions, or the end of the check. */
function judge(state: CibState, checking: Checking, at: number, out: Effect[]): void {
  const { trees, seen, problems, metaData } = checking;
  const first = checking.writes[0];
  if (trees === undefined || first === undefined) return;
  const found = askedOf(trees, metaData);
  if (seen === undefined) problems.push(...found);
  else {
    const shown = alsoSeen(found, askedOf(seen, metaData));
    problems.push(...(found.length > 0 && shown.length === 0 ? [hidden] : shown));
  }
  if (metaData.size > 0) {
    const { before, after } = seen ?? trees;
    warn(checking, privateSecrets(before, after, metaData));
  }
  metaData.clear();
  if (checking.agents.length > 0) {
    ask(state, checking, out);
    return;
  }
  drop(checking, out);
  const base = configurationDigest(trees.before);
  const tip = tipOf(state);
  if (problems.length === 0) write(state, checking, base, at, out);
  else if (tip !== undefined && configurationDigest(tip.root) !== base) checking.stage = "stale";
  else refuseFirst(state, checking, first, parametersText(problems), out);
}

/** The write at hand goes to the coordinator, which compares the configuration with `base`. */
function write(
  state: CibState,
  checking: Checking,
  base: string,
  at: number,
  out: Effect[],
): void {
  const { client, writes: [message] } = checking;
  if (message === undefined) return;
  checking.trees = undefined;
  checking.stage = "written";
  const id = onApply(state, { client, message, checked: { checking, base } }, at, out);
  // A coordinator on this node may have answered already.
  checking.writeId = id ?? "";
}

function refuseFirst(
  state: CibState,
  checking: Checking,
  { id }: Apply,
  error: string,
  out: Effect[],
): void {
  refuse(state, checking.client, id, error, out);
  shift(checking);
}

/** The first write is done with. */
function shift(checking: Checking): void {
  const first = checking.writes.shift();
  if (first !== undefined) checking.characters -= charactersOf(first.changes);
  checking.tries = 0;
  checking.stage = "next";
  forget(checking);
}

function forget(checking: Checking): void {
  checking.trees = undefined;
  checking.seen = undefined;
  checking.agents = [];
  checking.problems.length = 0;
  checking.warnings.length = 0;
  checking.asked.clear();
  checking.metaData.clear();
}

const refuse = (state: CibState, client: Client, id: string, error: string, out: Effect[]) =>
  out.push({
    type: "send",
    to: addressOf(state, client),
    message: { type: "cib/applied", id, ok: false, error: clip(error, errorTextMax) },
  });

/** Whether changes can touch the configuration at all: most writes are to the status section. */
const mayTouch = (changes: readonly CibChange[]) =>
  changes.some(({ path }) => !/^\/cib\/status(?:[/[]|$)/.test(path));
