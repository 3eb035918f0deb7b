/**
 * The loader: a daemon's start with all shipped plugins from the lock; how long each plugin takes to
 * load, to go and to load again at each level of isolation; calls in a second; and whether memory
 * comes back. Beside the C original, which loads shared libraries without isolation, where Debian's
 * `cluster-glue` is there.
 *
 *     deno task bench loader
 *
 * @module
 */
import { inLocks } from "../../daemons/site/consent/locked.ts";
import { readWholeLock } from "../../daemons/site/consent/lock_file.ts";
import { planOf } from "../../daemons/mgmtd/commands/plugin/plan.ts";
import { filePath } from "../../pils/found.ts";
import { createLoader, type LoaderOptions } from "../../pils/loader.ts";
import type { Loaded } from "../../pils/loader_types.ts";
import type { Isolation } from "../../pils/manifest.ts";
import type { Auth } from "../../plugins/handler/auth/contract.ts";

const project = new URL("../../", import.meta.url);
const lock = new URL("plugins/plugins.lock.json", project);
const places = {
  denoPath: Deno.execPath(),
  configFile: new URL("deno.json", project),
  project,
  plugins: new URL("plugins/", project),
  lock,
  policy: new URL("plugins/plugins.policy.json", project),
};
const levels = ["inline", "worker", "process"] as const satisfies readonly Isolation[];
const key = { key: "a key for measurements" };
const find = inLocks(lock);
const options: LoaderOptions = { denoPath: places.denoPath, find };

/** Example configurations, as the plugins' own tests give them. */
const configs = new Map<string, unknown>();
for (const id of Object.keys((await readWholeLock(lock)).plugins)) {
  if (id.startsWith("handler/")) continue;
  const plan = await planOf(new URL(`${id}/`, places.plugins), places).catch(() => undefined);
  if (plan !== undefined) configs.set(id, plan.config ?? {});
}

await start();
await each();
for (const level of levels) await calls(level);
for (const level of levels) await memory(level);

/** A fresh process, as a daemon is. */
async function start(): Promise<void> {
  const project = filePath(places.project);
  const starts: { loaded: number; loadMs: number; sinceStartMs: number }[] = [];
  for (let turn = 0; turn < 7; turn++) {
    const { stdout } = await new Deno.Command(places.denoPath, {
      args: [
        "run",
        "--no-prompt",
        "--cached-only",
        `--config=${filePath(places.configFile)}`,
        ...["plugins", "pils", "metadata"].map((folder) => `--allow-read=${project}/${folder}`),
        `${project}/tests/bench/loader_start.ts`,
        JSON.stringify(Object.fromEntries(configs)),
      ],
      stdin: "null",
      stderr: "inherit",
    }).output();
    starts.push(JSON.parse(new TextDecoder().decode(stdout)));
  }
  const [{ loaded } = { loaded: 0 }] = starts;
  const loadMs = median(starts.map((one) => one.loadMs));
  console.log(
    `a daemon with all shipped plugins, inline, from the lock: ${loaded} of ${configs.size} (others ` +
      `open what is not granted here) in ${ms(loadMs)}, ${ms(loadMs / loaded)} each; ready ` +
      `${ms(median(starts.map((one) => one.sinceStartMs)))} after the process began`,
  );
  const original = await libpils();
  if (original === undefined) {
    return console.log("libpils: cluster-glue is not there, no comparison");
  }
  const reloads = await reload("inline", 200);
  const share = original.loadMs / original.loaded;
  console.log(
    `libpils: ${original.loaded} shared libraries in ${ms(original.loadMs)}, ${
      ms(share)
    } each; one ` +
      `loaded again in ${original.reloadMs.toFixed(3)} ms\n` +
      `ratio: each plugin ${(loadMs / loaded / share).toFixed(1)}, loaded again ` +
      `${(reloads / original.reloadMs).toFixed(1)} (${
        reloads.toFixed(3)
      } ms, every file hashed again)`,
  );
}

/** The original, measured by a process of its own. */
async function libpils() {
  const folder = "/usr/lib";
  const names = ["pils.so.2", "plumb.so.2", "plumbgpl.so.2", "stonith.so.1", "lrm.so.2"];
  const libraries = [...names, "hbclient.so.1", "ccmclient.so.1"].map((it) => `${folder}/lib${it}`);
  const program = filePath(new URL("libpils.ts", import.meta.url));
  const runs: { loaded: number; loadMs: number; reloadMs: number }[] = [];
  for (let turn = 0; turn < 5; turn++) {
    const { success, stdout } = await new Deno.Command("/bin/sh", {
      args: [
        "-c",
        `[ -e ${folder}/libpils.so.2 ] || exit 1
        exec env LD_PRELOAD="$2" "$1" run --no-prompt --cached-only --allow-ffi=${folder}/libpils.so.2 \\
          --allow-read=${folder}/stonith,${folder}/heartbeat "$3"`,
        "sh",
        places.denoPath,
        libraries.join(" "),
        program,
      ],
      stdin: "null",
      stderr: "null",
    }).output();
    const text = new TextDecoder().decode(stdout);
    if (!success || !text.startsWith("{")) return undefined;
    runs.push(JSON.parse(text));
  }
  return {
    loaded: runs[0]?.loaded ?? 0,
    loadMs: median(runs.map((run) => run.loadMs)),
    reloadMs: median(runs.map((run) => run.reloadMs)),
  };
}

