/**
 * The loader: how long plugins take to load from a lock, to call and to go, at each level of
 * isolation, and whether the memory comes back. The C original loads 32 plugins in 7 to 9 ms, which
 * are shared libraries without isolation: compare `inline`.
 *
 *     deno task bench loader
 *
 * @module
 */
import { planOf } from "../../daemons/mgmtd/commands/plugin/plan.ts";
import type { Places } from "../../daemons/mgmtd/commands/plugin/places.ts";
import { discover } from "../../daemons/consent/discover.ts";
import { createLoader, type LoaderOptions } from "../../pils/loader.ts";
import type { Loaded } from "../../pils/loader_types.ts";
import { pinAll } from "../../daemons/consent/pin.ts";
import { lookUp } from "../../daemons/consent/locked.ts";
import type { Auth } from "../../plugins/handler/auth/contract.ts";

const project = new URL("../../", import.meta.url);
const plugins = new URL("plugins/", project);
const lock = new URL("plugins/plugins.lock.json", project);
const places: Places = {
  denoPath: Deno.execPath(),
  configFile: new URL("deno.json", project),
  project,
  plugins,
  lock,
  policy: new URL("plugins/plugins.policy.json", project),
};

const found = (await discover(plugins, places)).filter(({ manifest }) => manifest.ok);
const pinned = await pinAll(found.map(({ folder }) => folder), places);
const ids = pinned.map(({ manifest: { kind, name } }) => `${kind}/${name}`);
const find = lookUp([{
  lock: {
    version: 1,
    plugins: Object.fromEntries(pinned.map((locked, at) => [ids[at] ?? "", locked])),
  },
  file: lock,
}]);
const options: LoaderOptions = { denoPath: places.denoPath, find };
const key = { key: "a key for measurements" };

console.log(`all shipped plugins, inline, from a lock of ${ids.length}`);
{
  const configs = new Map<string, unknown>();
  for (const [at, { folder }] of found.entries()) {
    const id = ids[at] ?? "";
    if (id.startsWith("handler/")) continue;
    const plan = await planOf(folder, places).catch(() => undefined);
    if (plan !== undefined) configs.set(id, plan.config);
  }
  for (const turn of ["first", "again"]) {
    await using loader = createLoader({ ...options, inline: [...configs.keys()] });
    const begun = performance.now();
    let loaded = 0;
    for (const [id, config] of configs) {
      await loader.load(id, { config }).then(() => loaded++, () => {}); // some want the network
    }
    const ms = performance.now() - begun;
    console.log(`  ${turn}: ${loaded} in ${ms.toFixed(1)} ms, ${(ms / loaded).toFixed(2)} ms each`);
  }
}

for (const isolation of ["inline", "worker", "process"] as const) {
  await using loader = createLoader(options);
  const [loads, closes] = [[] as number[], [] as number[]];
  for (let turn = 0; turn < (isolation === "inline" ? 200 : 20); turn++) {
    const begun = performance.now();
    const auth = await loader.load("auth/sha256", { config: key, isolation });
    const ready = performance.now();
    await auth[Symbol.asyncDispose]();
    loads.push(ready - begun);
    closes.push(performance.now() - ready);
  }
  const first = loads[0] ?? 0;
  console.log(
    `${isolation}: load ${ms(median(loads))} (first ${ms(first)}), close ${ms(median(closes))}`,
  );
  await using auth: Loaded<Auth> = await loader.load("auth/sha256", { config: key, isolation });
  for (const bytes of [200, 1_400]) {
    const packet = new Uint8Array(bytes);
    const calls = isolation === "inline" ? 20_000 : 2_000;
    for (let at = 0; at < 200; at++) await auth.api.sign(packet);
    const begun = performance.now();
    if (isolation === "inline") { for (let at = 0; at < calls; at++) auth.api.sign(packet); }
    else for (let at = 0; at < calls; at++) await auth.api.sign(packet);
    const each = (performance.now() - begun) / calls;
    console.log(
      `  sign ${bytes} B, one after another: ${(each * 1_000).toFixed(1)} µs, ${
        Math.round(1_000 / each)
      } a second`,
    );
  }
}

{
  await using loader = createLoader(options);
  const rss = () => Math.round(Deno.memoryUsage().rss / 1024 / 1024);
  const before = rss();
  const after: number[] = [];
  for (let round = 0; round < 3; round++) {
    for (let at = 0; at < 100; at++) {
      const auth = await loader.load("auth/sha256", { config: key, isolation: "worker" });
      await auth[Symbol.asyncDispose]();
    }
    after.push(rss());
  }
  console.log(`memory before, and after 100, 200, 300 workers: ${before}, ${after.join(", ")} MiB`);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}

function ms(value: number): string {
  return `${value.toFixed(2)} ms`;
}
