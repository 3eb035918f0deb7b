/**
 * Writes of clients wait here while lrmd is asked what the agents of the resources that they touch
 * say of themselves. A client's writes keep their order. If nobody answers in time, the write passes:
 * a node that does not know an agent cannot judge its parameters.
 *
 * @module
 */
import type { Effect } from "../runtime/machine.ts";
import type { CibChange, Message } from "../runtime/messages.ts";
import { isClient } from "../runtime/protocol.ts";
import { applyChanges } from "./change.ts";
import { onApply } from "./clients.ts";
import { addressOf, type Checking, type CibState, type Client, tipOf } from "./state.ts";
import { agentKey, agentsMax, agentsTouched, wrongParameters } from "./written_parameters.ts";

/** Writes that wait here at most, of all clients together. */
export const checkingMax = 256;
/** Milliseconds after which a write passes without an answer. */
export const checkMs = 2_000;

type Apply = Checking["writes"][number];

/** A write comes: it goes on at once, waits to be checked, or waits behind another of its client. */
export function take(
  state: CibState,
  client: Client,
  message: Apply,
  at: number,
  out: Effect[],
): void {
  const before = state.checking.get(client.service);
  if (before === undefined && !(isClient(client.service) && mayTouch(message.changes))) {
    onApply(state, client, message, at, out);
    return;
  }
  let waiting = 0;
  for (const { writes } of state.checking.values()) waiting += writes.length;
  if (waiting >= checkingMax) {
    const error = `The CIB cannot be changed: ${checkingMax} changes wait to be checked already. ` +
      "Fix: try again later";
    refuse(state, client, message.id, error, out);
    return;
  }
  if (before !== undefined) {
    before.writes.push(message);
    return;
  }
  const checking = { client, writes: [message], asked: new Map(), metaData: new Map() };
  state.checking.set(client.service, checking);
  proceed(state, checking, at, out);
}

/** lrmd answers. */
export function onDescribed(
  state: CibState,
  { id, metaData }: Extract<Message, { type: "lrm/described" }>,
  at: number,
  out: Effect[],
): void {
  for (const checking of state.checking.values()) {
    const key = checking.asked.get(id);
    if (key === undefined) continue;
    checking.asked.delete(id);
    if (metaData !== undefined) checking.metaData.set(key, metaData);
    if (checking.asked.size === 0) conclude(state, checking, at, out);
    return;
  }
}

/** The begin of the name of a client's timer. */
const timerPrefix = "check ";

/** Time is up for a client's first write. */
export function onOverdue(state: CibState, timer: string, at: number, out: Effect[]): void {
  if (!timer.startsWith(timerPrefix)) return;
  const checking = state.checking.get(timer.slice(timerPrefix.length));
  if (checking !== undefined) conclude(state, checking, at, out);
}

/** lrmd went: what was asked of it is void. */
export function withoutLrmd(state: CibState, at: number, out: Effect[]): void {
  for (const checking of [...state.checking.values()]) conclude(state, checking, at, out);
}

/** Begins with the first write; those that touch no resource go on at once. */
function proceed(state: CibState, checking: Checking, at: number, out: Effect[]): void {
  for (let first = checking.writes[0]; first !== undefined; first = checking.writes[0]) {
    const agents = agentsOf(state, first.changes);
    if (agents.length > 0 && agents.length <= agentsMax) {
      for (const agent of agents) {
        const id = `describe ${++state.lastQuestion}`;
        checking.asked.set(id, agentKey(agent));
        out.push({
          type: "send",
          to: { service: "lrmd" },
          message: { type: "lrm/describe", id, agent },
        });
      }
      out.push({ type: "timer", name: timerPrefix + checking.client.service, inMs: checkMs });
      return;
    }
    checking.writes.shift();
    onApply(state, checking.client, first, at, out);
  }
  state.checking.delete(checking.client.service);
}

/** All that will be known is known: the first write goes on or is refused. */
function conclude(state: CibState, checking: Checking, at: number, out: Effect[]): void {
  const { client, writes, asked, metaData } = checking;
  out.push({ type: "cancel", name: timerPrefix + client.service });
  const first = writes.shift();
  if (first !== undefined) {
    const trees = treesOf(state, first.changes);
    const error = trees && wrongParameters(trees.before, trees.after, metaData);
    if (error === undefined) onApply(state, client, first, at, out);
    else refuse(state, client, first.id, error, out);
  }
  asked.clear();
  metaData.clear();
  proceed(state, checking, at, out);
}

const refuse = (state: CibState, client: Client, id: string, error: string, out: Effect[]) =>
  out.push({
    type: "send",
    to: addressOf(state, client),
    message: { type: "cib/applied", id, ok: false, error },
  });

/** Whether changes can touch a resource at all: most writes are to the status section. */
const mayTouch = (changes: readonly CibChange[]) =>
  changes.some(({ path }) => !/^\/cib\/status(?:[/[]|$)/.test(path));

function agentsOf(state: CibState, changes: readonly CibChange[]) {
  const trees = treesOf(state, changes);
  return trees === undefined ? [] : agentsTouched(trees.before, trees.after);
}

/** The CIB without and with the changes; nothing if they cannot be applied, as the coordinator says. */
function treesOf(state: CibState, changes: readonly CibChange[]) {
  const before = tipOf(state)?.root;
  if (before === undefined) return undefined;
  const applied = applyChanges(before, changes);
  return applied.ok ? { before, after: applied.root } : undefined;
}
