/**
 * A cluster of ours whose nodes are machines of the lab.
 *
 * @module
 */
import {
  clusterNameOf,
  type LocalCluster,
  nodeConfigOf,
  nodeFile,
  writeLocalCluster,
} from "../../daemons/mgmtd/local_nodes/local_cluster.ts";
import { startManager } from "../../daemons/mgmtd/local_nodes/start_manager.ts";
import { type Machine, powerOn } from "./machine.ts";
import { network, project, scratch } from "./spaces.ts";

/** Milliseconds that a node may take to end cleanly. */
const stopMs = 60_000;
/** Lines of each log that a person is shown. */
const logLines = 40;

/** What such a cluster may choose. */
export interface LabChoice {
  /** Name of its folder in `.test/`. */
  readonly what: string;
  readonly nodes: readonly string[];
  readonly keepaliveMs: number;
  readonly deadtimeMs: number;
  /** The first CIB, for the name that the cluster has. */
  readonly cib: (local: LocalCluster) => string;
  /** More of the node configuration. */
  readonly more?: Readonly<Record<string, unknown>>;
}

/** See the head of the file. */
export class LabCluster implements AsyncDisposable {
  readonly local: LocalCluster;
  readonly #machines = new Map<string, Machine>();
  readonly #managers = new Map<string, Deno.ChildProcess>();

  private constructor(local: LocalCluster) {
    this.local = local;
  }

  /** Writes its files; no machine is on yet. What an earlier run left is removed. */
  static async write({ what, nodes, cib, more, ...times }: LabChoice): Promise<LabCluster> {
    const folder = `${scratch}/${what}`;
    await Deno.remove(folder, { recursive: true }).catch(() => {});
    await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
    const local = { folder, cluster: clusterNameOf(what, folder), nodes };
    const media = (at: number) => [{
      plugin: "medium/ucast",
      address: `${network}.${at + 1}`,
      peers: nodes.flatMap((_, peer) => peer === at ? [] : { address: `${network}.${peer + 1}` }),
    }];
    await writeLocalCluster(local, cib(local), (node) => ({
      ...nodeConfigOf(local, node, {}, times),
      media: media(nodes.indexOf(node)),
      ...more,
    }));
    return new LabCluster(local);
  }

  /** The machine of a node, which is on. */
  machine(node: string): Machine {
    const machine = this.#machines.get(node);
    if (machine === undefined) throw new Error(`The machine of ${node} is off`);
    return machine;
  }

  /** Nodes whose machine is on. */
  get on(): readonly string[] {
    return this.local.nodes.filter((node) => this.#machines.has(node));
  }

  /** Switches the machine of a node on; its daemons do not run yet. */
  async powerOn(node: string): Promise<Machine> {
    const { nodes, cluster } = this.local;
    const machine = await powerOn(node, nodes.indexOf(node), {
      mark: `${cluster}/${node}`,
      run: `/run/machines/${node}`,
    });
    this.#machines.set(node, machine);
    return machine;
  }

  /** Starts the daemons of a node whose machine is on. */
  start(node: string): void {
    const { folder, cluster } = this.local;
    this.#managers.set(
      node,
      startManager({
        project,
        mark: `${cluster}/${node}`,
        config: nodeFile(this.local, node),
        folders: [`${folder}/${node}`],
        log: `${folder}/${node}.log`,
        enter: this.machine(node).enter,
      }),
    );
  }

  /** Ends the daemons of a node cleanly: its services move first. The machine stays on. */
  async stop(node: string): Promise<void> {
    const manager = this.#managers.get(node);
    if (manager === undefined) return;
    const late = setTimeout(() => manager.kill("SIGKILL"), stopMs);
    manager.kill("SIGTERM");
    await manager.status;
    clearTimeout(late);
    this.#managers.delete(node);
  }

  /** Takes the power from a machine. @returns when, in milliseconds since 1970. */
  async powerOff(node: string): Promise<number> {
    const machine = this.machine(node);
    this.#machines.delete(node);
    const at = await machine.powerOff();
    await this.#managers.get(node)?.status;
    this.#managers.delete(node);
    return at;
  }

  /** Waits until something else has taken the power from a machine, such as a fencing device. */
  async lost(node: string): Promise<void> {
    await this.machine(node).gone;
    this.#machines.delete(node);
    await this.#managers.get(node)?.status;
    this.#managers.delete(node);
  }

  /** The last lines of the nodes' logs. */
  async logs(): Promise<string> {
    const { folder, nodes } = this.local;
    const texts = await Promise.all(nodes.map(async (node) => {
      const text = await Deno.readTextFile(`${folder}/${node}.log`).catch(() => "");
      return `--- ${node}\n${text.split("\n").slice(-logLines).join("\n")}`;
    }));
    return texts.join("\n");
  }

  /** Ends everything and removes the folder. */
  async [Symbol.asyncDispose](): Promise<void> {
    // A power switch may end one at this very moment: what has gone wrong before must not be hidden by that.
    for (const node of [...this.on]) await this.powerOff(node).catch(console.error);
    await Deno.remove(this.local.folder, { recursive: true });
  }
}
