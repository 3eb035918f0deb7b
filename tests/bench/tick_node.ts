/**
 * A node for `tick_bench.ts`: heartbeat as the node configuration says, and a main thread that is
 * blocked 400 ms of every second. When its input ends, it prints what it has seen as JSON.
 *
 *     tick_node.ts CONFIG STAGGER_MS
 *
 * @module
 */
import { description } from "../../daemons/heartbeat/description.ts";
import { heartbeatOf } from "../../daemons/heartbeat/heartbeat_of.ts";
import { startTick } from "../../daemons/heartbeat/tick.ts";
import { loaderOf } from "../../daemons/site/loader_of.ts";
import { stderrLog } from "../../daemons/runtime/log.ts";
import type { Effect, Event, Machine } from "../../daemons/runtime/machine.ts";
import type { Message } from "../../daemons/runtime/messages.ts";
import { readNodeConfig } from "../../daemons/site/node_config/read.ts";
import { run } from "../../daemons/runtime/run.ts";
import { openStore } from "../../daemons/runtime/store.ts";

/** Milliseconds of each second that the main thread is blocked. */
const blockedMs = 400;
/** Milliseconds between two questions for heartbeat's status. */
const askMs = 500;

const [text = "", staggerMs = "0"] = Deno.args;
const checked = readNodeConfig(text);
if (!checked.ok) throw new Error(JSON.stringify(checked.diagnostics));
const config = checked.value;
const log = stderrLog(config.node, "warning");

let deaths = 0;
let lateMsMax = 0;
let formed = false;
const status = new Map<string, string>();

const say = (message: Message): Effect => ({ type: "send", to: { service: "heartbeat" }, message });

const watcher: Machine<null> = {
  service: "watcher",
  state: null,
  step(_state, event: Event): readonly Effect[] {
    switch (event.type) {
      case "start":
      case "peer":
        return [say({ type: "heartbeat/subscribe" }), { type: "timer", name: "ask", inMs: askMs }];
      case "timer":
        return [
          say({ type: "status/query", id: "late" }),
          { type: "timer", name: "ask", inMs: askMs },
        ];
      case "message":
        if (event.message.type === "heartbeat/connectivity") hear(event.message);
        else if (event.message.type === "status/answer" && formed) {
          const { lateMsMax: late } = event.message.status as { readonly lateMsMax?: number };
          lateMsMax = Math.max(lateMsMax, late ?? 0);
        }
        return [];
      default:
        return event.type === "stop" ? [{ type: "stopped" }] : [];
    }
  },
};

function hear(message: Extract<Message, { type: "heartbeat/connectivity" }>): void {
  for (const { name, status: now } of message.nodes) {
    if (formed && now === "dead" && status.get(name) !== "dead") deaths++;
    status.set(name, now);
  }
  if (formed || message.nodes.some(({ status }) => status !== "active")) return;
  formed = true;
  console.log("formed");
  setTimeout(block, 1000 + Number(staggerMs));
}

/** Computes for a while, as somebody who parses a large document does. */
function block(): void {
  const until = performance.now() + blockedMs;
  while (performance.now() < until);
  setTimeout(block, 1000 - blockedMs);
}

const common = { process: "heartbeat", node: config.node, log };
if (config.tick === "main") {
  const loader = loaderOf(config, description.plugins, log);
  const store = await openStore(`${config.state}/heartbeat/heartbeat`);
  const { machines, stores } = await heartbeatOf(config, {
    loader,
    log,
    store,
    clients: undefined,
  });
  await run({ ...common, loader, stores, machines: [...machines, watcher] });
} else {
  const parts = [startTick({ config, log })];
  await run({ ...common, machines: [watcher], stores: new Map(), parts });
}
for await (const _ of Deno.stdin.readable);
console.log(JSON.stringify({ deaths, lateMsMax }));
Deno.exit(0);
