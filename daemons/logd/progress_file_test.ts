import assert from "node:assert/strict";
import { filePath } from "../../pils/found.ts";
import { knownMax } from "./limits.ts";
import { ProgressFile } from "./progress_file.ts";
import type { Progress } from "./types.ts";

const project = filePath(new URL("../..", import.meta.url));
const folder = `${project}/.test/logd_progress_${Deno.pid}`;
const permissions: Deno.PermissionOptions = { read: [project], write: [folder] };

async function within(work: () => Promise<void>): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  try {
    await work();
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const last = Number.MAX_SAFE_INTEGER;
const all: Progress = Array.from({ length: knownMax }, (_, at) => [
  `local ${at.toString(16).padStart(16, "f")}`,
  last - at,
]);

Deno.test("a note has room for the most clients, the largest numbers and the longest path", {
  permissions,
}, () =>
  within(async () => {
    const path = `/${"p".repeat(4_095)}`;
    const { file } = await ProgressFile.open(`${folder}/most`, path);
    const note = { from: last, bytes: last, ino: last, before: all, after: all };
    for (let times = 0; times < 3; times++) await file.write(note);
    file.close();
    const again = await ProgressFile.open(`${folder}/most`, path);
    assert.deepEqual(again.note, { ...note, number: 3, path });
    again.file.close();
  }));

Deno.test("a note of another form is none", { permissions }, () =>
  within(async () => {
    const path = `${folder}/odd`;
    const { file } = await ProgressFile.open(path, "/log");
    const good = { from: 0, bytes: 1, ino: 2, before: [], after: all };
    await file.write(good);
    const odd: readonly object[] = [
      { after: 7 },
      { after: [["a"]] },
      { after: [["a", "1"]] },
      { after: [[1, 1]] },
      { after: [...all, ["one more", 1]] },
      { from: -1 },
      { bytes: "1" },
    ];
    // The slots take turns: each odd one is the newest, and the good one before it counts.
    for (const change of odd) {
      await file.write({ ...good, ...change } as typeof good);
      const read = await ProgressFile.open(path, "/log");
      assert.deepEqual(read.note?.after, all, JSON.stringify(change).slice(0, 80));
      read.file.close();
      await file.write(good);
    }
    file.close();
  }));
