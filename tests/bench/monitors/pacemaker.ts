/**
 * A node of Pacemaker in the comparison.
 *
 * @module
 */
import { PacemakerLab } from "../../lab/pacemaker.ts";
import { sh } from "../../lab/shell.ts";
import { resourcesXml } from "./agent.ts";
import type { Side } from "./side.ts";

/** Starts it. */
export async function pacemaker(folder: string, count: number): Promise<Side> {
  const lab = new PacemakerLab(folder, { TRANSPORT: "udpu" });
  await lab.up(1);
  await lab.configure(
    `<configuration><crm_config><cluster_property_set id="cib-bootstrap-options">
<nvpair id="o1" name="stonith-enabled" value="false"/></cluster_property_set></crm_config>
<resources>${resourcesXml(count)}</resources></configuration>`,
  );
  return {
    name: "Pacemaker",
    space: async () => await sh('readlink "/proc/$1/ns/net"', await lab.init("n1")),
    isExecutor: /pacemaker-execd/,
    lateHeartbeats: () => Promise.resolve([]),
    trouble: () => lab.command("status"),
    [Symbol.asyncDispose]: () => lab.down(),
  };
}
