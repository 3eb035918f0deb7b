/**
 * The module of the thread that holds heartbeat's sockets and timers.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import { protocol } from "../protocols.ts";
import { loaderOf } from "../site/loader_of.ts";
import { openStore } from "../runtime/store.ts";
import { serveThread } from "../runtime/thread_inside.ts";
import { description } from "./description.ts";
import { heartbeatOf } from "./heartbeat_of.ts";
import { takeRealTime } from "./real_time.ts";
import { bufferEnlarger } from "./socket_buffers.ts";
import type { TickSetup } from "./tick.ts";

/** Milliseconds between two looks at the buffers of the sockets. */
const buffersEveryMs = 2_000;

serveThread<TickSetup>(async ({ config, clients, outside }, inside) => {
  const { log } = inside;
  const loader = loaderOf(config, description.plugins, log);
  const { reload, machines, stores } = await heartbeatOf(config, {
    loader,
    log,
    clients,
    store: await openStore(`${config.state}/heartbeat/heartbeat`),
  });
  return {
    process: "tick",
    protocol,
    node: config.node,
    machines,
    stores,
    loader,
    builtins: Object.fromEntries(
      Object.entries(outside).map(([name, methods]) => [name, inside.outside(name, methods)]),
    ),
    told: (what) => {
      if (what === "reload") reload();
    },
    running: () => {
      if (config.tick !== "realtime") return;
      const { priority, memory } = takeRealTime();
      if (priority !== true) {
        log("heartbeat", "warning", withCode("HA5017", `No real-time priority: ${priority}`));
      }
      if (memory !== true) {
        log("heartbeat", "warning", withCode("HA5017", `Memory is not locked: ${memory}`));
      }
      if (priority === true) log("heartbeat", "info", "The tick has real-time priority");
      const enlarger = bufferEnlarger();
      if (enlarger === undefined) return;
      // Links come later, and come again.
      setInterval(() => enlarger.enlarge(), buffersEveryMs);
    },
  };
});
