/** Files of `logd`: a batch is there once, whatever ends the process in the middle. */
import assert from "node:assert/strict";
import { filePath } from "../../pils/found.ts";
import { FileOutput } from "./file_output.ts";
import { ProgressFile } from "./progress_file.ts";
import type { Batch } from "./types.ts";

const project = filePath(new URL("../..", import.meta.url));
const folder = `${project}/.test/logd_file_${Deno.pid}`;
const permissions: Deno.PermissionOptions = { read: [project], write: [folder] };
const path = `${folder}/ha.log`;

const output = (keep = 2): FileOutput =>
  new FileOutput({ path, mode: 0o640, keep, progress: `${folder}/progress`, log: assert.fail });

const batch = (number: number, upTo: number, ...lines: readonly string[]): Batch => ({
  output: 0,
  number,
  lines: lines.map((line) => `${line}\n`),
  progress: [["node 0000000000000001", upTo]],
});

async function within(work: () => Promise<void>): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  try {
    await work();
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const text = (name = path): string => Deno.readTextFileSync(name);

Deno.test(
  "a later life knows how far each client is written",
  { permissions },
  () =>
    within(async () => {
      const first = output();
      assert.deepEqual(await first.open(), { progress: [], size: 0 });
      await first.write(batch(1, 2, "a", "b"));
      await first.write(batch(2, 3, "c"));
      first.close();
      const second = output();
      assert.deepEqual(await second.open(), {
        progress: [["node 0000000000000001", 3]],
        size: 6,
      });
      second.close();
      assert.equal(text(), "a\nb\nc\n");
      assert.equal(Deno.statSync(path).mode! & 0o777, 0o640);
    }),
);

Deno.test(
  "half a batch is cut off, and a whole one counts",
  { permissions },
  () =>
    within(async () => {
      for (
        const [written, upTo, left] of [["d", 2, "a\nb\n"], ["d\ne\n", 4, "a\nb\nd\ne\n"]] as const
      ) {
        await Deno.remove(folder, { recursive: true });
        await Deno.mkdir(folder);
        const first = output();
        await first.open();
        await first.write(batch(1, 2, "a", "b"));
        first.close();
        // What a process that is killed leaves: a note, and some of the batch.
        const { file } = await ProgressFile.open(`${folder}/progress`, path);
        await file.write({
          from: 4,
          bytes: 4,
          ino: Deno.statSync(path).ino!,
          before: [["node 0000000000000001", 2]],
          after: [["node 0000000000000001", 4]],
        });
        file.close();
        Deno.writeTextFileSync(path, written, { append: true });
        const second = output();
        assert.deepEqual((await second.open()).progress, [["node 0000000000000001", upTo]]);
        assert.equal(text(), left);
        second.close();
      }
    }),
);

Deno.test(
  "a half-written note is none: the one before it counts",
  { permissions },
  () =>
    within(async () => {
      const first = output();
      await first.open();
      await first.write(batch(1, 1, "a"));
      await first.write(batch(2, 2, "b"));
      first.close();
      const bytes = Deno.readFileSync(`${folder}/progress`);
      // The second note is in the first slot: one that is written over it is broken off.
      bytes.fill(0x20, 40, 60);
      Deno.writeFileSync(`${folder}/progress`, bytes);
      const second = output();
      const { progress } = await second.open();
      assert.deepEqual(progress, [["node 0000000000000001", 1]]);
      second.close();
    }),
);

Deno.test("a file is put aside, so many are kept, and one that somebody moved is opened again", {
  permissions,
}, () =>
  within(async () => {
    const file = output(2);
    await file.open();
    for (let number = 1; number <= 4; number++) {
      await file.write(batch(number, number, `line ${number}`));
      if (number < 4) await file.rotate(true);
    }
    assert.deepEqual([text(), text(`${path}.1`), text(`${path}.2`)], [
      "line 4\n",
      "line 3\n",
      "line 2\n",
    ]);
    assert.throws(() => text(`${path}.3`), Deno.errors.NotFound);
    Deno.renameSync(path, `${folder}/moved`);
    await file.rotate(false);
    await file.write(batch(5, 5, "line 5"));
    assert.deepEqual([text(), text(`${folder}/moved`)], ["line 5\n", "line 4\n"]);
    file.close();
    const later = output();
    assert.deepEqual((await later.open()).progress, [["node 0000000000000001", 5]]);
    later.close();
  }));
