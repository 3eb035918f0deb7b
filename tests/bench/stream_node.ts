/**
 * One process of `stream_bench.ts`: heartbeat, a service that sends or receives, or both.
 *
 *     stream_node.ts OPTIONS
 *
 * @module
 */
import { heartbeat } from "../../daemons/heartbeat/core.ts";
import { description } from "../../daemons/heartbeat/description.ts";
import type { Event, Machine } from "../../daemons/runtime/machine.ts";
import { run } from "../../daemons/runtime/run.ts";
import { createLoader } from "../../pils/loader.ts";
import { inLocks } from "../../daemons/site/consent/locked.ts";
import type { Auth } from "../../plugins/handler/auth/contract.ts";
import type { Encoding } from "../../plugins/handler/encoding/contract.ts";
import { receiver, sender } from "./stream_service.ts";

/** What the measurement tells it. */
export interface StreamOptions {
  readonly node: string;
  /** Every node with its port. */
  readonly ports: Readonly<Record<string, number>>;
  /** Bytes of a packet. */
  readonly packetBytes: number;
  /** The service of this process; absent: heartbeat alone. */
  readonly service?: "sender" | "receiver";
  /** Whether heartbeat is in this process. */
  readonly heartbeat: boolean;
  /** Socket between the two where they are apart. */
  readonly socket?: string;
}

const options: StreamOptions = JSON.parse(Deno.args[0] ?? "{}");
const { node, ports, packetBytes, socket } = options;
const address = "127.0.0.1";
const others = Object.keys(ports).filter((name) => name !== node);
const uuid = new TextEncoder().encode(node.padEnd(16, "-"));

/** The machine with the codecs of production. */
async function heart(loader: ReturnType<typeof createLoader>): Promise<Machine> {
  const auth = await loader.load<Auth>("auth/sha1", { config: { key: "measured" } });
  const codecs = {
    encoding: (await loader.load<Encoding>("encoding/ha")).api,
    keys: { entries: new Map([[1, auth.api]]), current: 1 },
    compressions: new Map(),
  };
  const peers = others.map((name) => ({ address, port: ports[name] }));
  return heartbeat({
    nodes: Object.keys(ports),
    media: [{ link: "lo", plugin: "medium/ucast", config: { address, port: ports[node], peers } }],
    keepaliveMs: 200,
    deadtimeMs: 5_000,
    initdeadMs: 20_000,
    packetBytes,
  }, codecs);
}

/** Ends without a word when the measurement does. */
const quiet = (machine: Machine<null>): Machine => ({
  ...machine,
  step: (_state, event: Event) =>
    event.type === "stop" ? [{ type: "stopped" }] : machine.step(null, event),
});

const loader = createLoader({
  find: inLocks(new URL("../../plugins/plugins.lock.json", import.meta.url)),
  inline: description.plugins.inline,
});
const machines: Machine[] = [];
if (options.heartbeat) machines.push(await heart(loader));
if (options.service === "sender") machines.push(quiet(sender(others, (line) => console.log(line))));
if (options.service === "receiver") machines.push(quiet(receiver()));
await run({
  process: options.heartbeat ? "heartbeat" : "bench",
  node,
  machines,
  log: (service, level, text) => {
    if (level !== "info" && level !== "debug") console.error(node, service, level, text);
  },
  stores: new Map([["heartbeat", {
    saved: new Map([["uuid", uuid]]),
    save: () => Promise.resolve(),
  }]]),
  loader,
  ...(socket === undefined
    ? {}
    : options.heartbeat
    ? { linkPaths: [{ path: socket, mayOffer: () => true }] }
    : { connectPaths: [socket] }),
});
for await (const _ of Deno.stdin.readable);
Deno.exit(0);
