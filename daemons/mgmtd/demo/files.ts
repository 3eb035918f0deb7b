/**
 * The files of a demo cluster: what a person would have written, in one folder.
 *
 * @module
 */
import { parse, stringify } from "@std/xml";
import {
  clusterNameOf,
  type LocalCluster,
  nodeConfigOf,
  writeLocalCluster,
} from "../local_nodes/local_cluster.ts";
import { primitiveElement } from "../local_nodes/primitive.ts";
import type { DemoDevice } from "./device.ts";

/** The nodes of a demo. */
export const demoNodes = ["alice", "bob", "carol"] as const;

/** The folder of a demo, within the project: it is there while a demo runs. */
export const demoFolder = (project: string): string => `${project}/.demo`;

/** The demo as a cluster: one for each clone of the project, so that two of them do not meet. */
export const demoOf = (project: string): LocalCluster => ({
  folder: demoFolder(project),
  cluster: clusterNameOf("demo", demoFolder(project)),
  nodes: demoNodes,
});

/** What a demo may choose. */
export interface DemoChoice {
  readonly keepaliveMs: number;
  readonly deadtimeMs: number;
  /** UDP port of each node, by name. */
  readonly ports: Readonly<Record<string, number>>;
  /** TCP port of the web server. */
  readonly webPort: number;
  /** What fences the nodes. */
  readonly device: DemoDevice;
  /** Folder of a lock of plugins that do not come with the project. */
  readonly plugins?: string;
}

/** The device that ends the processes of a node itself. */
export const processDevice = ({ cluster, nodes }: LocalCluster): DemoDevice => ({
  type: "process",
  parameters: { cluster, hostlist: nodes.join(" ") },
});

/** The first CIB: three nodes, a device that fences them, and a web server. */
export function demoCib({ webPort, device }: Pick<DemoChoice, "webPort" | "device">): string {
  const xml = `<cib validate-with="pacemaker-3.9" admin_epoch="0" epoch="1" num_updates="0">
    <configuration>
      <crm_config>
        <cluster_property_set id="options">
          <nvpair id="options-stonith-enabled" name="stonith-enabled" value="true"/>
          <nvpair id="options-no-quorum-policy" name="no-quorum-policy" value="stop"/>
        </cluster_property_set>
      </crm_config>
      <nodes>${demoNodes.map((node) => `<node id="${node}" uname="${node}"/>`).join("")}</nodes>
      <resources>
        ${
    stringify(primitiveElement({
      id: "power",
      agent: { class: "stonith", type: device.type },
      parameters: device.parameters,
    }))
  }
        <primitive id="web" class="deno" provider="pils" type="WebServer">
          <instance_attributes id="web-attributes">
            <nvpair id="web-port" name="port" value="${webPort}"/>
          </instance_attributes>
          <operations>
            <op id="web-start" name="start" interval="0" timeout="20s"/>
            <op id="web-stop" name="stop" interval="0" timeout="20s"/>
            <op id="web-monitor" name="monitor" interval="1s" timeout="20s"/>
          </operations>
        </primitive>
      </resources>
      <constraints/>
    </configuration>
    <status/>
  </cib>`;
  return `${stringify(parse(xml, { ignoreWhitespace: true }), { indent: "  " })}\n`;
}

/** Writes everything into its folder, each file readable by its owner alone. */
export async function writeDemo(project: string, choice: DemoChoice): Promise<void> {
  const { ports, plugins } = choice;
  const demo = demoOf(project);
  await writeLocalCluster(demo, demoCib(choice), (node) => ({
    ...nodeConfigOf(demo, node, ports, choice),
    ...(plugins === undefined ? {} : { plugins }),
  }));
}
