/**
 * The part, in namespaces of its own: `resources.ts` starts it there.
 *
 * @module
 */
import { base, cases } from "./cases.ts";
import { byCluster } from "./by_cluster.ts";
import { byPlugin } from "./by_plugin.ts";
import { classes } from "./plugins.ts";
import { shell } from "./report.ts";

await shell(`mkdir -p ${base} /run/lock\nchmod 755 ${base}`);
for (const { setup } of cases) if (setup !== undefined) await shell(setup);
await using opened = classes();
await byPlugin(opened);
await byCluster(opened);
