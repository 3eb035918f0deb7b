/**
 * The files of a demo cluster: what a person would have written, in one folder.
 *
 * @module
 */
import { parse, stringify, type XmlElement } from "../../../metadata/xml/mod.ts";

/** The nodes of a demo. */
export const demoNodes = ["alice", "bob", "carol"] as const;

/** Name of the demo's cluster, and part of the mark by which its processes are found. */
export const demoCluster = "demo";

/** The folder of a demo, within the project: it is there while a demo runs. */
export const demoFolder = (project: string): string => `${project}/.demo`;

/** Folder of a node's sockets. */
export const runFolder = (project: string, node: string): string =>
  `${demoFolder(project)}/${node}/run`;

/** Path of a node's configuration. */
export const nodeFile = (project: string, node: string): string =>
  `${demoFolder(project)}/${node}/node.json`;

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

/** A fencing device: which plugin of kind `stonith`, and its configuration. */
export interface DemoDevice {
  readonly type: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** The device that ends the processes of a node itself. */
export const processDevice: DemoDevice = {
  type: "process",
  parameters: { cluster: demoCluster, hostlist: demoNodes.join(" ") },
};

/**
 * Reads `TYPE NAME=VALUE...`, such as `smartplug address=192.0.2.7 "outlets=alice bob"`: a value, or
 * the whole of it, stands in quotes if it has blanks.
 */
export function deviceOf(text: string): DemoDevice | undefined {
  const words = [...text.matchAll(/(?:[^\s"]|"[^"]*")+/g)].map(([word]) =>
    word.replaceAll('"', "")
  );
  const [type, ...pairs] = words;
  if (type === undefined || !/^[a-z][a-z0-9_]*$/.test(type)) return undefined;
  const parameters: Record<string, string> = {};
  for (const pair of pairs) {
    const [, name, value] = /^([^=]+)=([^]*)$/.exec(pair) ?? [];
    if (name === undefined || value === undefined) return undefined;
    parameters[name] = value;
  }
  return { type, parameters };
}

/** The node configuration of one node. */
export function nodeConfigOf(project: string, node: string, choice: DemoChoice): string {
  const { keepaliveMs, deadtimeMs, ports } = choice;
  const folder = `${demoFolder(project)}/${node}`;
  return JSON.stringify(
    {
      cluster: demoCluster,
      node,
      nodes: demoNodes,
      state: `${folder}/state`,
      run: `${folder}/run`,
      authkeys: `${demoFolder(project)}/authkeys`,
      cib: `${demoFolder(project)}/cib.xml`,
      ...(choice.plugins === undefined ? {} : { plugins: choice.plugins }),
      keepaliveMs,
      deadtimeMs,
      initdeadMs: 15_000,
      media: [{
        plugin: "medium/ucast",
        address: "127.0.0.1",
        port: ports[node],
        peers: demoNodes.filter((peer) => peer !== node)
          .map((peer) => ({ address: "127.0.0.1", port: ports[peer] })),
      }],
    },
    undefined,
    2,
  );
}

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
        ${stringify(powerOf(device))}
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

function powerOf({ type, parameters }: DemoDevice): XmlElement {
  const element = (name: string, attributes: Record<string, string>, children: XmlElement[]) => ({
    type: "element" as const,
    name: { raw: name, local: name },
    attributes,
    children,
  });
  const pairs = Object.entries(parameters).map(([name, value]) =>
    element("nvpair", { id: `power-${name}`, name, value }, [])
  );
  return element("primitive", { id: "power", class: "stonith", type }, [
    element("instance_attributes", { id: "power-attributes" }, pairs),
  ]);
}

/**
 * Writes everything, each file readable by its owner alone.
 *
 * @throws {Deno.errors.AlreadyExists} if another demo runs in this project.
 */
export async function writeDemo(project: string, choice: DemoChoice): Promise<void> {
  await Deno.mkdir(demoFolder(project), { mode: 0o700 });
  const key = [...crypto.getRandomValues(new Uint8Array(20))]
    .map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const write = (path: string, text: string) => Deno.writeTextFile(path, text, { mode: 0o600 });
  await write(`${demoFolder(project)}/authkeys`, `auth 1\n1 sha1 ${key}\n`);
  await write(`${demoFolder(project)}/cib.xml`, demoCib(choice));
  for (const node of demoNodes) {
    await Deno.mkdir(runFolder(project, node), { recursive: true, mode: 0o700 });
    await write(nodeFile(project, node), nodeConfigOf(project, node, choice));
  }
}
