/**
 * The cluster with its power switches, and what the nodes say of a fencing.
 *
 * @module
 */
import assert from "node:assert/strict";
import { statusOf } from "../../../daemons/mgmtd/status/node_report.ts";
import type { Message } from "../../../daemons/runtime/messages.ts";
import { within } from "../../../metadata/within.ts";
import { LabCluster } from "../../lab/cluster.ts";
import { now, Observer } from "../../lab/observer.ts";
import { cibOf, nodes, passwordFile, service, switches } from "./cib.ts";
import { type Cable, cable, connectToPower, makePowerNetwork } from "./network.ts";
import { Switches } from "./switches.ts";

/** Milliseconds that anything may take: the machine may have much else to do. */
const patienceMs = 120_000;

/** A fencing, as a node remembers it. */
export interface Remembered {
  readonly target: string;
  readonly action: string;
  readonly ok: boolean;
  readonly delegate: string;
  readonly device: string;
  readonly asker: string;
  readonly detail: string;
  readonly tookMs: number;
  readonly wallMs: number;
  readonly execution?: string;
}

/** What is answered to an order. */
type FenceAnswer = Extract<Message, { type: "fence/result" }>;

/** Who plays which part. */
export interface Cast {
  readonly coordinator: string;
  readonly other: string;
  readonly victim: string;
}

/** See the head of the file. */
export class PowerLab implements AsyncDisposable {
  readonly cluster: LabCluster;
  readonly observer: Observer;
  readonly switches: Switches;
  /** What is to be done with a machine before its daemons start. */
  prepare: (node: string) => Promise<void> = () => Promise.resolve();

  private constructor(cluster: LabCluster, switches: Switches) {
    this.cluster = cluster;
    this.observer = new Observer(cluster);
    this.switches = switches;
  }

  /** Makes the networks, the switches and the cluster; nothing is on yet. */
  static async write(): Promise<PowerLab> {
    const times = { keepaliveMs: 200, deadtimeMs: 1_500 };
    // A busy machine is no reason to end a daemon here.
    const more = { hungMs: 20_000 };
    const cluster = await LabCluster.write({ what: "power", nodes, cib: cibOf, more, ...times });
    const { folder } = cluster.local;
    await Deno.writeTextFile(passwordFile(folder), "sesame\n", { mode: 0o600 });
    await makePowerNetwork(switches.map(({ address }) => address));
    return new PowerLab(cluster, await Switches.start(folder));
  }

  /** Where the files of the cluster are. */
  get folder(): string {
    return this.cluster.local.folder;
  }

  /** Nodes whose machine is off. */
  get off(): readonly string[] {
    return nodes.filter((node) => !this.cluster.on.includes(node));
  }

  /** Has a node fenced as a person does, through another one. @returns what that one answers. */
  order(by: string, target: string, timeoutMs: number): Promise<FenceAnswer> {
    const id = `by hand ${this.now()}`;
    return this.observer.client(by).ask(
      "stonithd",
      { type: "fence/request", id, target, action: "reboot", timeoutMs },
      (message): message is FenceAnswer => message.type === "fence/result" && message.id === id,
      2 * timeoutMs,
    );
  }

  /** Switches machines on with their daemons, and waits until all nodes are members with devices. */
  async on(...which: readonly string[]): Promise<void> {
    for (const node of which) {
      const machine = await this.cluster.powerOn(node);
      await connectToPower(machine);
      await this.switches.of(`power-${node}`).power(true);
      await this.switches.feed(machine);
      await this.prepare(node);
      this.cluster.start(node);
    }
    await Promise.all(which.map((node) => this.observer.listen(node)));
    if (this.cluster.on.length < nodes.length) return;
    await this.observer.whole(patienceMs);
    for (const node of nodes) await this.ready(node);
  }

