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
import type { DemoService } from "./service.ts";

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
  /** What the nodes run. */
  readonly service: Pick<DemoService, "xml" | "more">;
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

/** A web server, as an element of the CIB. */
export const webXml = (port: number): string =>
  stringify(primitiveElement({
    id: "web",
    agent: { class: "deno", provider: "pils", type: "WebServer" },
    parameters: { port: `${port}` },
    operations: [
      { name: "start", interval: "0", timeout: "20s" },
      { name: "stop", interval: "0", timeout: "20s" },
      { name: "monitor", interval: "1s", timeout: "20s" },
    ],
  }));

/** The first CIB: three nodes, a device that fences them, and a web server. */
export const demoCib = (
  { webPort, device }: { readonly webPort: number; readonly device: DemoDevice },
): string => serviceCib(webXml(webPort), device);

/** The first CIB: three nodes, a device that fences them, and a service. */
function serviceCib(service: string, device: DemoDevice): string {
  const xml = `<cib validate-with="pacemaker-3.9" admin_epoch="0" epoch="1" num_updates="0">
    <configuration>
      <crm_config>
        <cluster_property_set id="options">
          <nvpair id="options-fencing-enabled" name="fencing-enabled" value="true"/>
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
        ${service}
      </resources>
      <constraints/>
    </configuration>
    <status/>
  </cib>`;
  return `${stringify(parse(xml, { ignoreWhitespace: true }), { indent: "  " })}\n`;
}

/** Writes everything into its folder, each file readable by its owner alone. */
export async function writeDemo(project: string, choice: DemoChoice): Promise<void> {
  const { ports, plugins, service, device } = choice;
  const demo = demoOf(project);
  await writeLocalCluster(demo, serviceCib(service.xml, device), (node) => ({
    ...nodeConfigOf(demo, node, ports, choice),
    ...service.more,
    ...(plugins === undefined ? {} : { plugins }),
  }));
}
