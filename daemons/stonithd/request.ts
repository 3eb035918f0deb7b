/**
 * Requests for a fencing, from this node or another: all askers share one execution.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import type { Effect } from "../runtime/machine.ts";
import type { Json } from "../runtime/messages.ts";
import { heard } from "../runtime/refusals.ts";
import { proceed } from "./attempt.ts";
import { hasten } from "./hasten.ts";
import { survey } from "./begin_survey.ts";
import { blankRequest } from "./blank.ts";
import { timeoutMsFor } from "./budget.ts";
import { readPeer, type StrikeMessage } from "./protocol.ts";
import { confirmedBy, confirmedByHand, noteStrike, strikingFor } from "./elsewhere.ts";
import { answer, failedHere, reply } from "./outcome.ts";
import { noteReach, othersFor, reaches, shareReach, unfencersOf, waysTo } from "./reach.ts";
import { noteElsewhere, noteRecords, recalled } from "./record.ts";
import { retellConfirmed } from "./retell.ts";
import { surveyedElsewhere } from "./survey.ts";
import { isWorking, tellWorking } from "./working.ts";
import type { Asked, Asker, Attempt, Request, StonithdState } from "./state.ts";

/** Requests under way at once at most. */
export const requestsMax = 128;

/** A new request, or one more asker of one that is under way. */
export function request(state: StonithdState, asked: Asked, at: number, out: Effect[]): void {
  const { asker, target, incarnation, action } = asked;
  const underway = state.requests.get(`${action} ${target}`);
  if (underway !== undefined) {
    joinRequest(state, underway, asked, at, out);
    return;
  }
  let made = blankRequest(state, asked, at);
  const before = incarnation === undefined
    ? confirmedByHand(state, made)
    : confirmedBy(state, made);
  if (before !== undefined) {
    const text = `${target} is fenced already (${action}), by ${before}`;
    out.push({ type: "log", level: "notice", text });
    reply(made, { ok: true, delegate: before, detail: "", device: "" }, out);
    return;
  }
  if (state.requests.size >= requestsMax) {
    made.failures.push(`${requestsMax} requests are under way already`);
    answer(state, made, failedHere(state), at, out);
    return;
  }
  const attempts = attemptsOf(state, made, asker);
  const timeoutMs = timeoutMsFor(state, asked, attempts);
  made = { ...made, attempts, timeoutMs };
  state.requests.set(made.key, made);
  const why = made.reason === "" ? "" : `: ${made.reason}`;
  const text = `Fencing ${target} (${action}) is asked for${why}`;
  out.push(
    { type: "timer", name: `request ${made.key}`, inMs: made.timeoutMs },
    { type: "log", level: "notice", text },
  );
  if (asker.type === "local" && timeoutMs > asked.timeoutMs) {
    const { service, id } = asker;
    out.push({ type: "send", to: { service }, message: { type: "fence/underway", id, timeoutMs } });
  }
  proceed(state, made, at, out);
  if (state.requests.has(made.key)) tellWorking(made, out);
}

/** One more asks for what is under way. */
function joinRequest(
  state: StonithdState,
  underway: Request,
  asked: Asked,
  at: number,
  out: Effect[],
): void {
  const { asker, incarnation } = asked;
  const { incarnation: life } = underway;
  if (incarnation !== undefined && life !== undefined && incarnation > life) {
    // Whether the strike that is under way ends that life too is seen when it is over.
    if (state.later.push({ ...asked, incarnation }) > requestsMax) {
      tellNotTaken(state.later.shift(), out);
    }
    return;
  }
  if (!addAsker(underway, asked, out)) return;
  hasten(state, underway, asked, at, out);
  if (asker.type !== "node") return;
  // A node that asks this one has not struck with its own device: there is nothing to wait for.
  if (underway.awaits === asker.node) proceed(state, underway, at, out);
  if (state.requests.has(underway.key)) tellWorking(underway, out);
}

/** Everyone that asks is answered: another node with its last key alone, others up to a bound. */
function addAsker(underway: Request, asked: Asked, out: Effect[]): boolean {
  const { asker } = asked;
  const { askers } = underway;
  if (asker.type === "node") {
    const at = askers.findIndex((one) => one.type === "node" && one.node === asker.node);
    if (at >= 0) askers[at] = asker;
    else askers.push(asker);
    return true;
  }
  if (askers.filter(({ type }) => type === "local").length >= requestsMax) {
    tellNotTaken(asked, out);
    return false;
  }
  askers.push(asker);
  return true;
}

