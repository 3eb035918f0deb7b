/**
 * An operator of a cluster with changing nodes: adds new ones, stops some permanently and has the
 * others remove them, and restarts removed ones with or without adding them again. The operator
 * follows one rule only: before a node is stopped, the last change must be complete.
 *
 * @module
 */
import type { Message } from "../../daemons/runtime/messages.ts";
import type { CcmState } from "../../daemons/ccm/state.ts";
import type { Random } from "../../daemons/runtime/random.ts";
import type { Observation } from "./observation.ts";
import type { SimNode } from "./node.ts";
import type { World } from "./world.ts";

/** Nodes of the cluster that are left at least. */
const clusterMin = 3;

/** Brings nodes and takes them away. */
export class Operator {
  readonly counts = { joined: 0, removed: 0, cameBack: 0, changes: 0 };
  readonly #world: World;
  readonly #random: Random;
  readonly #say: (text: string) => void;
  /** What each node's heartbeat names; absent: it has not said since it started. */
  readonly #named = new Map<string, ReadonlySet<string>>();
  /** Nodes that were removed, or are to be. */
  readonly #removed = new Set<string>();

  constructor(world: World, random: Random, say: (text: string) => void) {
    this.#world = world;
    this.#random = random;
    this.#say = say;
    world.listeners.push((observation) => this.#listen(observation));
  }

  /** Some view with quorum counts exactly the nodes that should be there. */
  get isSettled(): boolean {
    const wanted = [...this.#world.cluster].sort().join(" ");
    return this.#live().some((node) => {
      const view = (node.state("ccm") as CcmState | undefined)?.view;
      return view?.quorate === true && view.electorate.join(" ") === wanted;
    });
  }

  /** Does one thing, or what is left to do of the last one. */
  act(): void {
    if (this.insist()) return;
    const { nodes, cluster } = this.#world;
    const away = nodes.filter((node) => node.away);
    const what = this.#random.pick(["bring", "bring", "take", "stray", "end"] as const);
    switch (what) {
      case "bring":
        // Several at once: where only one comes, any two majorities would meet anyway.
        for (const node of this.#some(away, away.length)) this.#bring(node);
        return;
      case "take":
        // As many as can go at once, so that those who stay are a majority.
        for (
          const name of this.#some(
            [...cluster].sort(),
            Math.min(cluster.size - clusterMin, Math.ceil(cluster.size / 2) - 1),
          )
        ) this.#take(name);
        return;
      case "stray": {
        const removed = away.filter(({ name }) => this.#removed.has(name));
        if (removed.length > 0) this.#stray(this.#random.pick(removed));
        return;
      }
      case "end":
        this.endStrays();
    }
  }

  /** Powers off every node that is not in the cluster. */
  endStrays(): void {
    const { nodes, cluster } = this.#world;
    for (const node of nodes) if (!node.away && !cluster.has(node.name)) this.#off(node);
  }

  /** Some of them, at least one if there may be one. */
  #some<T>(all: readonly T[], most: number): readonly T[] {
    if (most < 1) return [];
    return this.#random.shuffle(all).slice(0, this.#random.between(1, most));
  }

  /** Tells everybody again what not everybody has done; whether there was something. */
  insist(): boolean {
    let left = false;
    for (const node of this.#live()) {
      const named = this.#named.get(node.name);
      if (named === undefined) continue;
      for (const wanted of [true, false]) {
        const names = [...this.#removed].filter((name) =>
          this.#world.cluster.has(name) === wanted && named.has(name) !== wanted
        );
        if (names.length === 0) continue;
        left = true;
        this.#tell(node, wanted ? "add" : "remove", names);
      }
    }
    return left || !this.isSettled;
  }

  #bring(node: SimNode): void {
    const { name } = node;
    this.#say(`brings ${name}`);
    this.counts.joined++;
    node.away = false;
    node.powerOn();
    this.#world.cluster.add(name);
    if (this.#removed.has(name)) {
      for (const one of this.#live()) if (one !== node) this.#tell(one, "add", [name]);
    }
  }

  #take(name: string): void {
    this.#say(`takes ${name} away`);
    this.counts.removed++;
    this.#world.cluster.delete(name);
    this.#removed.add(name);
    this.#off(this.#world.node(name));
  }

  /** A removed node is started, and no node knows that it may join. */
  #stray(node: SimNode): void {
    this.#say(`starts ${node.name}, which was removed`);
    this.counts.cameBack++;
    node.away = false;
    node.powerOn();
  }

  #off(node: SimNode): void {
    node.away = true;
    node.powerOff("by the operator");
  }

  #tell(node: SimNode, change: "add" | "remove", nodes: readonly string[]): void {
    const message: Message = {
      type: "heartbeat/change",
      id: nodes.join(" "),
      change: { change, nodes },
    };
    node.whenRunning(() => node.say("operator", "heartbeat", message));
  }

  #live(): SimNode[] {
    return this.#world.nodes.filter((node) => node.up && this.#world.cluster.has(node.name));
  }

  #listen(observation: Observation): void {
    if (observation.type === "process up" && observation.services.includes("heartbeat")) {
      this.#named.delete(observation.node);
    } else if (
      observation.type === "sent" && observation.message.type === "heartbeat/connectivity"
    ) {
      const { node, message: { nodes } } = observation;
      this.#named.set(node, new Set(nodes.map(({ name }) => name)));
    } else if (
      observation.type === "sent" && observation.message.type === "ccm/view"
    ) this.#count(observation.message.view);
  }

  #last = "";

  #count({ quorate, electorate }: { quorate: boolean; electorate: readonly string[] }): void {
    const now = electorate.join(" ");
    if (!quorate || now === this.#last) return;
    this.#last = now;
    this.counts.changes++;
  }
}
