import assert from "node:assert/strict";
import { filePath } from "./found.ts";

const project = filePath(new URL("..", import.meta.url)).replace(/\/$/, "");

/** Loads after which no more may be kept than after the first ones, and MiB that may differ. */
const levels = [
  { isolation: "inline", loads: 300, heapMiBMax: 4, rssMiBMax: 64 },
  { isolation: "worker", loads: 24, heapMiBMax: 4, rssMiBMax: 48 },
  { isolation: "process", loads: 12, heapMiBMax: 4, rssMiBMax: 32 },
] as const;

for (const { isolation, loads, heapMiBMax, rssMiBMax } of levels) {
  Deno.test({
    name: `${isolation}: ${loads} loads and unloads leave no memory and no instance behind`,
    permissions: { run: [Deno.execPath()] },
    async fn() {
      // In a process of its own: in this one the heap depends on the tests before.
      const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: [
          "run",
          "--no-prompt",
          "--cached-only",
          "--quiet",
          "--v8-flags=--expose-gc",
          `--config=${project}/deno.json`,
          `--allow-read=${project}`,
          `--allow-run=${Deno.execPath()},/bin/sh`,
          "--allow-env=HOME",
          `${project}/pils/testdata/memory.ts`,
          isolation,
          String(loads),
        ],
        stdin: "null",
      }).output();
      assert.ok(success, new TextDecoder().decode(stderr));
      const said = new TextDecoder().decode(stdout);
      const { heapMiB, rssMiB, instances } = JSON.parse(said);
      assert.ok(heapMiB < heapMiBMax, said);
      assert.ok(rssMiB < rssMiBMax, said);
      assert.equal(instances, 0);
    },
  });
}