/** The one that has waited longest gives way. A node that asked hears of the fencing from its peers. */
function tellNotTaken(asked: Asked | undefined, out: Effect[]): void {
  if (asked?.asker.type !== "local") return;
  const { asker: { service, id }, target, action } = asked;
  const error = withCode(
    "HA8001",
    `Cannot fence ${target} (${action}): ${requestsMax} requests wait`,
  );
  const message = { type: "fence/result", id, target, action, ok: false, error } as const;
  out.push({ type: "send", to: { service }, message });
}

/** What to try, one after the other. */
function attemptsOf(state: StonithdState, made: Request, asker: Asker): Attempt[] {
  const { target, action } = made;
  const attempts: Attempt[] = [];
  const elsewhere = strikingFor(state, made);
  if (elsewhere !== undefined && !(asker.type === "node" && asker.node === elsewhere)) {
    attempts.push({ type: "elsewhere", node: elsewhere });
  }
  // A node must not confirm its own fencing: if it is the target, only others may try. To be switched
  // on for what a device guards is none, and some devices can be used by the node itself alone.
  const mayAct = target !== state.self || action === "on";
  const here = mayAct
    ? waysTo(state, target, action).map((ids) => ({ type: "devices", ids } as const))
    : [];
  if (asker.type !== "local") return [...attempts, ...here];
  const { can, rest } = othersFor(state, target);
  const [able, unable] = [can, rest].map((nodes) =>
    nodes.map((node) => ({ type: "node", node } as const))
  );
  const itself = action === "on" && target !== state.self && state.members.includes(target) &&
    unfencersOf(state, target).length > 0;
  if (itself) attempts.push({ type: "node", node: target });
  return reaches(state, target)
    ? [...attempts, ...here, ...able ?? [], ...unable ?? []]
    : [...attempts, ...able ?? [], ...here, ...unable ?? []];
}

/** Asks again for what had to wait for a strike at an earlier life. */
export function askLater(state: StonithdState, at: number, out: Effect[]): void {
  for (const waits of [...state.later]) {
    if (state.requests.has(`${waits.action} ${waits.target}`)) continue;
    state.later.splice(state.later.indexOf(waits), 1);
    request(state, waits, at, out);
  }
}

/**
 * A target that is back in a new life is not what was to be fenced: to go on would end a member that
 * has done nothing. Nobody confirmed anything either, so the request has failed, and the asker
 * looks again at what is needed. One that is back in the same life still is the target.
 *
 * What a device has begun cannot be taken back: it may end the new life, so its answer is awaited. No
 * other device is asked.
 */
export function settleReturned(state: StonithdState, at: number, out: Effect[]): void {
  for (const made of [...state.requests.values()]) {
    if (made.action === "on" || !state.members.includes(made.target)) continue;
    if (state.incarnations.get(made.target) === made.incarnation) continue;
    if (made.returned === undefined) {
      made.failures.push(`${made.target} has come back in a new life`);
    }
    made.returned = state.incarnations.get(made.target);
    made.attempts.length = 0;
    if (made.striking || made.asked !== "") continue;
    answer(state, made, failedHere(state), at, out);
  }
}

/**
 * A delay that a requester wants holds for the membership that it was computed for: the other side
 * computes its own again whenever the membership changes, and two delays that began at different times
 * may end together. What still waits has failed, and its requester decides again.
 */
export function settleWaiting(state: StonithdState, at: number, out: Effect[]): void {
  for (const made of [...state.requests.values()]) {
    if (made.striking || made.delayUntil <= at) continue;
    made.failures.push("the membership has changed during its delay");
    answer(state, made, failedHere(state), at, out);
  }
}

/**
 * A node that belongs to no view begins nothing more, neither with others' devices nor with its own:
 * the next coordinator decides again, and the same node would be ended twice. What a device has been
 * asked for cannot be taken back; what waits for its delay or its turn is not begun.
 */
export function beginNothingMore(state: StonithdState, at: number, out: Effect[]): void {
  for (const made of [...state.requests.values()]) {
    made.attempts.length = 0;
    if (made.striking || made.pending.length === 0) continue;
    made.failures.push(`${state.self} has left the membership`);
    answer(state, made, failedHere(state), at, out);
  }
}

