/**
 * The part, in namespaces of its own: `resources.ts` starts it there.
 *
 * @module
 */
import { base, cases } from "./cases.ts";
import { byCluster } from "./by_cluster.ts";
import { byPlugin } from "./by_plugin.ts";
import { connectivity, pinged } from "./connectivity.ts";
import { ownAgents } from "./own_agents.ts";
import { classes } from "./plugins.ts";
import { policies, writeTraceAgent } from "./policies.ts";
import { shell } from "./report.ts";
import { secretsOfResources } from "./secrets.ts";
import { stage } from "./stage.ts";

await shell(`mkdir -p ${base} /run/lock\nchmod 755 ${base}`);
const wanted = Deno.args.length > 0
  ? Deno.args
  : ["plugins", "cluster", "secrets", "own", "policies"];
if (wanted.includes("plugins") || wanted.includes("cluster")) {
  for (const { setup } of cases) if (setup !== undefined) await shell(setup);
}
await using opened = classes();
if (wanted.includes("plugins")) await byPlugin(opened);
if (wanted.includes("cluster")) await byCluster(opened);
if (wanted.includes("secrets")) await secretsOfResources();
if (wanted.includes("own") || wanted.includes("policies")) {
  await writeTraceAgent();
  await using open = await stage(() => pinged);
  if (wanted.includes("own")) await ownAgents(open);
  if (wanted.includes("policies")) {
    await connectivity(open);
    await policies(open);
  }
}
