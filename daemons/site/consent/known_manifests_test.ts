import assert from "node:assert/strict";
import { filePath } from "../../../pils/found.ts";
import type { readManifests } from "./discover.ts";
import { knownOr } from "./known_manifests.ts";
import type { Locked } from "./lock.ts";
import { readWholeLock, type WholeLock } from "./lock_file.ts";

const plugins = new URL("../../../plugins/", import.meta.url);
const file = new URL("plugins.lock.json", plugins);
const folder = (id: string) => new URL(`${id}/`, plugins);

/** Reads none, and keeps what it was asked for. */
function reader() {
  const asked: string[] = [];
  const read: typeof readManifests = (folders) => {
    asked.push(...folders.map(({ href }) => href.slice(plugins.href.length)));
    return Promise.resolve(
      folders.map((folder) => ({ folder, manifest: { ok: false, diagnostics: [] } })),
    );
  };
  return { asked, read };
}

const ids = ["auth/md5", "auth/crc", "notifier/log"];

/** Identities that the lock gives, in the order of the folders; `-`: it was read. */
async function known(change: (locked: Locked) => Locked) {
  const { plugins: all } = await readWholeLock(file);
  const lock: WholeLock = {
    version: 1,
    plugins: Object.fromEntries(
      Object.entries(all).map(([id, one]) => [id, id === "auth/crc" ? change(one) : one]),
    ),
  };
  const { asked, read } = reader();
  const found = await knownOr(lock, file, read)(ids.map(folder), {
    denoPath: "/nowhere",
  });
  assert.deepEqual(found.map((one) => one.folder.href), ids.map((id) => folder(id).href));
  return {
    asked,
    says: found.map(({ manifest }) =>
      manifest.ok ? `${manifest.value.kind}/${manifest.value.name}` : "-"
    ),
  };
}

const permissions = { read: [filePath(plugins)] };

Deno.test("the manifests of unchanged plugins are those of the lock", { permissions }, async () => {
  assert.deepEqual(await known((locked) => locked), { asked: [], says: ids });
});

const changes: Readonly<Record<string, (locked: Locked) => Locked>> = {
  "a file has changed": (locked) => ({
    ...locked,
    files: { ...locked.files, "./auth/crc/mod.ts": "sha256-00" },
  }),
  "a file is gone": (locked) => ({
    ...locked,
    files: { ...locked.files, "./auth/crc/gone.ts": "sha256-00" },
  }),
  "it lies elsewhere": (locked) => ({ ...locked, at: "./auth/elsewhere/" }),
};
for (const [what, change] of Object.entries(changes)) {
  Deno.test(`a manifest is read where ${what}`, { permissions }, async () => {
    const { asked, says } = await known(change);
    assert.deepEqual(asked, ["auth/crc/"]);
    assert.deepEqual(says, ["auth/md5", "-", "notifier/log"]);
  });
}
