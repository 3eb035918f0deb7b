/**
 * Heartbeat: the process that has the network.
 *
 * @module
 */
import { DiagnosticError } from "../../metadata/diagnostic.ts";
import type { Loaded, Loader } from "../../pils/loader_types.ts";
import type { Auth } from "../../plugins/handler/auth/contract.ts";
import type { Compression } from "../../plugins/handler/compression/contract.ts";
import type { Encoding } from "../../plugins/handler/encoding/contract.ts";
import { socketOf } from "../flags.ts";
import { type Composition, main, type Surroundings } from "../main.ts";
import type { Log } from "../log.ts";
import type { NodeConfig } from "../node_config.ts";
import { readAuthkeys } from "./authkeys.ts";
import { parametersOf } from "./clients/parameters.ts";
import { askKernel, libraries } from "./clients/peer_credentials.ts";
import { socketInstance } from "./clients/send.ts";
import { clientSocket } from "./clients/socket.ts";
import type { ClientsConfig } from "./clients/state.ts";
import type { Codecs, Keys } from "./codecs.ts";
import { heartbeat } from "./core.ts";

/** The codecs of a running daemon: its keys can be read anew. */
export interface LoadedCodecs extends Codecs {
  /**
   * Reads the file of keys again. From then on packets are signed with the entry it says, and those
   * of every entry in it are taken; so a key is changed without losing a packet by adding the new
   * entry on every node, then signing with it, then removing the old one.
   *
   * @throws {DiagnosticError} if the keys cannot be used; the old ones stay.
   */
  reload(): Promise<void>;
}

/**
 * Loads what turns messages into packets and back.
 *
 * @param path of the file of keys.
 * @throws {DiagnosticError} if the keys cannot be used.
 */
export async function loadCodecs(path: string, loader: Loader): Promise<LoadedCodecs> {
  let keys = await loadKeys(path, loader);
  const compressions = new Map<string, Compression>();
  // Whatever we pack with, partners may use any that heartbeat knows.
  for (const name of ["zlib", "bz2", "zstd"]) {
    compressions.set(name, (await loader.load<Compression>(`compression/${name}`)).api);
  }
  // Clients and serial lines are written to in classic framing.
  const { api: classic } = await loader.load<Encoding>("encoding/ha", {
    config: { framing: "classic" },
  });
  return {
    encoding: (await loader.load<Encoding>("encoding/ha")).api,
    clientEncoding: classic,
    line: classic,
    get keys() {
      return keys.now;
    },
    compressions,
    packWith: "zstd",
    async reload() {
      const before = keys;
      keys = await loadKeys(path, loader);
      for (const loaded of before.loaded) await loaded[Symbol.asyncDispose]();
    },
  };
}

/** The keys, and the plugins that hold them. */
interface LoadedKeys {
  readonly now: Keys;
  readonly loaded: readonly Loaded<Auth>[];
}

async function loadKeys(path: string, loader: Loader): Promise<LoadedKeys> {
  const { mode } = await Deno.stat(path);
  const read = readAuthkeys(await Deno.readTextFile(path), mode ?? 0);
  if (!read.ok) throw new DiagnosticError(`Cannot use "${path}"`, read.diagnostics);
  const entries = new Map<number, Auth>();
  const loaded: Loaded<Auth>[] = [];
  for (const { authnum, method, key } of read.value.entries) {
    const plugin = await loader.load<Auth>(`auth/${method}`, {
      config: key === undefined ? {} : { key },
    });
    loaded.push(plugin);
    entries.set(authnum, plugin.api);
  }
  return { now: { entries, current: read.value.current }, loaded };
}

/** Where C programs find heartbeat in the folder of its sockets. */
const registerOf = (config: NodeConfig): string => `${config.run}/register`;

/** The local API of the original, for the machine and for the driver. */
interface LocalApi {
  readonly clients: ClientsConfig;
  readonly socket: ReturnType<typeof clientSocket>;
}

/**
 * The original's local API, if whoever started this daemon granted it: to write `register` in the
 * folder of sockets is what decides. The stock library looks in `/run/heartbeat`.
 *
 * @throws {Error} if there are rules, and the kernel cannot be asked whom they apply to.
 */
function localApi({ config, log }: Surroundings): LocalApi | undefined {
  const path = registerOf(config);
  if (Deno.permissions.querySync({ name: "write", path }).state !== "granted") return undefined;
  const credentials = askKernel();
  const { apiauth: rules } = config;
  const port = config.media.find(({ port }) => port !== undefined)?.port;
  if (rules !== undefined && credentials === undefined) {
    throw new Error(
      `apiauth says who may sign on, but the kernel cannot be asked who somebody is: ` +
        `grant --allow-ffi=${libraries[0]} (or where the C library is), or remove apiauth`,
    );
  }
  return {
    clients: {
      parameters: parametersOf(config, {
        cluster: config.cluster,
        ...(port === undefined ? {} : { port }),
      }),
      ...(rules === undefined ? {} : { rules }),
    },
    socket: clientSocket({
      path,
      // Without rules the owner of the socket is whom they would name.
      ...(rules === undefined || credentials === undefined ? {} : { credentials }),
      log: (text) => log("heartbeat", "warning", text),
    }),
  };
}

/** `kill -HUP` reads the keys again, as it does for the original. */
export function reloadOnHangup(codecs: LoadedCodecs, log: Log): void {
  Deno.addSignalListener("SIGHUP", () => {
    codecs.reload().then(
      () => log("heartbeat", "notice", "the keys have been read again"),
      (error) =>
        log(
          "heartbeat",
          "err",
          `the old keys stay: ${error instanceof Error ? error.message : String(error)}`,
        ),
    );
  });
}

async function compose(surroundings: Surroundings): Promise<Composition> {
  const { config, loader, log, store } = surroundings;
  const { nodes, keepaliveMs, deadtimeMs, initdeadMs } = config;
  const codecs = await loadCodecs(config.authkeys, loader);
  const api = localApi(surroundings);
  reloadOnHangup(codecs, log);
  return {
    machines: [heartbeat(
      {
        nodes,
        keepaliveMs,
        deadtimeMs,
        initdeadMs,
        ...(config.autojoin === undefined ? {} : { autojoin: config.autojoin }),
        ...(config.warntimeMs === undefined ? {} : { warntimeMs: config.warntimeMs }),
        ...(api === undefined ? {} : { clients: api.clients }),
        media: config.media.map(({ plugin, ...rest }, at) => ({
          link: `${plugin.slice("medium/".length)}${at}`,
          plugin,
          config: rest,
          line: plugin === "medium/serial",
        })),
        pings: (config.pings ?? []).map(({ plugin, ...rest }) => ({
          name: rest.name,
          plugin,
          config: rest,
        })),
        ...(config.deadpingMs === undefined ? {} : { deadpingMs: config.deadpingMs }),
      },
      codecs,
    )],
    stores: new Map([["heartbeat", await store("heartbeat")]]),
    listenPath: socketOf(config, "heartbeat"),
    ...(api === undefined ? {} : { builtins: { [socketInstance]: api.socket } }),
  };
}

if (import.meta.main) {
  await main("heartbeat", compose, ["auth", "compression", "encoding", "medium"]);
}
