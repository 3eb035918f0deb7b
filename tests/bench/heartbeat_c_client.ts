/**
 * A client of C heartbeat's local API, for `heartbeat_c.ts`: sends ordered messages to the clients on
 * all other nodes, or receives, confirms and answers. One JSON object a line.
 *
 *     heartbeat_c_client.ts {"register": PATH, "others": COUNT}
 *
 * `others`: the receivers that a sender waits for; without it, it receives.
 *
 * @module
 */
import { type ApiConnection, signOn } from "../../daemons/heartbeat/clients/api_client.ts";
import { string, stringOf } from "../../daemons/heartbeat/fields.ts";
import ha from "../../plugins/encoding/ha/mod.ts";
import type { PeerFigures } from "./peer.ts";
import { sizes } from "./stream_service.ts";

/** Messages of one measurement: the original takes about a thousand a second. */
const messages = 3_000;
/**
 * Messages that a receiver has not confirmed at most: the original remembers 500, and a sender of
 * more at once is accepted, and loses some.
 */
const windowMessages = 400;
const confirmedAtOnce = 50;
const roundTrips = 100;
/** Milliseconds between two tries to sign on, and to find the receivers. */
const againMs = 100;
/** Tries to sign on at most: a C node lets clients in only once it is active. */
const triesMax = 300;

const { register, others }: { readonly register: string; readonly others?: number } = JSON.parse(
  Deno.args[0] ?? "{}",
);
const tell = (line: unknown) => console.log(JSON.stringify(line));
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
tell({ pid: Deno.pid });

let take: (what: string, number: number, from: string) => void = () => {};
const client = await signedOn();
// A client that is behind by so many messages is dropped; the request has no answer.
await client.publish([
  string("t", "hbapi-req"),
  string("reqtype", "set_sendqlen"),
  string("dest", client.node),
  string("pid", String(Deno.pid)),
  string("from_id", "bench"),
  string("sendqlen", "4096"),
]);

async function signedOn(): Promise<ApiConnection> {
  const encoding = await ha({ framing: "classic" }, { emit: () => {}, log: () => {} });
  for (let tries = 1;; tries++) {
    try {
      return await signOn({
        path: register,
        name: "bench",
        encoding,
        onMessage(message) {
          const from = stringOf(message, "src") ?? "";
          if (stringOf(message, "t") !== "bench" || from === client.node) return;
          take(stringOf(message, "what") ?? "", Number(stringOf(message, "i")), from);
        },
      });
    } catch (error) {
      if (tries >= triesMax) throw error;
      await pause(againMs);
    }
  }
}

/** Resolves when the daemon has taken it. */
function say(what: string, number: number, bytes = 0): Promise<void> {
  return client.publish([
    string("t", "bench"),
    string("what", what),
    string("i", String(number)),
    // C takes no field without a value.
    ...(bytes === 0 ? [] : [string("body", ".".repeat(bytes))]),
  ], { ordered: true });
}

/** Resolves when every receiver has said this. */
function heard(wanted: string): Promise<void> {
  const from = new Set<string>();
  return new Promise((resolve) => {
    take = (what, _number, sender) => {
      if (what === wanted) from.add(sender);
      if (from.size === others) resolve();
    };
  });
}

/** Sends as much as the receivers confirm; gives how long it took, in milliseconds. */
async function flood(bytes: number): Promise<number> {
  const confirmed = new Map<string, number>();
  let more = () => {};
  take = (what, number, from) => {
    if (what === "done") confirmed.set(from, number);
    more();
  };
  const low = () => confirmed.size < others! ? 0 : Math.min(...confirmed.values());
  const startedAt = performance.now();
  for (let number = 0; low() < messages;) {
    if (number < messages && number - low() < windowMessages) await say("data", number++, bytes);
    else await new Promise<void>((resolve) => more = resolve);
  }
  return performance.now() - startedAt;
}

async function measure(bytes: number): Promise<PeerFigures> {
  const tookMs = await flood(bytes);
  const took: number[] = [];
  for (let ping = 0; ping < roundTrips; ping++) {
    const answered = new Promise<void>((resolve) => {
      take = (what, number) => {
        if (what === "pong" && number === ping) resolve();
      };
    });
    const at = performance.now();
    await say("ping", ping, bytes);
    await answered;
    took.push(performance.now() - at);
  }
  took.sort((a, b) => a - b);
  const at = (part: number) => took[Math.floor(roundTrips * part)]!;
  return { bytes, perSecond: messages / tookMs * 1000, p50: at(0.5), p99: at(0.99) };
}

if (others === undefined) {
  let expected = 0;
  take = (what, number) => {
    if (what === "hello") void say("here", 0);
    if (what === "ping") void say("pong", number);
    if (what !== "data") return;
    if (number === 0) expected = 0;
    if (number !== expected++) tell({ event: `message ${number} instead of ${expected - 1}` });
    if (expected % confirmedAtOnce === 0) void say("done", expected);
  };
} else {
  let found = false;
  const there = heard("here").then(() => found = true);
  while (!found) {
    await say("hello", 0);
    await Promise.race([there, pause(5 * againMs)]);
  }
  for (const bytes of sizes) tell({ measured: await measure(bytes) });
}
await client.closed;
tell({ event: "the daemon is gone" });
Deno.exit(0);
