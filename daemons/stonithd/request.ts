/**
 * Requests for a fencing: from this node or from another, one execution for all who ask.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import { boundedMs } from "../runtime/duration.ts";
import type { Effect } from "../runtime/machine.ts";
import type { Json } from "../runtime/messages.ts";
import { heard } from "../runtime/refusals.ts";
import { proceed } from "./attempt.ts";
import { readPeer, type StrikeMessage } from "./protocol.ts";
import { confirmedBy, noteStrike, strikingFor } from "./elsewhere.ts";
import { answer, noteElsewhere, reply } from "./outcome.ts";
import { isWorking, tellWorking } from "./working.ts";
import type { Asker, Attempt, FenceAction, Request, StonithdState } from "./state.ts";

/** Requests under way at once at most. */
export const requestsMax = 128;

/** A new request, or one more asker of one that is under way. */
export function request(
  state: StonithdState,
  asker: Asker,
  target: string,
  incarnation: number | undefined,
  action: FenceAction,
  timeoutMs: number,
  at: number,
  out: Effect[],
): void {
  const key = `${action} ${target}`;
  const underway = state.requests.get(key);
  if (underway !== undefined) {
    const { incarnation: life } = underway;
    if (incarnation !== undefined && life !== undefined && incarnation > life) {
      // Whether the strike that is under way ends that life too is seen when it is over.
      const waits = { asker, target, incarnation, action, timeoutMs };
      if (state.later.push(waits) > requestsMax) state.later.shift();
      return;
    }
    underway.askers.push(asker);
    if (asker.type !== "node") return;
    // Who asks this node has not done it with its own device: there is nothing to wait for.
    if (underway.awaits === asker.node) proceed(state, underway, at, out);
    if (state.requests.has(key)) tellWorking(underway, out);
    return;
  }
  const made: Request = {
    key,
    target,
    incarnation: laterOf(incarnation, state.incarnations.get(target)),
    generation: state.generations.get(target),
    striking: false,
    returned: undefined,
    action,
    timeoutMs: boundedMs(timeoutMs),
    startedAt: at,
    askers: [asker],
    attempts: [],
    pending: [],
    awaited: 0,
    asked: "",
    failures: [],
    confirmedBy: [],
    announced: false,
    awaits: undefined,
  };
  const before = incarnation === undefined ? undefined : confirmedBy(state, made);
  if (before !== undefined) {
    const text = `${target} is fenced already (${action}), by ${before}`;
    out.push({ type: "log", level: "notice", text });
    reply(made, true, before, "", out);
    return;
  }
  if (state.requests.size >= requestsMax) {
    made.failures.push(`${requestsMax} requests are under way already`);
    answer(state, made, false, state.self, at, out);
    return;
  }
  const elsewhere = strikingFor(state, made);
  if (elsewhere !== undefined && !(asker.type === "node" && asker.node === elsewhere)) {
    made.attempts.push({ type: "elsewhere", node: elsewhere });
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
    { type: "timer", name: `request ${key}`, inMs: made.timeoutMs },
    {
      type: "log",
      level: "notice",
      text: `Fencing ${target} (${action}) is asked for`,
    },
  );
  proceed(state, made, at, out);
  if (state.requests.has(key)) tellWorking(made, out);
}

/** Asks again for what had to wait for a strike at an earlier life. */
export function askLater(state: StonithdState, at: number, out: Effect[]): void {
  for (const waits of [...state.later]) {
    const { asker, target, incarnation, action, timeoutMs } = waits;
    if (state.requests.has(`${action} ${target}`)) continue;
    state.later.splice(state.later.indexOf(waits), 1);
    request(state, asker, target, incarnation, action, timeoutMs, at, out);
  }
}

/**
 * A target that is back in a new life is not what was to be fenced: to go on would end a member that
 * has done nothing. Nobody confirmed anything either, so the request has failed, and the asker
 * looks again at what is needed. One that is back in the same life still is the target.
 *
 * What a device has begun cannot be taken back: it may end the new life, and its word is awaited. No
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
    answer(state, made, false, state.self, at, out);
  }
}

/**
 * A node that belongs to no view begins nothing more, neither with others' devices nor with its own:
 * the next coordinator decides again, and the same node would be ended twice. What a device has been
 * asked for cannot be taken back.
 */
export function beginNothingMore(state: StonithdState): void {
  for (const { attempts } of state.requests.values()) attempts.length = 0;
}

/**
 * The requester may know an older life than this node has seen since, or one that it has not seen.
 */
const laterOf = (one: number | undefined, other: number | undefined): number | undefined =>
  one === undefined || other === undefined ? one ?? other : Math.max(one, other);

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
  if (struck.ok) noteElsewhere(state, node, said, device ?? "", at);
  for (const made of [...state.requests.values()]) {
    if (made.target !== struck.target || made.awaits !== node) continue;
    const isLater = made.returned !== undefined && said.incarnation === made.returned;
    if (struck.ok && (isLater || confirmedBy(state, made) === node)) {
      answer(state, made, true, node, at, out, device);
      continue;
    }
    made.failures.push(`${node}: its device has not confirmed it`);
    proceed(state, made, at, out);
  }
}

/** Nothing is done for who asks. */
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

/** What another node's stonithd says. */
export function peer(
  state: StonithdState,
  from: { readonly node: string; readonly service: string },
  body: Json,
  at: number,
  out: Effect[],
): void {
  const { node } = from;
  const said = heard(state.refusals, readPeer, body, from, "stonithd", at, out);
  if (said === undefined) return;
  if (said.type === "strikes" || said.type === "struck") {
    onStrike(state, node, said, at, out);
    return;
  }
  const { key } = said;
  if (said.type === "fence") {
    const { target, incarnation, action, timeoutMs } = said;
    if (!state.members.includes(node)) {
      // It may be in another part of the cluster, without quorum, or have been thrown out.
      refuse(key, `${node} is no member for ${state.self}`, node, out);
      return;
    }
    request(state, { type: "node", node, key }, target, incarnation, action, timeoutMs, at, out);
    return;
  }
  const space = key.indexOf(" ");
  const made = state.requests.get(key.slice(space + 1));
  if (made === undefined || made.awaited !== Number(key.slice(0, space))) return;
  if (node === made.target || node !== made.asked) return; // Nobody confirms its own death.
  if (said.type === "working") return isWorking(state, made.key, made.awaited, out);
  if (said.ok) answer(state, made, true, node, at, out, said.device);
  else {
    made.failures.push(`${node}: ${said.detail}`);
    proceed(state, made, at, out);
  }
}
