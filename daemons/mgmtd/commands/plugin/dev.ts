/**
 * `ha plugin dev`: loads a plugin into a sandbox of its own, as the rule would isolate it in a
 * cluster, runs its test, and does both again whenever a file of it changes.
 *
 * @module
 */
import { filePath } from "../../../../pils/found.ts";
import { createLoader } from "../../../../pils/loader.ts";
import type { Loader } from "../../../../pils/loader_types.ts";
import type { Locked } from "../../../consent/lock.ts";
import { readWholeLock } from "../../../consent/lock_file.ts";
import { pinAll } from "../../../consent/pin.ts";
import { lookUp } from "../../../consent/locked.ts";
import type { Command, Io } from "../../command.ts";
import { exit } from "../../exit.ts";
import { check } from "./check.ts";
import { planOf } from "./plan.ts";
import { folderOf, type Places, placesOf } from "./places.ts";

/** Milliseconds in which several changes count as one: editors write in steps. */
const quietMs = 200;

/** `ha plugin dev FOLDER` */
export const dev: Command = {
  path: ["plugin", "dev"],
  summary: "Load a plugin into a sandbox, test it, and again after each change",
  details: "The configuration is the example that mod_test.ts gives conform(). Ends with Ctrl-C.",
  positionals: "FOLDER",
  options: {
    ...check.options,
    once: { type: "boolean", summary: "Do it once and end" },
  },
  grant: (call, where) => check.grant(call, where),
  async run(call, io, where) {
    const places = placesOf(call, where);
    const [word = "."] = call.positionals;
    const folder = await folderOf(word, await readWholeLock(places.lock), places, where);
    for (;;) {
      // Watched from before it is read: what changes meanwhile is not missed.
      const change = call.options.once ? undefined : changeIn(folder);
      const code = await check.run(call, io, where);
      const sandbox = await open(folder, places, io).catch((error: Error) => {
        io.err(`${error.message}\n`);
      });
      if (change === undefined) {
        await sandbox?.close();
        return sandbox === undefined ? exit.error : code;
      }
      io.out("waiting for a change\n");
      await change;
      await sandbox?.close().catch((error: Error) => io.err(`${error.message}\n`));
      io.out("\nchanged, once more\n");
    }
  },
};

/** Loads the plugin as it is now, and says how. */
async function open(folder: URL, places: Places, io: Io): Promise<Loader> {
  const pinned = await pinAll([...await handlerOf(folder, places), folder], places);
  const identity = ({ manifest }: Locked) => `${manifest.kind}/${manifest.name}`;
  const plugins = Object.fromEntries(pinned.map((locked) => [identity(locked), locked]));
  const loader = createLoader({
    denoPath: places.denoPath,
    configFile: places.configFile,
    find: lookUp([{ lock: { version: 1, plugins }, file: places.lock }]),
    log: (level, text, plugin) => io.out(`${plugin} ${level}: ${text}\n`),
  });
  const own = pinned.at(-1);
  if (own === undefined) throw new Error(`There is no plugin in ${filePath(folder)}`);
  const { config } = await planOf(folder, places);
  const { isolation, permissions } = await loader.load(identity(own), {
    config,
    onEmit: (event) => io.out(`emits ${Deno.inspect(event)}\n`),
    onFault: ({ what, why }) => io.err(`${what}: ${why}\n`),
  });
  const [handler] = loader.tree();
  const ms = (handler?.children[0] ?? handler)?.loadMs.toFixed(0);
  io.out(
    `${identity(own)} is loaded as ${isolation} in ${ms} ms with ${JSON.stringify(permissions)}\n`,
  );
  return loader;
}

/** The handler of a plugin's kind: the project's, or that of a new kind, which is beside it. */
async function handlerOf(folder: URL, { plugins }: Places): Promise<readonly URL[]> {
  const [kind = ""] = filePath(folder).split("/").slice(-2);
  if (kind === "handler") return [];
  const shipped = new URL(`handler/${kind}/`, plugins);
  const isShipped = await Deno.stat(shipped).then(() => true, () => false);
  return [isShipped ? shipped : new URL(`../../handler/${kind}/`, folder)];
}

/** Ends with the first change of a module in the folder, once it has been quiet again. */
async function changeIn(folder: URL): Promise<void> {
  const watcher = Deno.watchFs(filePath(folder));
  let quiet: ReturnType<typeof setTimeout> | undefined;
  for await (const { kind, paths } of watcher) {
    if (kind === "access" || !paths.some((path) => path.endsWith(".ts"))) continue;
    clearTimeout(quiet);
    quiet = setTimeout(() => watcher.close(), quietMs);
  }
}
