/**
 * Messages between the services of two nodes, as clients of heartbeat have them: in order,
 * acknowledged, signed, over the loopback, through the very machines and driver of production.
 *
 * @module
 */
import { heartbeat } from "../../daemons/heartbeat/core.ts";
import type { Effect, Event, Machine } from "../../daemons/machine.ts";
import type { Message } from "../../daemons/messages.ts";
import { run } from "../../daemons/run.ts";
import { inLocks } from "../../daemons/consent/locked.ts";
import { createLoader } from "../../pils/loader.ts";
import type { Auth } from "../../plugins/handler/auth/contract.ts";
import type { Encoding } from "../../plugins/handler/encoding/contract.ts";

/** Messages of one measurement. */
const messages = 60_000;
/** Messages that the receiver has not confirmed at most, and how many it confirms at once. */
const windowMessages = 2_000;
const confirmedAtOnce = 200;
/** Round trips of one measurement. */
const roundTrips = 2_000;
const sizes = [200, 1_400];

const [role = "a"] = Deno.args;
const address = "127.0.0.1";
const ports: Readonly<Record<string, number>> = { a: 17_694, b: 17_695 };
const other = role === "a" ? "b" : "a";
const project = new URL("../..", import.meta.url);
const uuid = new TextEncoder().encode("0123456789abcdef");

const toOther = (body: string): Effect => ({
  type: "send",
  to: { node: other, service: "bench" },
  message: { type: "peer", body },
});

const subscribe: Effect = {
  type: "send",
  to: { service: "heartbeat" },
  message: { type: "heartbeat/subscribe" },
};

const isActive = (message: Message): boolean =>
  message.type === "heartbeat/connectivity" &&
  message.nodes.some(({ name, status }) => name === other && status === "active");

/** Confirms what it gets, and answers pings. */
function receiver(): Machine<null> {
  let expected = 0;
  return {
    service: "bench",
    state: null,
    step(_state, event: Event) {
      if (event.type !== "message" || event.message.type !== "peer") return [];
      const body = String(event.message.body);
      if (body.startsWith("ping")) return [toOther(body)];
      if (body.startsWith("end")) Deno.exit(0);
      const number = Number(body.slice(0, 8));
      if (number === 0) expected = 0;
      if (number !== expected++) throw new Error(`message ${number} instead of ${expected - 1}`);
      return expected % confirmedAtOnce === 0 ? [toOther(String(expected))] : [];
    },
  };
}

/** Sends, first as much as goes, then one at a time. */
function sender(): Machine<null> {
  let size = -1;
  let sent = 0;
  let confirmed = 0;
  let startedAt = 0;
  let pings = 0;
  let pingedAt = 0;
  let trips: number[] = [];
  const more = (): Effect[] => {
    const effects: Effect[] = [];
    while (sent < messages && sent - confirmed < windowMessages) {
      const number = String(sent++).padStart(8, "0");
      effects.push(toOther(number.padEnd(sizes[size]!, ".")));
    }
    return effects;
  };
  const begin = (): Effect[] => {
    size++;
    if (size >= sizes.length) {
      setTimeout(() => Deno.exit(0), 200);
      return [toOther("end")];
    }
    [sent, confirmed, pings, trips, startedAt] = [0, 0, 0, [], performance.now()];
    return more();
  };
  const ping = (): Effect[] => {
    pingedAt = performance.now();
    return [toOther("ping".padEnd(sizes[size]!, "."))];
  };
  return {
    service: "bench",
    state: null,
    step(_state, event: Event) {
      if (event.type === "start") return [subscribe];
      if (event.type !== "message") return [];
      if (size < 0) return isActive(event.message) ? begin() : [];
      if (event.message.type !== "peer") return [];
      const body = String(event.message.body);
      if (body.startsWith("ping")) {
        trips.push(performance.now() - pingedAt);
        if (++pings < roundTrips) return ping();
        trips.sort((x, y) => x - y);
        const at = (part: number) => trips[Math.floor(trips.length * part)]!.toFixed(3);
        console.log(`${sizes[size]} B: round trip p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`);
        return begin();
      }
      confirmed = Number(body);
      if (confirmed < messages) return more();
      const seconds = (performance.now() - startedAt) / 1000;
      console.log(`${sizes[size]} B: ${Math.round(messages / seconds)} messages a second`);
      return ping();
    },
  };
}

if (role === "a") {
  const folders = ["plugins", "pils", "metadata"].map((name) => new URL(name, project).pathname);
  new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "--quiet",
      `--config=${new URL("deno.json", project).pathname}`,
      `--allow-net=${address}`,
      `--allow-read=${folders.join(",")}`,
      new URL(import.meta.url).pathname,
      "b",
    ],
    stdout: "inherit",
    stderr: "inherit",
  }).spawn();
}
const loader = createLoader({
  find: inLocks(new URL("plugins/plugins.lock.json", project)),
  inline: ["auth", "encoding", "medium"],
});
const auth = await loader.load<Auth>("auth/sha1", { config: { key: "measured" } });
const codecs = {
  encoding: (await loader.load<Encoding>("encoding/ha")).api,
  keys: { entries: new Map([[1, auth.api]]), current: 1 },
  compressions: new Map(),
};
const peers = [{ address, port: ports[other] }];
const running = await run({
  process: "heartbeat",
  node: role,
  machines: [
    heartbeat({
      nodes: ["a", "b"],
      media: [{
        link: "lo",
        plugin: "medium/ucast",
        config: { address, port: ports[role], peers },
      }],
      keepaliveMs: 200,
      deadtimeMs: 5_000,
      initdeadMs: 20_000,
    }, codecs),
    role === "a" ? sender() : receiver(),
  ],
  log: (_service, level, text) => {
    if (level !== "info" && level !== "debug") console.error(role, level, text);
  },
  stores: new Map([["heartbeat", {
    saved: new Map([["uuid", uuid]]),
    save: () => Promise.resolve(),
  }]]),
  loader,
});
await running.ended;
