import assert from "node:assert/strict";
import { filePath } from "../../../pils/found.ts";
import { checkManifest } from "../../../metadata/manifest_check.ts";
import { lockText, readWholeLock } from "./lock_file.ts";
import { pinAll, type PinOptions } from "./pin.ts";

const project = new URL("../../../", import.meta.url);
const plugins = new URL("plugins/", project);
const lock = new URL("plugins.lock.json", plugins);
const tools = { denoPath: Deno.execPath(), configFile: new URL("deno.json", project) };

/** The project's own manifests are code of the project: here they are imported, which is quick. */
const read: NonNullable<PinOptions["read"]> = (folders) =>
  Promise.all(folders.map(async (folder) => {
    const module = await import(new URL("manifest.ts", folder).href);
    return { folder, manifest: checkManifest(module.default) };
  }));

Deno.test({
  name: "the lock says what the plugins of the project are now",
  permissions: { read: [filePath(project)], run: [Deno.execPath(), "/bin/sh"] },
  async fn() {
    const fix = "\nIf these changes are meant, run: deno task lock\n" +
      "(in a merge: the same, then git add plugins/plugins.lock.json)\n";
    const before = await readWholeLock(lock).catch((error) => assert.fail(`${error}${fix}`));
    const folders = [...Deno.readDirSync(plugins)].filter((kind) => kind.isDirectory).flatMap((
      kind,
    ) =>
      [...Deno.readDirSync(new URL(kind.name, plugins))].filter((plugin) => plugin.isDirectory)
        .map((plugin) => new URL(`${kind.name}/${plugin.name}/`, plugins))
    );
    const pinned = await pinAll(folders, { ...tools, lock, project, read });
    const now = Object.fromEntries(
      pinned.map((locked) => [`${locked.manifest.kind}/${locked.manifest.name}`, locked]),
    );
    const stale = [...new Set([...Object.keys(before.plugins), ...Object.keys(now)])].sort()
      .filter((id) => JSON.stringify(before.plugins[id]) !== JSON.stringify(now[id]));
    assert.deepEqual(stale, [], `plugins/plugins.lock.json is stale for these.${fix}`);
    assert.equal(await Deno.readTextFile(lock), lockText(before), `It has another form.${fix}`);
  },
});
