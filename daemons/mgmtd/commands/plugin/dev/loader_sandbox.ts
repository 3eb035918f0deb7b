/**
 * A sandbox of one loader, for kinds that have no place on a node yet: the plugin is loaded as the rule
 * would isolate it in a daemon, and nobody calls it.
 *
 * @module
 */
import { check } from "../../../../../metadata/check.ts";
import { DiagnosticError } from "../../../../../metadata/diagnostic.ts";
import { filePath } from "../../../../../pils/found.ts";
import { createLoader } from "../../../../../pils/loader.ts";
import type { Loader } from "../../../../../pils/loader_types.ts";
import { lookUp } from "../../../../site/consent/locked.ts";
import { pinAll } from "../../../../site/consent/pin.ts";
import type { Places } from "../places.ts";
import type { Used } from "./sandbox.ts";
import type { Guest } from "./sandbox_files.ts";

/** The sandbox. */
export class LoaderSandbox implements AsyncDisposable {
  readonly #places: Places;
  readonly #show: (line: string) => void;
  #loader: Loader | undefined;

  constructor(places: Places, show: (line: string) => void) {
    this.#places = places;
    this.#show = show;
  }

  /** Loads the plugin as it is pinned now, in the place of what was loaded. */
  async use({ id, folder, locked, parameters }: Guest): Promise<Used> {
    const checked = check(locked.manifest.config, parameters.plugin, { path: [] });
    if (!checked.ok) throw new DiagnosticError(`Cannot configure "${id}"`, checked.diagnostics);
    await this[Symbol.asyncDispose]();
    const handlers = await pinAll(await handlerOf(folder, this.#places), this.#places);
    const plugins = Object.fromEntries(
      [...handlers, locked].map((one) => [`${one.manifest.kind}/${one.manifest.name}`, one]),
    );
    const { denoPath, configFile, lock } = this.#places;
    const show = this.#show;
    this.#loader = createLoader({
      denoPath,
      configFile,
      find: lookUp([{ lock: { version: 1, plugins }, file: lock }]),
      log: (level, text, plugin) => show(`  ${plugin} ${level}: ${text}`),
    });
    await this.#loader.load(id, {
      config: checked.value,
      onEmit: (event) => show(`  emits ${Deno.inspect(event)}`),
      onFault: ({ what, why }) => show(`  ${what}: ${why}`),
    });
    const held = this.#loader.tree().flatMap((node) => [node, ...node.children])
      .find((node) => node.id === id);
    return { ok: true, lines: [], started: "the loader", ...(held === undefined ? {} : { held }) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const loader = this.#loader;
    this.#loader = undefined;
    await loader?.close();
  }
}

/** The handler of a plugin's kind: the project's, or that of a new kind, which is beside it. */
async function handlerOf(folder: URL, { plugins }: Places): Promise<readonly URL[]> {
  const [kind = ""] = filePath(folder).split("/").slice(-2);
  if (kind === "handler") return [];
  const shipped = new URL(`handler/${kind}/`, plugins);
  const isShipped = await Deno.stat(shipped).then(() => true, () => false);
  return [isShipped ? shipped : new URL(`../../handler/${kind}/`, folder)];
}
