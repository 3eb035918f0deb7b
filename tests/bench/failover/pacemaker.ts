/**
 * Pacemaker with Corosync in the comparison, in the lab of `../shared/lab/pcmk`: at the lowest token
 * that was stable there, and a `dc-deadtime` of 2 s.
 *
 * @module
 */
import { now } from "../../lab/observer.ts";
import { PacemakerLab } from "../../lab/pacemaker.ts";
import { sh } from "../../lab/shell.ts";
import { type Services, servicesXml, type Side } from "./side.ts";

const nodes = ["n1", "n2", "n3"];
/** The lowest token without a loss in the lab, in milliseconds, and what it needs. */
export const tokenMs = 150;
const environment = {
  TRANSPORT: "udpu",
  TOKEN: `${tokenMs}`,
  TOTEM_EXTRA: "token_retransmits_before_loss_const: 2",
};
/** Milliseconds in which nothing more is to do. */
const calmMs = 1_500;
/** Milliseconds between two looks. */
const lookMs = 300;
/** Milliseconds that anything may take. */
const patienceMs = 90_000;

/** Brings it up, with its files in a folder of a real disk. */
export async function pacemaker(folder: string, services: Services): Promise<Side> {
  const side = new Pacemaker(folder, services);
  await side.up();
  return side;
}

/** See the head of the file. */
class Pacemaker implements Side {
  readonly name = "Pacemaker";
  readonly nodes = nodes;
  readonly client = ["ip", "netns", "exec", "pclsw"];
  readonly server: Side["server"];
  readonly #folder: string;
  readonly #services: Services;
  readonly #lab: PacemakerLab;
  /** The first process of each node, by which its files are seen. */
  readonly #inits = new Map<string, string>();
  #kills = 0;

  constructor(folder: string, services: Services) {
    this.#folder = folder;
    this.#services = services;
    this.#lab = new PacemakerLab(folder, environment);
    this.server = { hostname: services.address, port: services.port };
  }

  /** Starts it for the first time, with the services of the comparison. */
  async up() {
    await this.#lab.up(nodes.length);
    await this.#lookUp();
    const { resources, constraints } = servicesXml(this.#services);
    await this.#lab.configure(
      `<configuration><crm_config><cluster_property_set id="cib-bootstrap-options">
<nvpair id="o1" name="stonith-enabled" value="true"/><nvpair id="o2" name="stonith-action" value="off"/>
<nvpair id="o3" name="no-quorum-policy" value="stop"/><nvpair id="o4" name="dc-deadtime" value="2s"/>
</cluster_property_set></crm_config>
<rsc_defaults><meta_attributes id="rd"><nvpair id="rd1" name="resource-stickiness" value="100"/>
</meta_attributes></rsc_defaults>
<resources><primitive id="fence" class="stonith" type="fence_netns"><instance_attributes id="f">
<nvpair id="f1" name="pcmk_host_list" value="${nodes.join(" ")}"/>
<nvpair id="f2" name="pcmk_host_check" value="static-list"/>
<nvpair id="f3" name="sock" value="${this.#folder}/run/bmc.sock"/>
</instance_attributes></primitive>${resources}</resources>
<constraints>${constraints}</constraints></configuration>`,
    );
    await this.stable();
  }

  stateFile = (node: string) =>
    `/proc/${this.#inits.get(node)}/root/run/resource-agents/Dummy-d1.state`;
  pidFile = (node: string) => `/proc/${this.#inits.get(node)}/root/run/nginx.pid`;

  space = (node: string) => sh('readlink "/proc/$1/ns/net"', this.#inits.get(node) ?? "");

  async stable() {
    const node = nodes.find((node) => this.#inits.has(node)) ?? "n1";
    const looks = `
online=$(crm_mon -1 | sed -n 's/.*Online: \\[\\(.*\\)\\]/\\1/p' | wc -w)
[ "$online" = 3 ] || exit 1
for id in fence g d1; do crm_resource -W -r $id | grep -q 'is running on' || exit 1; done
crmadmin -S "$(crmadmin -D | sed 's/.*: //')" | grep -q S_IDLE`;
    for (const end = now() + patienceMs;;) {
      const isSo = await this.#lab.on(node, "sh", "-c", looks).then(() => true, () => false);
      if (isSo) break;
      if (now() > end) throw new Error("Pacemaker does not become stable");
      await new Promise((resolve) => setTimeout(resolve, lookMs));
    }
    await new Promise((resolve) => setTimeout(resolve, calmMs));
  }

  async coordinator() {
    const text = await this.#lab.on(this.#anyNode(), "crmadmin", "-D");
    return /: (\S+)/.exec(text)?.[1] ?? "";
  }

  async cold() {
    for (const node of [...this.#inits.keys()]) await this.powerOff(node);
    for (const node of nodes) await this.#lab.boot(node);
    await this.#lookUp();
    await new Promise((resolve) => setTimeout(resolve, lookMs));
    const fromMs = now();
    void Promise.all(nodes.map((node) => this.#lab.command("start-daemons", node)));
    return fromMs;
  }

  async powerOff(node: string) {
    this.#kills++;
    const text = await this.#lab.command("poweroff", node);
    this.#inits.delete(node);
    return Number(text.split("\n")[0]) * 1_000;
  }

  async move(to: string) {
    const fromMs = now();
    await this.#lab.on(this.#anyNode(), "crm_resource", "--move", "-r", "g", "-N", to);
    return fromMs;
  }

  async moveAnywhere() {
    await this.#lab.on(this.#anyNode(), "crm_resource", "--clear", "-r", "g");
  }

  async stop(node: string) {
    const fromMs = now();
    await this.#lab.on(node, "pkill", "-x", "pacemakerd");
    return fromMs;
  }

  async start(node: string) {
    if (!this.#inits.has(node)) {
      await this.#lab.command("start-node", node);
      await this.#lookUp();
      return;
    }
    const ended = "while pgrep -x pacemakerd; do sleep 0.1; done; pkill -x corosync; " +
      "while pgrep -x corosync; do sleep 0.1; done";
    await this.#lab.on(node, "sh", "-c", ended);
    await this.#lab.command("start-daemons", node);
  }

  async falseDeaths() {
    return Math.max(0, await this.#lab.fencings() - this.#kills);
  }

  trouble = () => this.#lab.command("status");

  async [Symbol.asyncDispose]() {
    await this.#lab.down();
  }

  #anyNode(): string {
    const [node] = this.#inits.keys();
    if (node === undefined) throw new Error("No node has power");
    return node;
  }

  async #lookUp() {
    for (const node of nodes) {
      this.#inits.set(node, await this.#lab.init(node));
    }
  }
}
