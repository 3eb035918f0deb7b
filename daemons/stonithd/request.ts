/**
 * Requests for a fencing, from this node or another: all askers share one execution.
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
import { answer, failedHere, noteElsewhere, reply } from "./outcome.ts";
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
  const made = blankRequest(state, asked, at);
  const before = incarnation === undefined ? undefined : confirmedBy(state, made);
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
  made.attempts.push(...attemptsOf(state, made, asker));
  state.requests.set(made.key, made);
  out.push(
    { type: "timer", name: `request ${made.key}`, inMs: made.timeoutMs },
    {
      type: "log",
      level: "notice",
      text: `Fencing ${target} (${action}) is asked for`,
    },
  );
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
    if (state.later.push({ ...asked, incarnation }) > requestsMax) state.later.shift();
    return;
  }
  underway.askers.push(asker);
  if (asker.type !== "node") return;
  // A node that asks this one has not struck with its own device: there is nothing to wait for.
  if (underway.awaits === asker.node) proceed(state, underway, at, out);
  if (state.requests.has(underway.key)) tellWorking(underway, out);
}

/** A request that nothing has been tried for yet. */
function blankRequest(
  state: StonithdState,
  { asker, target, incarnation, action, timeoutMs }: Asked,
  at: number,
): Request {
  return {
    key: `${action} ${target}`,
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
}

/** What to try, one after the other. */
function attemptsOf(state: StonithdState, made: Request, asker: Asker): Attempt[] {
  const { target } = made;
  const attempts: Attempt[] = [];
  const elsewhere = strikingFor(state, made);
  if (elsewhere !== undefined && !(asker.type === "node" && asker.node === elsewhere)) {
    attempts.push({ type: "elsewhere", node: elsewhere });
  }
  // A node must not confirm its own fencing: if it is the target, only others may try.
  if (target !== state.self) attempts.push(...localAttempts(state, target));
  if (asker.type !== "local") return attempts;
  const others = [...state.members].sort()
    .filter((node) => node !== state.self && node !== target);
  return [...attempts, ...others.map((node) => ({ type: "node", node } as const))];
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
      answer(state, made, { ok: true, delegate: node, device }, at, out);
      continue;
    }
    made.failures.push(`${node}: its device has not confirmed it`);
    proceed(state, made, at, out);
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
  const { key } = said;
  if (said.type === "fence") {
    const { target, incarnation, action, timeoutMs } = said;
    if (!state.members.includes(node)) {
      // It may be in another part of the cluster, without quorum, or have been thrown out.
      refuse(key, `${node} is no member for ${state.self}`, node, out);
      return;
    }
    const asker = { type: "node", node, key } as const;
    request(state, { asker, target, incarnation, action, timeoutMs }, at, out);
    return;
  }
  const space = key.indexOf(" ");
  const made = state.requests.get(key.slice(space + 1));
  if (made === undefined || made.awaited !== Number(key.slice(0, space))) return;
  if (node === made.target || node !== made.asked) return; // Nobody confirms its own death.
  if (said.type === "working") return isWorking(state, made.key, made.awaited, out);
  if (said.ok) answer(state, made, { ok: true, delegate: node, device: said.device }, at, out);
  else {
    made.failures.push(`${node}: ${said.detail}`);
    proceed(state, made, at, out);
  }
}
