/**
 * For tests of devices: loads one as stonithd does, as a process with the permissions of its manifest
 * and no other, without consent.
 *
 * @module
 */
import type { Field } from "../../../metadata/field.ts";
import { filePath } from "../../../pils/found.ts";
import { createLoader } from "../../../pils/loader.ts";
import type { Manifest } from "../../../pils/manifest.ts";
import type { Stonith } from "./contract.ts";

const project = new URL("../../../", import.meta.url);

/** A device in use; disposing it ends its process. */
export interface Loaded extends AsyncDisposable {
  readonly api: Stonith;
  /** Lines of its log. */
  readonly lines: readonly string[];
}

/**
 * Loads it.
 *
 * @param entry other code in the place of the plugin's
 */
export async function loaded(
  manifest: Manifest<readonly Field[]>,
  config: Readonly<Record<string, unknown>>,
  entry?: URL,
): Promise<Loaded> {
  const own = `stonith/${manifest.name}`;
  const lines: string[] = [];
  const find = async (id: string) => {
    const folder = new URL(`plugins/${id}/`, project);
    const { default: other } = await import(new URL("manifest.ts", folder).href);
    const code = ["plugins/", "metadata/", "pils/"].map((path) => filePath(new URL(path, project)));
    const main = new URL("mod.ts", folder);
    return id === own
      ? { manifest, entry: entry ?? main, code, shipped: true }
      : { manifest: other, entry: main, code, shipped: true };
  };
  const loader = createLoader({
    find,
    denoPath: Deno.execPath(),
    limits: { loadMs: 60_000 },
    log: (level, text) => void lines.push(`${level} ${text}`),
  });
  try {
    const options = { config, isolation: "process" as const };
    const { api } = await loader.load<Stonith>(own, options);
    return { api, lines, [Symbol.asyncDispose]: () => loader.close() };
  } catch (error) {
    await loader.close();
    throw error;
  }
}
