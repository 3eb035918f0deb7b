/**
 * The services of `stream_bench.ts`: one that sends to all others, and one that receives, answers
 * and confirms. Both check that nothing is lost or out of order.
 *
 * @module
 */
import type { Effect, Event, Machine } from "../../daemons/runtime/machine.ts";
import type { Message } from "../../daemons/runtime/messages.ts";

/** Bytes of the messages' bodies. */
export const sizes = [200, 1_400] as const;
/** Messages of one measurement. */
export const messages = 100_000;
/**
 * Measurements before the first that counts: a node runs for months, and code that is still being
 * compiled says little of it.
 */
const warmUps = 2;
/** Messages that a receiver has not confirmed at most, and how many it confirms at once. */
const windowMessages = 2_000;
export const confirmedAtOnce = 200;
/** Round trips of one measurement. */
export const roundTrips = 2_000;

/** What was measured. */
export interface StreamFigures {
  readonly bytes: number;
  readonly perSecond: number;
  /** Milliseconds: from one service to another, until the first answer, and until the last. */
  readonly oneWay: Quantiles;
  readonly first: Quantiles;
  readonly last: Quantiles;
}

/** The middle, and what one of a hundred exceeds. */
export interface Quantiles {
  readonly p50: number;
  readonly p99: number;
}

const say = (node: string, body: string): Effect => ({
  type: "send",
  to: { node, service: "bench" },
  message: { type: "peer", body },
});

const subscribe: Effect = {
  type: "send",
  to: { service: "heartbeat" },
  message: { type: "heartbeat/subscribe" },
};

/** The same clock in all processes of this machine. */
const now = (): number => performance.timeOrigin + performance.now();

function quantiles(values: readonly number[]): Quantiles {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (part: number) => sorted[Math.floor(sorted.length * part)] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99) };
}

/** Confirms what it gets, and answers pings with how long they took. */
export function receiver(): Machine<null> {
  let expected = 0;
  return {
    service: "bench",
    state: null,
    step(_state, event: Event) {
      if (event.type === "peer" || event.type === "start") return [subscribe];
      if (event.type !== "message" || event.message.type !== "peer") return [];
      const body = String(event.message.body);
      const { node } = event.from;
      if (body.startsWith("ping")) {
        const tookMs = now() - Number(body.slice(4, 24));
        return [say(node, `pong${tookMs.toFixed(4).padEnd(16)}${body.slice(20)}`)];
      }
      const number = Number(body.slice(0, 8));
      if (number === 0) expected = 0;
      if (number !== expected++) throw new Error(`message ${number} instead of ${expected - 1}`);
      return expected % confirmedAtOnce === 0 ? [say(node, String(expected))] : [];
    },
  };
}

/** Sends to every other node, first as much as goes, then one at a time; prints a line for each size. */
export function sender(others: readonly string[], print: (line: string) => void): Machine<null> {
  let round = -1;
  let bytes = 0;
  let sent = 0;
  let startedAt = 0;
  let perSecond = 0;
  const confirmed = new Map<string, number>();
  let pings = 0;
  let pingedAt = 0;
  let answers = 0;
  const oneWay: number[] = [];
  const first: number[] = [];
  const last: number[] = [];

  const more = (): Effect[] => {
    const effects: Effect[] = [];
    const low = Math.min(...confirmed.values());
    while (sent < messages && sent - low < windowMessages) {
      effects.push(say("*", String(sent++).padStart(8, "0").padEnd(bytes, ".")));
    }
    return effects;
  };
  const begin = (): Effect[] => {
    const size = sizes[Math.max(0, ++round - warmUps)];
    if (size === undefined) return [];
    bytes = size;
    sent = pings = 0;
    for (const other of others) confirmed.set(other, 0);
    for (const values of [oneWay, first, last]) values.length = 0;
    startedAt = performance.now();
    return more();
  };
  const ping = (): Effect[] => {
    answers = 0;
    pingedAt = performance.now();
    return [say("*", `ping${now().toFixed(4).padEnd(20)}`.padEnd(bytes, "."))];
  };
  const pong = (body: string): Effect[] => {
    const tookMs = performance.now() - pingedAt;
    oneWay.push(Number(body.slice(4, 20)));
    if (answers++ === 0) first.push(tookMs);
    if (answers < others.length) return [];
    last.push(tookMs);
    if (++pings < roundTrips) return ping();
    if (round < warmUps) return begin();
    print(JSON.stringify(
      {
        bytes,
        perSecond,
        oneWay: quantiles(oneWay),
        first: quantiles(first),
        last: quantiles(last),
      } satisfies StreamFigures,
    ));
    return begin();
  };
  const ready = (message: Message): boolean =>
    message.type === "heartbeat/connectivity" &&
    others.every((other) =>
      message.nodes.some(({ name, status }) => name === other && status === "active")
    );
  return {
    service: "bench",
    state: null,
    step(_state, event: Event) {
      if (event.type === "start" || event.type === "peer") return round < 0 ? [subscribe] : [];
      // The receivers' services are there a moment later.
      if (event.type === "timer") return round < 0 ? begin() : [];
      if (event.type !== "message") return [];
      const { message, from } = event;
      if (round < 0 && ready(message)) return [{ type: "timer", name: "begin", inMs: 1_000 }];
      if (message.type !== "peer") return [];
      const body = String(message.body);
      if (body.startsWith("pong")) return pong(body);
      confirmed.set(from.node, Number(body));
      if (Math.min(...confirmed.values()) < messages) return more();
      perSecond = messages / (performance.now() - startedAt) * 1000;
      return ping();
    },
  };
}
