/**
 * The codecs of a running daemon: plugins, with the keys of the operator's file.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import {
  type Diagnostic,
  DiagnosticError,
  diagnosticText,
  problem,
} from "../../metadata/diagnostic.ts";
import { didYouMean } from "../../metadata/nearest.ts";
import { messageOf } from "../../metadata/message_of.ts";
import type { Loaded, Loader } from "../../pils/loader_types.ts";
import type { Auth } from "../../plugins/handler/auth/contract.ts";
import type { Compression } from "../../plugins/handler/compression/contract.ts";
import type { Encoding } from "../../plugins/handler/encoding/contract.ts";
import type { Log } from "../runtime/log.ts";
import { bytesMax } from "../site/bounded_file.ts";
import { readConfigured } from "../site/configured_file.ts";
import type { NodeConfig } from "../site/node_config/read.ts";
import { loadWithin, wantedOf, type WantedPlugin } from "../site/wanted_plugins.ts";
import { readAuthkeys, warningsOfUse } from "./authkeys.ts";
import type { Codecs, Keys } from "./codecs.ts";
import { description } from "./description.ts";

/** The codecs of a running daemon: its keys can be reloaded. */
export interface LoadedCodecs extends Codecs {
  /**
   * Reads the file of keys again. From then on packets are signed with the entry it says, and those
   * of every entry in it are taken; so a key is changed without losing a packet by adding the new
   * entry on every node, then signing with it, then removing the old one.
   *
   * @throws {DiagnosticError} if the keys cannot be used; the old ones stay.
   */
  reload(): Promise<void>;
  /** What is weak in the keys, though they can be used. */
  readonly warnings: readonly Diagnostic[];
}

/** Name of the compression that packs our own messages, or `none`. */
export type Packing = NodeConfig["packing"];

/**
 * Loads what turns messages into packets and back.
 *
 * @param path of the file of keys.
 * @param linesAlone whether all links are serial lines.
 * @param wanted compressions to unpack with, and to choose from.
 * @throws {DiagnosticError} if the keys or a compression cannot be used.
 */
export async function loadCodecs(
  path: string,
  loader: Loader,
  packing: Packing = "zstd",
  linesAlone = false,
  wanted: readonly WantedPlugin[] = wantedOf("compression", description.plugins, {}),
): Promise<LoadedCodecs> {
  let keys = await loadKeys(path, loader, linesAlone);
  const compressions = new Map<string, Compression>();
  for (const { id, api } of await loadWithin<Compression>(loader, wanted)) {
    compressions.set(id.slice("compression/".length), api);
  }
  refuseUnknown(packing, [...compressions.keys()]);
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
    get warnings() {
      return keys.warnings;
    },
    compressions,
    ...(packing === "none" ? {} : { packWith: packing }),
    async reload() {
      const before = keys;
      keys = await loadKeys(path, loader, linesAlone);
      for (const loaded of before.loaded) await loaded[Symbol.asyncDispose]();
    },
  };
}

/** What packs must be loaded. */
function refuseUnknown(packing: Packing, names: readonly string[]): void {
  if (packing === "none" || names.includes(packing)) return;
  throw new DiagnosticError(`Cannot pack with "${packing}"`, [problem(
    ["packing"],
    `"${packing}" is no compression that this node loads`,
    `it loads ${names.join(", ")}`,
    `use one of these or none, or add "compression/${packing}" to load.${
      didYouMean(packing, names)
    }`,
    "HA1004",
  )]);
}

/** Reads the keys again; if they cannot be used, the log says why, and the old ones stay. */
export function readAgain(codecs: LoadedCodecs, log: Log): void {
  codecs.reload().then(
    () => {
      log("heartbeat", "notice", "the keys have been reloaded");
      warn(codecs, log);
    },
    (error) => {
      const why = messageOf(error);
      log("heartbeat", "err", withCode("HA1006", `the old keys stay: ${why}`));
    },
  );
}

/** Says what is weak in the keys. */
export function warn({ warnings }: LoadedCodecs, log: Log): void {
  for (const warning of warnings) log("heartbeat", "warning", diagnosticText(warning));
}

/** The keys, and the plugins that hold them. */
interface LoadedKeys {
  readonly now: Keys;
  readonly loaded: readonly Loaded<Auth>[];
  readonly warnings: readonly Diagnostic[];
}

async function loadKeys(path: string, loader: Loader, linesAlone: boolean): Promise<LoadedKeys> {
  const { text, mode } = await readConfigured("authkeys", path, bytesMax.authkeys);
  const read = readAuthkeys(text, mode);
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
  return {
    now: { entries, current: read.value.current },
    loaded,
    warnings: [...read.warnings, ...warningsOfUse(read.value, linesAlone)],
  };
}
