/**
 * The tick: heartbeat's machine with its sockets and timers in a separate thread. The main thread
 * keeps the Unix sockets of services and clients. However busy it is, no heartbeat is late.
 *
 * @module
 */
import type { Api } from "../../pils/plugin.ts";
import { grantOf } from "../processes.ts";
import type { Grant } from "../site/flags.ts";
import { linkOf, socketOf } from "../site/sockets.ts";
import type { Log } from "../runtime/log.ts";
import type { NodeConfig } from "../site/node_config/read.ts";
import { startThread, type Thread } from "../runtime/thread.ts";
import { libraries } from "./clients/peer_credentials.ts";
import type { ClientsConfig } from "./clients/state.ts";
import { registerOf } from "./description.ts";

/** Messages to the thread. */
export interface TickSetup {
  readonly config: NodeConfig;
  readonly clients: ClientsConfig | undefined;
  /** Builtins that stay in the process, and their methods. */
  readonly outside: Readonly<Record<string, readonly string[]>>;
}

/** What the process gives to it. */
export interface TickOptions {
  readonly config: NodeConfig;
  readonly log: Log;
  readonly clients?: ClientsConfig | undefined;
  readonly builtins?: Readonly<Record<string, (emit: (event: unknown) => void) => Api>>;
}

/** Methods of the socket of the local API. */
const socketMethods = ["send", "end", "pause", "bound", "taken", "close"];

/** Starts the thread. */
export function startTick({ config, log, clients, builtins = {} }: TickOptions): Thread {
  const outside = Object.fromEntries(Object.keys(builtins).map((name) => [name, socketMethods]));
  return startThread({
    name: "tick",
    module: new URL("./tick_inside.ts", import.meta.url),
    permissions: tickGrant(config),
    setup: { config, clients, outside } satisfies TickSetup,
    log,
    builtins,
  });
}

/** What the process may, without its own sockets and its configuration. */
function tickGrant(config: NodeConfig): Deno.PermissionOptionsObject {
  const project = decodeURIComponent(new URL("../..", import.meta.url).pathname).replace(/\/$/, "");
  const places = { project, configFile: "", deno: Deno.execPath() };
  const { net = [], read = [], write = [], run = [], env = [] } = grantOf(
    "heartbeat",
    config,
    places,
  );
  const left = new Set([
    "",
    socketOf(config, "heartbeat"),
    linkOf(config, "cluster"),
    registerOf(config),
  ]);
  const kept = (paths: readonly string[]) => paths.filter((path) => !left.has(path));
  const grant: Grant = {
    net: net.filter((entry) => !entry.startsWith("unix:")),
    read: kept(read),
    write: kept(write),
    run,
    env,
    // What the process has not got it cannot give; the thread then says that it goes without.
    ffi: config.tick === "realtime" ? libraries.filter(isGranted) : [],
  };
  return Object.fromEntries(
    Object.entries(grant).map(([name, entries]) => [name, entries.length > 0 ? entries : false]),
  );
}

const isGranted = (path: string): boolean =>
  Deno.permissions.querySync({ name: "ffi", path }).state === "granted";
