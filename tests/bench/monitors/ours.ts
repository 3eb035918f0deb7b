/**
 * Our node in the comparison, and a second one, which has nothing to do but to hear the first.
 *
 * @module
 */
import { LabCluster } from "../../lab/cluster.ts";
import { Observer } from "../../lab/observer.ts";
import { scratch } from "../../lab/spaces.ts";
import { resourcesXml } from "./agent.ts";
import type { Side } from "./side.ts";

const nodes = ["alice", "bob"];
const what = "monitors";
/** Milliseconds between two heartbeats. */
const keepaliveMs = 200;
/** Sockets of the nodes, which are watched. */
export const sockets = nodes.map((node) => `unix:${scratch}/${what}/${node}/run/cluster.sock`);

/** Starts it. */
export async function ours(count: number): Promise<Side> {
  const cluster = await LabCluster.write({
    what,
    nodes,
    keepaliveMs,
    deadtimeMs: 10 * keepaliveMs,
    more: { warntimeMs: 2 * keepaliveMs },
    cib: () =>
      `<cib validate-with="pacemaker-3.9" admin_epoch="0" epoch="1" num_updates="0"><configuration>
<crm_config><cluster_property_set id="o"><nvpair id="o1" name="stonith-enabled" value="false"/>
<nvpair id="o2" name="symmetric-cluster" value="true"/></cluster_property_set></crm_config>
<nodes>${nodes.map((node) => `<node id="${node}" uname="${node}"/>`).join("")}</nodes>
<resources>${resourcesXml(count)}</resources>
<constraints><rsc_location id="all" rsc-pattern="^d[0-9]+$" node="bob" score="-INFINITY"/></constraints>
</configuration><status/></cib>`,
  });
  const observer = new Observer(cluster);
  for (const node of nodes) await cluster.powerOn(node);
  for (const node of nodes) cluster.start(node);
  await Promise.all(nodes.map((node) => observer.listen(node)));
  return {
    name: "ours",
    space: () => Promise.resolve(cluster.machine("alice").space),
    // lrmd, and the processes of plugins: of those only the class of the agents has work to do.
    isExecutor: /\/daemons\/lrmd\/mod\.ts|\/boot_process\.ts/,
    async lateHeartbeats() {
      const log = await Deno.readTextFile(`${cluster.local.folder}/bob.log`);
      return [...log.matchAll(/Late heartbeat of alice: (\d+) ms/g)]
        .map(([, ms]) => Number(ms) - keepaliveMs);
    },
    trouble: () => cluster.logs(),
    async [Symbol.asyncDispose]() {
      await observer[Symbol.asyncDispose]();
      await cluster[Symbol.asyncDispose]();
    },
  };
}
