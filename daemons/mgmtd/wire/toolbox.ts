/**
 * The plugins that packets are taken apart with, loaded as the heartbeat daemon loads them.
 *
 * @module
 */
import { createLoader } from "../../../pils/loader.ts";
import { inLocks } from "../../site/consent/locked.ts";
import type { Auth } from "../../../plugins/handler/auth/contract.ts";
import type { Compression } from "../../../plugins/handler/compression/contract.ts";
import type { Encoding } from "../../../plugins/handler/encoding/contract.ts";
import type { Unpackers } from "./shown.ts";
import { fileUrl } from "../../site/file_url.ts";

/** Everything that takes packets apart and puts them together. */
export interface Toolbox extends Unpackers, AsyncDisposable {
  /** Writes netstring framing, reads both. */
  readonly encoding: Encoding;
  /** Writes classic framing, reads both. */
  readonly classic: Encoding;
  /** An authentication method with a key. */
  auth(method: string, key: string | undefined): Promise<Auth>;
}

/** Loads them from the project's plugins. */
export async function openToolbox(project: string): Promise<Toolbox> {
  const loader = createLoader({
    find: inLocks(fileUrl("plugins/plugins.lock.json", project)),
    inline: ["auth", "compression", "encoding"],
  });
  const load = async <A>(id: string, config: unknown = {}): Promise<A> =>
    (await loader.load<A>(id, { config })).api;
  const known = new Map<string, Promise<Auth>>();
  return {
    encoding: await load<Encoding>("encoding/ha"),
    classic: await load<Encoding>("encoding/ha", { framing: "classic" }),
    compressions: new Map([
      ["zlib", await load<Compression>("compression/zlib")],
      ["bz2", await load<Compression>("compression/bz2")],
      ["zstd", await load<Compression>("compression/zstd")],
    ]),
    auth(method, key) {
      const name = `${method} ${key ?? ""}`;
      let auth = known.get(name);
      if (auth === undefined) {
        auth = load<Auth>(`auth/${method}`, key === undefined ? {} : { key });
        known.set(name, auth);
      }
      return auth;
    },
    [Symbol.asyncDispose]: () => loader.close(),
  };
}
