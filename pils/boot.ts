/**
 * The isolated side, the same in a worker and in a process. It removes what no plugin needs and
 * imports the plugin by a computed name, so that the whole module graph is read with the plugin's
 * own permissions, not the daemon's. Then it starts the plugin and answers calls.
 *
 * @module
 */
import { errorData, type LogLevel } from "./errors.ts";
import type { FromPlugin, Question, ToPlugin } from "./message.ts";
import type { Api, Host } from "./plugin.ts";

/** Characters of a line of the log at most. */
const logCharactersMax = 4_096;

/**
 * Serves one plugin.
 * @param send sends a message to the daemon; throws if it cannot be cloned
 * @param leave ends this worker or process
 * @returns the receiver of the daemon's messages, in order
 */
export function serve(
  send: (message: FromPlugin) => void,
  leave: () => void,
): (message: ToPlugin) => void {
  disarm();
  const host: Host = {
    emit: (event) => send({ type: "emit", event }),
    log: (level, text) => send({ type: "log", level, text: text.slice(0, logCharactersMax) }),
  };
  consoleToLog(host);
  let api: Api = {};
  let callable: readonly string[] = [];

  async function start(asked: Question & { type: "start" }): Promise<readonly string[]> {
    // Loaded on demand: Node's module system costs some 50 ms and 9 MB.
    if (asked.sources) (await import("./sources.ts")).serveOnly(asked.sources);
    const module: { readonly default?: unknown } = await import(asked.entry);
    for (const path of asked.revoke) await Deno.permissions.revoke({ name: "read", path });
    api = await open(module.default, asked.config, host);
    return callable = offered(api, asked.methods);
  }

  async function answer(asked: Question): Promise<unknown> {
    switch (asked.type) {
      case "start":
        return await start(asked);
      case "call":
        if (callable.includes(asked.method)) return await api[asked.method]?.(...asked.parameters);
        throw new TypeError(`There is no method "${asked.method}"`);
      case "close":
        return void await api["close"]?.();
    }
  }

  return async (message) => {
    if (message.type === "ping") return send({ type: "pong" });
    const { id } = message;
    try {
      send({ type: "value", id, value: await answer(message) });
    } catch (error) {
      send({ type: "error", id, error: errorData(error) });
    }
    if (message.type === "close") leave();
  };
}

/**
 * Opens a plugin from its module's default export.
 * @throws {TypeError} if that is not a function, or does not return an object
 */
export async function open(plugin: unknown, config: unknown, host: Host): Promise<Api> {
  if (typeof plugin !== "function") {
    throw new TypeError(`mod.ts exports ${typeof plugin} by default, not a function`);
  }
  const api: unknown = await plugin(config, host);
  if (typeof api !== "object" || api === null) {
    throw new TypeError(`the default function of mod.ts returned ${typeof api}, not an API`);
  }
  return api as Api;
}

/** Those of `methods` that the API has. */
export function offered(api: Api, methods: readonly string[]): string[] {
  return methods.filter((name) => typeof api[name] === "function");
}

/**
 * Deletes the APIs that reach the daemon outside the contract: its signals, its standard streams,
 * its channels, storage under the cache folder. This protects against mistakes. The protection
 * against attacks is the permission set, and the separate process that the isolation rule requires.
 */
function disarm(): void {
  const reached = ["addSignalListener", "kill", "exit", "stdin", "stdout", "stderr", "openKv"];
  for (const name of reached) Reflect.deleteProperty(Deno, name);
  const shared = ["BroadcastChannel", "Worker", "caches", "localStorage", "sessionStorage", "gc"];
  for (const name of shared) Reflect.deleteProperty(globalThis, name);
}

function consoleToLog(host: Host): void {
  const levels: Readonly<Record<string, LogLevel>> = {
    error: "err",
    warn: "warning",
    log: "info",
    info: "info",
    debug: "debug",
    trace: "debug",
  };
  const limits = { depth: 3, iterableLimit: 50, strAbbreviateSize: logCharactersMax };
  const text = (part: unknown) => typeof part === "string" ? part : Deno.inspect(part, limits);
  for (const [method, level] of Object.entries(levels)) {
    const say = (...parts: unknown[]) => host.log(level, parts.map(text).join(" "));
    Reflect.set(console, method, say);
  }
}
