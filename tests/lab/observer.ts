/**
 * What the nodes of a lab say about the death of one of them, as any client may hear it.
 *
 * @module
 */
import { startedElsewhere } from "../../daemons/mgmtd/demo/started.ts";
import { type Watch, watch } from "../../daemons/mgmtd/local_nodes/watch.ts";
import type { Client } from "../../daemons/runtime/client.ts";
import type { CibChange, Message, View } from "../../daemons/runtime/messages.ts";
import type { LabCluster } from "./cluster.ts";

/** Milliseconds that a node may take until it can be reached. */
const reachMs = 30_000;
/** Milliseconds that a write to the CIB may take. */
const writeMs = 10_000;

/** Milliseconds since 1970, with fractions. */
export const now = (): number => performance.timeOrigin + performance.now();

/** A death that is being followed. */
interface Death {
  readonly victim: string;
  readonly resource: string;
  readonly sinceS: number;
  readonly at: Map<string, number>;
}

/** See the head of the file. */
export class Observer implements AsyncDisposable {
  readonly #cluster: LabCluster;
  readonly #watches = new Map<string, Watch>();
  #death: Death | undefined;
  #changed = Promise.withResolvers<void>();
  #writes = 0;
  /** Reports that a node was fenced which nobody had killed. */
  falseDeaths = 0;

  constructor(cluster: LabCluster) {
    this.#cluster = cluster;
  }

  /** Listens to a node that was started, from now on. */
  async listen(node: string): Promise<void> {
    await this.#watches.get(node)?.[Symbol.asyncDispose]();
    this.#watches.set(
      node,
      await watch(this.#cluster.local, node, {
        changed: ({ nodes, view }) => {
          const { victim } = this.#death ?? {};
          if (victim !== undefined && victim !== node) {
            if (nodes.some(({ name, status }) => name === victim && status === "dead")) {
              this.#reach("noticed");
            }
            const isMember = view?.members.some((member) => member.node === victim);
            if (view?.quorate === true && isMember === false) this.#reach("view");
          }
          this.#wake();
        },
        fenced: (target, ok) => {
          if (!ok) return;
          if (target === this.#death?.victim) this.#reach("fenced");
          else this.falseDeaths++;
        },
        cib: (changes) => {
          if (this.#death !== undefined) {
            const { resource, victim, sinceS } = this.#death;
            const found = startedElsewhere(changes, { resource, not: victim, sinceS });
            if (found !== undefined) this.#reach("started");
          }
          this.#wake();
        },
      }, reachMs),
    );
  }

  /** Follows the death of a node from now on, until a resource is started elsewhere. */
  follow(victim: string, resource: string): Death {
    const death = { victim, resource, sinceS: Math.floor(Date.now() / 1000), at: new Map() };
    return this.#death = death;
  }

  /** The view of a node, if it can be reached and is in one. */
  view(node: string): View | undefined {
    return this.#watches.get(node)?.watched.view;
  }

  /** To ask a node what else there is to know. */
  client(node: string): Client {
    const watch = this.#watches.get(node);
    if (watch === undefined) throw new Error(`Nobody listens to ${node}`);
    return watch.client;
  }

  /** The coordinator, as a node sees it. */
  coordinator(): string | undefined {
    return this.#cluster.on.map((node) => this.view(node)?.members[0]?.node).find(Boolean);
  }

  /** The CIB as a node with quorum has it, or as this one has it. */
  async cib(from?: string): Promise<string> {
    for (const node of from === undefined ? this.#cluster.on : [from]) {
      const watch = this.#watches.get(node);
      if (watch?.watched.view?.quorate === true) return await watch.cib();
    }
    throw new Error("No node has quorum");
  }

  /** Writes to the CIB. */
  async apply(changes: readonly CibChange[]): Promise<void> {
    const id = `lab-${++this.#writes}`;
    const { ok, error } = await this.#quorate().ask(
      "cib",
      { type: "cib/apply", id, changes },
      (message): message is Extract<Message, { type: "cib/applied" }> =>
        message.type === "cib/applied" && message.id === id,
      writeMs,
    );
    if (!ok) throw new Error(error ?? "the CIB refused it");
  }

  /** Waits until something is so. @throws {Error} if it is not within `withinMs`. */
  async until<T>(
    what: string,
    withinMs: number,
    look: () => T | undefined | Promise<T | undefined>,
  ): Promise<T> {
    for (const end = now() + withinMs;;) {
      const found = await look();
      if (found !== undefined) return found;
      if (now() > end) throw new Error(`Not within ${withinMs} ms: ${what}`);
      const again = setTimeout(() => this.#wake(), 20);
      await this.#changed.promise;
      clearTimeout(again);
    }
  }

  /** Waits until all nodes are in one view with quorum and taken in by the coordinator. */
  whole(withinMs: number): Promise<true> {
    const { nodes } = this.#cluster.local;
    return this.until("all nodes are members", withinMs, async () => {
      const epochs = nodes.map((node) => {
        const view = this.view(node);
        return view?.quorate === true && view.members.length === nodes.length
          ? view.epoch
          : undefined;
      });
      if (epochs.some((epoch) => epoch === undefined || epoch !== epochs[0])) return undefined;
      const xml = await this.cib();
      const states = [...xml.matchAll(/<node_state [^>]*>/g)].map(([text]) => text);
      const joined = states.filter((text) => / join="member"/.test(text) && / crmd="\w/.test(text));
      return joined.length === nodes.length ? true : undefined;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const watch of this.#watches.values()) await watch[Symbol.asyncDispose]();
  }

  #quorate(): Client {
    for (const node of this.#cluster.on) {
      const watch = this.#watches.get(node);
      if (watch?.watched.view?.quorate === true) return watch.client;
    }
    throw new Error("No node has quorum");
  }

  #reach(step: string): void {
    const { at } = this.#death ?? {};
    if (at !== undefined && !at.has(step)) at.set(step, now());
  }

  #wake(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}
