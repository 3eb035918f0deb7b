import assert from "node:assert/strict";
import { filePath } from "./found.ts";
import { createLoader } from "./loader.ts";
import { inFolder } from "./testdata/in_folder.ts";

const project = filePath(new URL("..", import.meta.url));
const root = new URL("./testdata/plugins/", import.meta.url);

/** The first worker of a test run has its types checked. */
const limits = { loadMs: 60_000 };

/** Loads after which no more may be kept than after the first ones, and MiB that may differ. */
const levels = [
  { isolation: "inline", loads: 300, moreMiBMax: 32 },
  { isolation: "worker", loads: 24, moreMiBMax: 48 },
  { isolation: "process", loads: 12, moreMiBMax: 32 },
] as const;

for (const { isolation, loads, moreMiBMax } of levels) {
  Deno.test({
    name: `${isolation}: ${loads} loads and unloads leave no memory and no instance behind`,
    permissions: { read: [project], run: [Deno.execPath(), "/bin/sh"] },
    async fn() {
      await using loader = createLoader({
        find: inFolder(root),
        denoPath: Deno.execPath(),
        limits,
      });
      const rssMiB = () => Deno.memoryUsage().rss / 1024 / 1024;
      const load = async (times: number) => {
        for (let turn = 0; turn < times; turn++) {
          await using _loaded = await loader.load("echo/plain", { isolation });
        }
      };
      await load(Math.ceil(loads / 3)); // what is kept for good
      const before = rssMiB();
      await load(loads);
      const more = rssMiB() - before;
      assert(more < moreMiBMax, `${more.toFixed(1)} MiB more after ${loads} loads`);
      assert.deepEqual(loader.tree(), []);
    },
  });
}