  /** Waits until a node has loaded all devices of the CIB. */
  ready(node: string): Promise<true> {
    return this.until(`the devices of ${node} are ready`, async () => {
      const devices = Object(await this.#stonithd(node)).devices ?? [];
      const xml = await this.observer.cib();
      const wanted = xml.match(/<primitive [^>]*class="stonith"/g)?.length ?? 0;
      return devices.length === wanted &&
          devices.every((one: unknown) => Object(one).state === "ready")
        ? true
        : undefined;
    });
  }

  /** The coordinator, another node, and one that is to die: neither of them. */
  async cast(): Promise<Cast> {
    const coordinator = await this.until(
      "there is a coordinator",
      () => this.observer.coordinator(),
    );
    const [other = "", victim = ""] = nodes.filter((node) => node !== coordinator);
    return { coordinator, other, victim };
  }

  /** Pulls a cable, or plugs it in. */
  cable = (node: string, which: Cable, state: "up" | "down"): Promise<number> =>
    cable(node, which, state);

  /** Waits until something is so. */
  until = <T>(
    what: string,
    look: () => T | undefined | Promise<T | undefined>,
    withinMs = patienceMs,
  ): Promise<T> => this.observer.until(what, withinMs, look);

  /** Follows the death of a node, which began at a time; gives what came when, in milliseconds. */
  async death(
    victim: string,
    fromMs: number,
    hasService = false,
  ): Promise<Readonly<Record<string, number>>> {
    const death = this.observer.follow(victim, service);
    await this.until(`${victim} is fenced`, () => death.at.get("fenced"));
    if (hasService) {
      await this.until("the service is started elsewhere", () => death.at.get("started"));
    }
    return Object.fromEntries([...death.at].map(([step, at]) => [step, Math.round(at - fromMs)]));
  }

  /** Waits until a switch has taken the power from a machine. */
  async lost(node: string): Promise<void> {
    const late = () => new Error(`the machine of ${node} is still on: no switch has ended it`);
    await within(patienceMs, this.cluster.lost(node), late);
    await this.until(
      `the switch of ${node} has ended its machine`,
      async () => await this.switches.isEnding(node) ? undefined : true,
    );
  }

  /** What the coordinator does with a node that is to be fenced. */
  async fencesBy(action: "off" | "reboot"): Promise<void> {
    await this.observer.apply([{
      op: "create",
      path: "/cib/configuration/crm_config/cluster_property_set[@id='options']",
      xml: `<nvpair id="options-stonith-action" name="stonith-action" value="${action}"/>`,
    }]);
  }

  /** What a node remembers of the fencing of another, oldest first. */
  async history(node: string, target: string): Promise<readonly Remembered[]> {
    const found: readonly Remembered[] = Object(await this.#stonithd(node)).history ?? [];
    return found.filter((record) => record.target === target);
  }

  /** The machine of a node was ended once since then, by its switch. */
  async endedOnce(node: string, sinceMs: number): Promise<void> {
    const cuts = (await this.switches.cuts()).filter(({ atMs }) => atMs >= sinceMs);
    assert.deepEqual(cuts.map((one) => one.node), [node], "the machines that the switches ended");
  }

  /** Has the service run where it is wanted. */
  async place(node: string): Promise<void> {
    await this.observer.apply([{
      op: "create",
      path: "/cib/configuration/constraints",
      xml: `<rsc_location id="placed" rsc="${service}" node="${node}" score="INFINITY"/>`,
    }]);
    await this.until(
      `the service runs on ${node}`,
      async () => await this.runsOn(node) || undefined,
    );
    await this.observer.apply([{
      op: "delete",
      path: "/cib/configuration/constraints/rsc_location[@id='placed']",
    }]);
  }

  /** Whether the service runs on a machine: its file is there. */
  async runsOn(node: string): Promise<boolean> {
    return await Deno.stat(`/run/machines/${node}/resource-agents/Dummy-${service}.state`)
      .then(() => true, () => false);
  }

  /** Milliseconds since 1970. */
  now = now;

  async [Symbol.asyncDispose](): Promise<void> {
    await this.observer[Symbol.asyncDispose]();
    await this.switches[Symbol.asyncDispose]();
    await this.cluster[Symbol.asyncDispose]();
  }

  #stonithd(node: string): Promise<unknown> {
    return statusOf(this.observer.client(node), "stonithd").catch(() => undefined);
  }
}