/** Milliseconds to unload a plugin and load it again, its handler being there. */
async function reload(isolation: Isolation, turns: number): Promise<number> {
  await using loader = createLoader(options);
  await using _keepsHandler = await loader.load("auth/crc", { isolation: "inline" });
  let auth = await loader.load("auth/sha1", { config: key, isolation });
  const begun = performance.now();
  for (let turn = 0; turn < turns; turn++) {
    await auth[Symbol.asyncDispose]();
    auth = await loader.load("auth/sha1", { config: key, isolation });
  }
  return (performance.now() - begun) / turns;
}

/** Each plugin at each level that this program may give it. */
async function each(): Promise<void> {
  console.log("milliseconds to load, to unload and to load again (a dash: not granted here)");
  console.log(
    "plugin".padEnd(24) + levels.map((level) => level.padStart(10).padEnd(26)).join("").trimEnd(),
  );
  for (const [id, config] of configs) {
    const cells: string[] = [];
    for (const isolation of levels) {
      const inline = isolation === "inline" ? [id] : [];
      await using loader = createLoader({ ...options, inline });
      const times: number[][] = [];
      try {
        for (let turn = 0; turn < 3; turn++) {
          const begun = performance.now();
          const loaded = await loader.load(id, { config, isolation });
          if (loaded.isolation !== isolation) throw new Error("the rule asks for more");
          const ready = performance.now();
          await loaded[Symbol.asyncDispose]();
          const gone = performance.now();
          const again = await loader.load(id, { config, isolation });
          times.push([ready - begun, gone - ready, performance.now() - gone]);
          await again[Symbol.asyncDispose]();
        }
        cells.push(
          [0, 1, 2].map((at) => median(times.map((all) => all[at] ?? NaN)).toFixed(1).padStart(7))
            .join(" "),
        );
      } catch {
        cells.push("      -       -       -");
      }
    }
    console.log(id.padEnd(24) + cells.map((cell) => cell.padEnd(26)).join("").trimEnd());
  }
}

async function calls(isolation: Isolation): Promise<void> {
  await using loader = createLoader(options);
  await using auth: Loaded<Auth> = await loader.load("auth/sha256", { config: key, isolation });
  for (const bytes of [200, 1_400]) {
    const packet = new Uint8Array(bytes);
    const count = isolation === "inline" ? 20_000 : 4_000;
    for (let at = 0; at < 400; at++) await auth.api.sign(packet);
    const begun = performance.now();
    if (isolation === "inline") { for (let at = 0; at < count; at++) auth.api.sign(packet); }
    else for (let at = 0; at < count; at++) await auth.api.sign(packet);
    const single = performance.now() - begun;
    const together = performance.now();
    for (let at = 0; at < count; at += 64) {
      await Promise.all(Array.from({ length: 64 }, () => auth.api.sign(packet)));
    }
    const batched = performance.now() - together;
    const rate = (all: number) => Math.round(1_000 * count / all).toLocaleString("en");
    console.log(
      `${isolation}: sign ${bytes} B, one after another ${
        (1_000 * single / count).toFixed(1)
      } µs, ` +
        `${rate(single)} a second; 64 at once ${rate(batched)} a second`,
    );
  }
}

/** What 300 loads and unloads leave behind in this process. */
async function memory(isolation: Isolation): Promise<void> {
  await using loader = createLoader(options);
  const rss = () => Math.round(Deno.memoryUsage().rss / 1024 / 1024);
  const before = rss();
  const after: number[] = [];
  for (let round = 0; round < 3; round++) {
    for (let at = 0; at < 100; at++) {
      const auth = await loader.load("auth/sha256", { config: key, isolation });
      await auth[Symbol.asyncDispose]();
    }
    after.push(rss());
  }
  console.log(
    `${isolation}: memory before, and after 100, 200, 300 loads: ${before}, ${
      after.join(", ")
    } MiB`,
  );
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}

function ms(value: number): string {
  return `${value.toFixed(2)} ms`;
}
