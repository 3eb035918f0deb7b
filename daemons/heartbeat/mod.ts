/**
 * Heartbeat: the process that has the network.
 *
 * @module
 */
import { DiagnosticError } from "../../metadata/diagnostic.ts";
import type { Loader } from "../../pils/loader_types.ts";
import type { Auth } from "../../plugins/handler/auth/contract.ts";
import type { Compression } from "../../plugins/handler/compression/contract.ts";
import type { Encoding } from "../../plugins/handler/encoding/contract.ts";
import { socketOf } from "../flags.ts";
import { type Composition, main, type Surroundings } from "../main.ts";
import { readAuthkeys } from "./authkeys.ts";
import type { Codecs } from "./codecs.ts";
import { heartbeat } from "./core.ts";

/**
 * Loads what turns messages into packets and back.
 *
 * @param path of the file of keys.
 * @throws {DiagnosticError} if the keys cannot be used.
 */
export async function loadCodecs(path: string, loader: Loader): Promise<Codecs> {
  const { mode } = await Deno.stat(path);
  const read = readAuthkeys(await Deno.readTextFile(path), mode ?? 0);
  if (!read.ok) throw new DiagnosticError(`Cannot use "${path}"`, read.diagnostics);
  const entries = new Map<number, Auth>();
  for (const { authnum, method, key } of read.value.entries) {
    const { api } = await loader.load<Auth>(`auth/${method}`, {
      config: key === undefined ? {} : { key },
    });
    entries.set(authnum, api);
  }
  const compressions = new Map<string, Compression>();
  // Whatever we pack with, partners may use any that heartbeat knows.
  for (const name of ["zlib", "bz2", "zstd"]) {
    compressions.set(name, (await loader.load<Compression>(`compression/${name}`)).api);
  }
  return {
    encoding: (await loader.load<Encoding>("encoding/ha")).api,
    keys: { entries, current: read.value.current },
    compressions,
    packWith: "zstd",
  };
}

async function compose({ config, loader, store }: Surroundings): Promise<Composition> {
  const { nodes, keepaliveMs, deadtimeMs, initdeadMs } = config;
  return {
    machines: [heartbeat(
      {
        nodes,
        keepaliveMs,
        deadtimeMs,
        initdeadMs,
        media: config.media.map(({ plugin, ...rest }, at) => ({
          link: `${plugin.slice("medium/".length)}${at}`,
          plugin,
          config: rest,
        })),
      },
      await loadCodecs(config.authkeys, loader),
    )],
    stores: new Map([["heartbeat", await store("heartbeat")]]),
    listenPath: socketOf(config, "heartbeat"),
  };
}

if (import.meta.main) {
  await main("heartbeat", compose, ["auth", "compression", "encoding", "medium"]);
}
