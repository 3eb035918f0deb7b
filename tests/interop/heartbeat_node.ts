/**
 * One node of ours for clusters with C nodes: the heartbeat machine and its plugins, and a service
 * that writes down each change of connectivity, one JSON object a line.
 *
 *     deno run --no-prompt --allow-net=... --allow-read=... --allow-write=... heartbeat_node.ts CONFIG
 *
 * CONFIG is JSON: `{ node, nodes, media, keepaliveMs, deadtimeMs, initdeadMs, authkeys, state }`.
 * With `register` it also serves C programs on that socket. SIGHUP reads the keys again.
 * With `chatMs` it sends a numbered message to all other nodes of ours every so many milliseconds;
 * how many came from whom, and whether one was out of order, is reported with the status; a message
 * in place of another, and whether its sender had been dead meanwhile, is reported immediately.
 *
 * @module
 */
import { inLocks } from "../../daemons/site/consent/locked.ts";
import { createLoader } from "../../pils/loader.ts";
import { claim } from "../../daemons/heartbeat/clients/claim.ts";
import { parametersOf } from "../../daemons/heartbeat/clients/parameters.ts";
import { askKernel } from "../../daemons/heartbeat/clients/peer_credentials.ts";
import { socketInstance } from "../../daemons/heartbeat/clients/send.ts";
import { clientSocket } from "../../daemons/heartbeat/clients/socket.ts";
import type { ClientRule } from "../../daemons/heartbeat/clients/state.ts";
import type { HeartbeatConfig } from "../../daemons/heartbeat/config.ts";
import { heartbeat } from "../../daemons/heartbeat/core.ts";
import { loadCodecs, reloadOnHangup } from "../../daemons/heartbeat/mod.ts";
import { stderrLog } from "../../daemons/runtime/log.ts";
import type { Effect, Event, Machine } from "../../daemons/runtime/machine.ts";
import { run } from "../../daemons/runtime/run.ts";
import { openStore } from "../../daemons/runtime/store.ts";

/** What the caller gives. */
interface NodeOptions extends HeartbeatConfig {
  readonly node: string;
  readonly authkeys: string;
  readonly state: string;
  readonly chatMs?: number;
  /** Where C programs find this node: `/run/heartbeat/register`. */
  readonly register?: string;
  /** Who may sign on there; the kernel is asked who somebody is. */
  readonly rules?: readonly ClientRule[];
  /** Socket for services of this node, as `heartbeat.sock` of a whole one. */
  readonly listenPath?: string;
}

const options: NodeOptions = JSON.parse(Deno.args[0] ?? "{}");
const loader = createLoader({
  find: inLocks(new URL("../../plugins/plugins.lock.json", import.meta.url)),
  denoPath: Deno.execPath(),
  inline: ["auth", "compression", "encoding", "medium"],
});
const started = performance.now();
const tell = (line: unknown) => console.log(JSON.stringify(line));
tell({ pid: Deno.pid });

let said = 0;
/** What came from whom, and how often it was not the number expected. */
const heard: Record<string, { count: number; next: number; disorder: number }> = {};

/** Nodes that were dead since their last message came. */
const died = new Set<string>();

function hear(from: string, number: number): void {
  const known = heard[from] ??= { count: 0, next: number, disorder: 0 };
  const wasDead = died.delete(from);
  if (number !== known.next) {
    known.disorder++;
    tell({ wallMs: Date.now(), gap: { from, expected: known.next, number, wasDead } });
  }
  known.next = number + 1;
  known.count++;
}

/** Writes down what heartbeat tells it. */
const watcher: Machine<null> = {
  service: "watcher",
  state: null,
  step(_state, event: Event): readonly Effect[] {
    switch (event.type) {
      case "start":
        return [
          { type: "send", to: { service: "heartbeat" }, message: { type: "heartbeat/subscribe" } },
          { type: "timer", name: "status", inMs: 1000 },
          ...(options.chatMs === undefined
            ? []
            : [{ type: "timer", name: "chat", inMs: 3000 } as const]),
        ];
      case "timer":
        if (event.name === "chat") {
          return [
            {
              type: "send",
              to: { node: "*", service: "watcher" },
              message: { type: "peer", body: said++ },
            },
            { type: "timer", name: "chat", inMs: options.chatMs ?? 1000 },
          ];
        }
        return [
          {
            type: "send",
            to: { service: "heartbeat" },
            message: { type: "status/query", id: "status" },
          },
          { type: "timer", name: "status", inMs: 5000 },
        ];
      case "message": {
        const { message } = event;
        const at = Math.round(event.at - started);
        if (message.type === "heartbeat/connectivity") {
          const nodes = message.nodes.map(({ name, status, generation, links }) => ({
            name,
            status,
            generation,
            links: links.filter(({ up }) => up).map(({ name }) => name),
          }));
          for (const { name, status } of nodes) if (status === "dead") died.add(name);
          tell({ at, wallMs: Date.now(), nodes });
        } else if (message.type === "status/answer") {
          tell({ at, said, heard, status: message.status });
        } else if (message.type === "peer") {
          hear(event.from.node, Number(message.body));
        }
        return [];
      }
      default:
        return event.type === "stop" ? [{ type: "stopped" }] : [];
    }
  },
};

const codecs = await loadCodecs(options.authkeys, loader);
const { node } = options;
const log = stderrLog(node, "debug");
const { register, listenPath, rules } = options;
const clients = {
  parameters: parametersOf(options),
  ...(rules === undefined ? {} : { rules }),
};
const credentials = rules === undefined ? undefined : askKernel();
reloadOnHangup(codecs, log);
if (register !== undefined) await claim(register, credentials);
await run({
  process: "heartbeat",
  node,
  ...(listenPath === undefined ? {} : { listenPath }),
  machines: [
    heartbeat({ ...options, ...(register === undefined ? {} : { clients }) }, codecs),
    watcher,
  ],
  log,
  ...(register === undefined ? {} : {
    builtins: {
      [socketInstance]: clientSocket({
        path: register,
        ...(credentials === undefined ? {} : { credentials }),
        log: (text) => log("heartbeat", "warning", text),
      }),
    },
  }),
  stores: new Map([["heartbeat", await openStore(options.state)]]),
  loader,
}).then((running) => running.ended);
