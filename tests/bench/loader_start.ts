/**
 * A daemon's start, as far as the loader goes: loads all that it is given from the project's lock, says
 * how long that took since the process began, and ends.
 *
 * @module
 */
import { inLocks } from "../../daemons/site/consent/locked.ts";
import { createLoader } from "../../pils/loader.ts";

const [given = "{}"] = Deno.args;
const configs: Readonly<Record<string, unknown>> = JSON.parse(given);
const begun = performance.now();
const loader = createLoader({
  find: inLocks(new URL("../../plugins/plugins.lock.json", import.meta.url)),
  inline: Object.keys(configs),
});
let loaded = 0;
for (const [id, config] of Object.entries(configs)) {
  await loader.load(id, { config }).then(() => loaded++, () => {}); // some open what is not granted here
}
const loadMs = performance.now() - begun;
const sinceStartMs = performance.now();
await loader.close().catch(() => {});
console.log(JSON.stringify({ loaded, loadMs, sinceStartMs }));
Deno.exit(0);