/** A device of another member strikes, or has: requests that wait for it go on. */
function onStrike(
  state: StonithdState,
  node: string,
  said: StrikeMessage,
  at: number,
  out: Effect[],
): void {
  const struck = noteStrike(state, node, said);
  if (struck === undefined) return;
  const device = said.type === "struck" ? said.device : undefined;
  const execution = said.type === "struck" ? said.execution : undefined;
  const isByHand = said.type === "struck" && said.person === true;
  if (struck.ok) {
    const { target, action, incarnation } = said;
    const known = execution === undefined ? {} : { execution };
    const record = {
      target,
      action,
      incarnation,
      device: device ?? "",
      person: isByHand,
      ...known,
    };
    noteElsewhere(state, node, record, at);
    if (isByHand) endByHand(state, target, { node, device, execution }, at, out);
  }
  for (const made of [...state.requests.values()]) {
    if (made.target !== struck.target || made.awaits !== node) continue;
    const isLater = made.returned !== undefined && said.incarnation === made.returned;
    if (struck.ok && (isLater || confirmedBy(state, made) === node)) {
      answer(state, made, { ok: true, delegate: node, device, execution }, at, out);
      continue;
    }
    made.failures.push(`${node}: its device has not confirmed it`);
    proceed(state, made, at, out);
  }
}

/** A person has confirmed it on another node: whatever waits for this node's end has its answer. */
function endByHand(
  state: StonithdState,
  target: string,
  by: {
    readonly node: string;
    readonly device: string | undefined;
    readonly execution: string | undefined;
  },
  at: number,
  out: Effect[],
): void {
  const { node, device, execution } = by;
  for (const made of [...state.requests.values()]) {
    if (made.target !== target || confirmedBy(state, made) !== node) continue;
    const person = (device ?? "").replace(/^by hand: /, "");
    answer(state, made, { ok: true, delegate: node, device, execution, person }, at, out);
  }
}

/** Refuses a request of another node. */
function refuse(key: string, detail: string, node: string, out: Effect[]): void {
  const body = { type: "fenced", key, ok: false, detail } as const;
  out.push({
    type: "log",
    level: "warning",
    text: withCode("HA8001", `A fencing was asked for, and is not done: ${detail}`),
  });
  out.push({
    type: "send",
    to: { node, service: "stonithd" },
    message: { type: "peer", body },
  });
}

/** A stonithd has just begun: it hears what this one reaches, and what became of fencings. */
function onRecall(state: StonithdState, node: string, out: Effect[]): void {
  shareReach(state, out, [node]);
  if (!state.members.includes(node)) return;
  recalled(state, node, out);
  retellConfirmed(state, [node], out);
}

/** What another node's stonithd says. */
export function peer(
  state: StonithdState,
  from: { readonly node: string; readonly service: string },
  body: Json,
  at: number,
  out: Effect[],
): void {
  const { node } = from;
  const said = heard(readPeer, body, from, {
    refusals: state.refusals,
    service: "stonithd",
    at,
    out,
  });
  if (said === undefined) return;
  if (said.type === "strikes" || said.type === "struck") {
    onStrike(state, node, said, at, out);
    return;
  }
  if (said.type === "reach") return noteReach(state, node, said.targets);
  if (said.type === "recall") return onRecall(state, node, out);
  if (said.type === "records") {
    if (state.members.includes(node)) noteRecords(state, said.records);
    return;
  }
  if (said.type === "survey") {
    if (state.members.includes(node)) survey(state, { type: "node", node, key: said.key }, at, out);
    return;
  }
  if (said.type === "surveyed") return surveyedElsewhere(state, node, said.key, said.devices, out);
  const { key } = said;
  if (said.type === "fence") {
    const { target, incarnation, action, timeoutMs, delayMs = 0 } = said;
    if (!state.members.includes(node)) {
      // It may be in another part of the cluster, without quorum, or have been thrown out.
      refuse(key, `${node} is no member for ${state.self}`, node, out);
      return;
    }
    const asker = { type: "node", node, key } as const;
    request(state, { asker, target, incarnation, action, timeoutMs, delayMs }, at, out);
    return;
  }
  const space = key.indexOf(" ");
  const made = state.requests.get(key.slice(space + 1));
  if (made === undefined || made.awaited !== Number(key.slice(0, space))) return;
  // Nobody confirms its own death.
  if (node !== made.asked || (node === made.target && made.action !== "on")) return;
  if (said.type === "working") return isWorking(state, made.key, made.awaited, out);
  if (said.ok) {
    const { device, execution } = said;
    answer(state, made, { ok: true, delegate: node, device, execution }, at, out);
  } else {
    made.failures.push(`${node}: ${said.detail}`);
    proceed(state, made, at, out);
  }
}
