/**
 * Our cluster in the comparison.
 *
 * @module
 */
import { LabCluster } from "../../lab/cluster.ts";
import { now, Observer } from "../../lab/observer.ts";
import { scratch } from "../../lab/spaces.ts";
import { type Services, servicesXml, type Side } from "./side.ts";

const nodes = ["alice", "bob", "carol"];
/** Milliseconds that anything may take. */
const patienceMs = 60_000;
/** Milliseconds in which nothing more is to do. */
const calmMs = 1_500;
/** The constraint of a move. */
const moved = "moved";

/** Folder of the nodes' files in `.test/`. */
export const what = "failover";
/** Sockets of the nodes, which are watched. */
export const sockets = nodes.map((node) => `unix:${scratch}/${what}/${node}/run/cluster.sock`);

/** Makes it; no machine is on yet. */
export async function ours(
  services: Services,
  times: { readonly keepaliveMs: number; readonly deadtimeMs: number },
): Promise<Side> {
  const { resources, constraints } = servicesXml(services);
  const cluster = await LabCluster.write({
    what,
    nodes,
    ...times,
    cib: ({ cluster }) =>
      `<cib validate-with="pacemaker-3.9" admin_epoch="0" epoch="1" num_updates="0"><configuration>
<crm_config><cluster_property_set id="o">
<nvpair id="o1" name="stonith-enabled" value="true"/><nvpair id="o2" name="no-quorum-policy" value="stop"/>
</cluster_property_set></crm_config>
<rsc_defaults><meta_attributes id="rd"><nvpair id="rd1" name="resource-stickiness" value="100"/>
</meta_attributes></rsc_defaults>
<nodes>${nodes.map((node) => `<node id="${node}" uname="${node}"/>`).join("")}</nodes>
<resources><primitive id="power" class="stonith" type="process"><instance_attributes id="power-p">
<nvpair id="power-c" name="cluster" value="${cluster}"/>
<nvpair id="power-h" name="hostlist" value="${nodes.join(" ")}"/>
</instance_attributes></primitive>${resources}</resources>
<constraints>${constraints}</constraints></configuration><status/></cib>`,
  });
  return new Ours(cluster, services);
}

/** See the head of the file. */
class Ours implements Side {
  readonly name = "ours";
  readonly nodes = nodes;
  readonly client: readonly string[] = [];
  readonly server: Side["server"];
  readonly #cluster: LabCluster;
  readonly #observer: Observer;
  readonly #stopping = new Map<string, Promise<void>>();

  constructor(cluster: LabCluster, { address, port }: Services) {
    this.#cluster = cluster;
    this.#observer = new Observer(cluster);
    this.server = { hostname: address, port };
  }

  stateFile = (node: string) => `/run/machines/${node}/resource-agents/Dummy-d1.state`;
  pidFile = (node: string) => `/run/machines/${node}/nginx.pid`;

  space = (node: string) => Promise.resolve(this.#cluster.machine(node).space);

  async stable() {
    await this.#observer.whole(patienceMs);
    await new Promise((resolve) => setTimeout(resolve, calmMs));
  }

  async coordinator() {
    return await this.#observer.until(
      "there is a coordinator",
      patienceMs,
      () => this.#observer.coordinator(),
    );
  }

  async cold() {
    for (const node of this.#cluster.on) await this.#cluster.powerOff(node);
    for (const node of nodes) await this.#cluster.powerOn(node);
    const fromMs = now();
    for (const node of nodes) this.#cluster.start(node);
    await Promise.all(nodes.map((node) => this.#observer.listen(node)));
    return fromMs;
  }

  powerOff(node: string) {
    this.#observer.follow(node, "d1");
    return this.#cluster.powerOff(node);
  }

  async move(to: string) {
    const fromMs = now();
    await this.#observer.apply([{
      op: "create",
      path: "/cib/configuration/constraints",
      xml: `<rsc_location id="${moved}" rsc="g" node="${to}" score="INFINITY"/>`,
    }]);
    return fromMs;
  }

  async moveAnywhere() {
    const path = `/cib/configuration/constraints/rsc_location[@id='${moved}']`;
    await this.#observer.apply([{ op: "delete", path }]);
  }

  stop(node: string) {
    const fromMs = now();
    this.#stopping.set(node, this.#cluster.stop(node));
    return Promise.resolve(fromMs);
  }

  async start(node: string) {
    await this.#stopping.get(node);
    this.#stopping.delete(node);
    if (!this.#cluster.on.includes(node)) await this.#cluster.powerOn(node);
    this.#cluster.start(node);
    await this.#observer.listen(node);
  }

  falseDeaths = () => Promise.resolve(this.#observer.falseDeaths);
  trouble = () => this.#cluster.logs();

  async [Symbol.asyncDispose]() {
    await this.#observer[Symbol.asyncDispose]();
    await this.#cluster[Symbol.asyncDispose]();
  }
}
