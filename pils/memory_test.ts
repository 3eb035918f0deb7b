import assert from "node:assert/strict";
import { filePath } from "./found.ts";

const project = filePath(new URL("..", import.meta.url)).replace(/\/$/, "");

/** Loads after which no more may be kept than after the first ones, and MiB that may differ. */
const levels = [
  { isolation: "inline", loads: 300, heapMiBMax: 4, rssMiBMax: 64 },
  { isolation: "worker", loads: 24, heapMiBMax: 4, rssMiBMax: 48 },
  { isolation: "process", loads: 12, heapMiBMax: 4, rssMiBMax: 32 },
] as const;

/** What a program of `testdata` prints: in this process the heap depends on the tests before. */
async function saidBy(program: string, flags: readonly string[], ...parameters: string[]) {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "--cached-only",
      "--quiet",
      "--v8-flags=--expose-gc",
      `--config=${project}/deno.json`,
      ...flags,
      `${project}/pils/testdata/${program}`,
      ...parameters,
    ],
    stdin: "null",
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

for (const { isolation, loads, heapMiBMax, rssMiBMax } of levels) {
  Deno.test({
    name: `${isolation}: ${loads} loads and unloads leave no memory and no instance behind`,
    permissions: { run: [Deno.execPath()] },
    async fn() {
      const said = await saidBy(
        "memory.ts",
        [
          `--allow-read=${project}`,
          `--allow-run=${Deno.execPath()},/bin/sh`,
          "--allow-env=HOME",
        ],
        isolation,
        String(loads),
      );
      const { heapMiB, rssMiB, instances } = JSON.parse(said);
      assert.ok(heapMiB < heapMiBMax, said);
      assert.ok(rssMiB < rssMiBMax, said);
      assert.equal(instances, 0);
    },
  });
}

Deno.test({
  name: "a plugin may die and be started again for ever, and no life leaves memory behind",
  permissions: { run: [Deno.execPath()] },
  async fn() {
    const said = await saidBy("lives.ts", [], "500");
    const { bytes, restarts } = JSON.parse(said);
    assert.ok(bytes < 512, said);
    assert.ok(restarts > 990, said);
  },
});
