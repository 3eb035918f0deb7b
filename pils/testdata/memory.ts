/**
 * Loads a plugin many times, in a process of its own, and prints what that left behind, in MiB: of
 * the heap once it was collected, and of the whole process.
 *
 *     deno run --v8-flags=--expose-gc ... memory.ts LEVEL LOADS
 *
 * @module
 */
import type { Isolation } from "../manifest.ts";
import { createLoader } from "../loader.ts";
import { inFolder } from "./in_folder.ts";

const [level = "inline", loads = "1"] = Deno.args;

await using loader = createLoader({
  find: inFolder(new URL("./plugins/", import.meta.url)),
  denoPath: Deno.execPath(),
  // The first worker of a run has its types checked.
  limits: { loadMs: 60_000 },
});

const load = async (times: number) => {
  for (let turn = 0; turn < times; turn++) {
    await using _loaded = await loader.load("echo/plain", { isolation: level as Isolation });
  }
};
const used = () => {
  (globalThis as { gc?: () => void }).gc?.();
  const { heapUsed, rss } = Deno.memoryUsage();
  return { heap: heapUsed / 1024 / 1024, rss: rss / 1024 / 1024 };
};

await load(Math.ceil(Number(loads) / 3)); // what is kept for good
const before = used();
await load(Number(loads));
const after = used();
console.log(JSON.stringify({
  heapMiB: after.heap - before.heap,
  rssMiB: after.rss - before.rss,
  instances: loader.tree().length,
}));
