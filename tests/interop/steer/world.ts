/**
 * The cluster of the daily tasks, seen from outside: state files of agents, addresses of machines, the
 * CIB as another node has it.
 *
 * @module
 */
import { parse, type XmlElement } from "@std/xml";
import { haWords } from "../../../daemons/mgmtd/commands/testing/ha_child.ts";
import { nvpairs } from "../database/cib.ts";
import { LabCluster } from "../../lab/cluster.ts";
import { Observer } from "../../lab/observer.ts";
import { sh } from "../../lab/shell.ts";

/** The nodes. */
export const nodes = ["alice", "bob", "carol"] as const;
/** Milliseconds that a start may take, and what follows a command: the machine may have much else to do. */
const startMs = 60_000;
const patienceMs = 20_000;

/** What came of a command. */
export interface Called {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

const cibOf = ({ cluster }: { readonly cluster: string }): string =>
  `<cib validate-with="pacemaker-3.9" admin_epoch="0" epoch="1" num_updates="0"><configuration>
<crm_config><cluster_property_set id="options">${
    nvpairs("options", { "stonith-enabled": "true", "no-quorum-policy": "stop" })
  }</cluster_property_set></crm_config>
<nodes>${nodes.map((node) => `<node id="${node}" uname="${node}"/>`).join("")}</nodes>
<resources>
<primitive id="power" class="stonith" type="process"><instance_attributes id="power-p">${
    nvpairs("power-p", { cluster, hostlist: nodes.join(" ") })
  }</instance_attributes></primitive>
</resources><constraints/></configuration><status/></cib>
`;

/** See the head of the file. */
export class World implements AsyncDisposable {
  readonly #cluster: LabCluster;
  readonly #observer: Observer;
  #calls = 0;
  readonly #retired = new Set<string>();

  private constructor(cluster: LabCluster) {
    this.#cluster = cluster;
    this.#observer = new Observer(cluster);
  }

  /** Starts three machines, and waits until their nodes are one cluster. */
  static async begin(): Promise<World> {
    const times = { keepaliveMs: 200, deadtimeMs: 2_000 };
    const cluster = await LabCluster.write({ what: "steer", nodes, cib: cibOf, ...times });
    const world = new World(cluster);
    try {
      for (const node of nodes) await cluster.powerOn(node);
      for (const node of nodes) cluster.start(node);
      await Promise.all(nodes.map((node) => world.#observer.listen(node)));
      await world.#observer.whole(startMs);
      return world;
    } catch (error) {
      console.log(await cluster.logs());
      await world[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** The folder from which commands are called. */
  get folder(): string {
    return this.#cluster.local.folder;
  }

  /** Calls `ha` on one machine after another. */
  async ha(words: readonly string[]): Promise<Called> {
    const node = this.#next(this.#calls++);
    const run = takesRun(words) ? ["--run", this.run(node)] : [];
    const { enter } = this.#cluster.machine(node);
    const { code, stdout, stderr } = await new Deno.Command("/bin/sh", {
      args: ["-c", 'exec "$@"', "sh", ...enter, ...haWords([...words, ...run])],
      env: { INIT_CWD: this.folder, NO_COLOR: "1" },
      stdin: "null",
    }).output();
    const decoder = new TextDecoder();
    return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
  }

  /** The CIB, as a node has it that the last command was not called on. */
  async cib(): Promise<XmlElement> {
    const node = this.#next(this.#calls);
    return parse(await this.#observer.cib(node), { ignoreWhitespace: true }).root;
  }

  /** Machines on which the agent Dummy keeps a resource: its state file is there. */
  hosts(id: string): readonly string[] {
    return nodes.filter((node) => this.started(id, node) !== undefined);
  }

  /** When a resource was started on a machine, by its state file. */
  started(id: string, node: string): number | undefined {
    try {
      return Deno.statSync(stateFile(id, node)).mtime?.getTime();
    } catch {
      return undefined;
    }
  }

  /** What no cluster wants: the resource is gone from where it ran. */
  async lose(id: string): Promise<void> {
    await sh('rm -f "$@"', ...nodes.map((node) => stateFile(id, node)));
  }

  /** Stops a node cleanly, and waits until the others have noticed. */
  async retire(node: string): Promise<void> {
    await this.#cluster.stop(node);
    this.#retired.add(node);
    await this.until(`${node} is down`, async () => {
      const state = elementOf(await this.cib(), "node_state", { uname: node });
      return state?.attributes.in_ccm === "false" && state.attributes.expected === "down";
    });
  }

  /** The nodes that count, as those see it that are up. */
  electorate(): readonly string[] {
    return this.#up().flatMap((node) => this.#observer.view(node)?.electorate ?? []);
  }

  /** Run folder of a node. */
  run = (node: string): string => `${this.folder}/${node}/run`;

  #next(at: number): string {
    const up = this.#up();
    return up[at % up.length] ?? nodes[0];
  }

  #up = (): readonly string[] => nodes.filter((node) => !this.#retired.has(node));

  /** Machines that have an address. */
  async addressed(address: string): Promise<readonly string[]> {
    const found = await Promise.all(nodes.map(async (node) => {
      const { enter } = this.#cluster.machine(node);
      return (await sh('exec "$@"', ...enter, "ip", "-o", "-4", "address", "show"))
          .includes(` ${address}/`)
        ? [node]
        : [];
    }));
    return found.flat();
  }

  /** Waits until something is so. */
  async until(what: string, is: () => boolean | Promise<boolean>): Promise<void> {
    await this.#observer.until(what, patienceMs, async () => await is() || undefined);
  }

  /** The last lines of the nodes' logs. */
  logs = (): Promise<string> => this.#cluster.logs();

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#observer[Symbol.asyncDispose]();
    await this.#cluster[Symbol.asyncDispose]();
  }
}

/** Where Debian's agent Dummy notes that it runs, in the `/run` of a machine. */
const stateFile = (id: string, node: string): string =>
  `/run/machines/${node}/resource-agents/Dummy-${id}.state`;

/** Commands that ask no node have no such option. */
const takesRun = ([first = "", second = ""]: readonly string[]): boolean =>
  !(first === "resource" && ["agents", "describe", "try"].includes(second)) &&
  !(first === "configure" && second === "verify") && first !== "simulate" && first !== "log";

/** All elements below one. */
export function* elements(of: XmlElement): Generator<XmlElement> {
  yield of;
  for (const child of of.children) if (child.type === "element") yield* elements(child);
}

/** The first element with this tag and these attributes. */
export const elementOf = (
  of: XmlElement,
  tag: string,
  attributes: Readonly<Record<string, string>> = {},
): XmlElement | undefined =>
  elements(of).find((one) =>
    one.name.raw === tag &&
    Object.entries(attributes).every(([name, value]) => one.attributes[name] === value)
  );
