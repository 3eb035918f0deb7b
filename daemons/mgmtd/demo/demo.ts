/**
 * A demo under way: its nodes are started, killed and watched, and the observations are printed.
 *
 * @module
 */
import { epochText } from "../../runtime/epoch.ts";
import { parse } from "../../../metadata/xml/mod.ts";
import { workingSet } from "../status/cluster_state.ts";
import { clusterText } from "../status/cluster_text.ts";
import type { LocalCluster } from "../local_nodes/local_cluster.ts";
import type { Nodes } from "../local_nodes/nodes.ts";
import { type Watch, watch, type Watched } from "../local_nodes/watch.ts";
import { demoNodes } from "./files.ts";
import type { Checked, DemoService } from "./service.ts";
import { startedElsewhere } from "./started.ts";
import { Timeline } from "./timeline.ts";
import { clearTimer, pause, setTimer } from "../../../metadata/timer.ts";

/** Milliseconds that may pass until the cluster is formed and the service answers. */
const formMs = 30_000;
/** Milliseconds from a kill to the last step at most. */
const recoverMs = 20_000;
/** Milliseconds that a killed node may take to be a member again. */
const rejoinMs = 20_000;

/** See the head of the file. */
export class Demo {
  readonly #local: LocalCluster;
  readonly #nodes: Nodes;
  readonly #say: (line: string) => void;
  readonly #service: DemoService;
  readonly #watches = new Map<string, Watch>();
  #timeline:
    | { readonly timeline: Timeline; readonly victim: string; readonly sinceS: number }
    | undefined;
  #changed: () => void = () => {};

  /** Nothing runs yet. */
  constructor(
    local: LocalCluster,
    nodes: Nodes,
    service: DemoService,
    say: (line: string) => void,
  ) {
    this.#local = local;
    this.#nodes = nodes;
    this.#service = service;
    this.#say = say;
  }

  /** Starts all nodes and waits until they are one cluster whose service answers; milliseconds. */
  async form(): Promise<number> {
    const from = performance.now();
    this.#say(`Starting ${demoNodes.join(", ")}`);
    for (const node of demoNodes) this.#nodes.start(node);
    for (const node of demoNodes) await this.#watch(node);
    await this.#until("the nodes agree on a membership", formMs, () => this.#agreed(demoNodes));
    const dc = this.#watches.get(demoNodes[0])?.watched.view?.members[0]?.node;
    this.#say(`Members: ${demoNodes.join(", ")}. Coordinator: ${dc}`);
    const host = await this.#service.host(formMs);
    const ms = Math.round(performance.now() - from);
    this.#say(`${String(ms).padStart(6)} ms  after the start the service runs, on ${host}`);
    return ms;
  }

  /** The node that the service says it runs on. */
  host(): Promise<string> {
    return this.#service.host(formMs);
  }

  /**
   * Kills a node and follows what the others do about it.
   * @param isHung it only stops, and holds what it has: it must be fenced before it can be replaced
   */
  async kill(victim: string, isHung = false): Promise<Timeline> {
    const rest = demoNodes.filter((node) => node !== victim && this.#watches.get(node)?.watched.up);
    this.#say(`${isHung ? "Stopping" : "Killing"} every process of ${victim}`);
    const timeline = new Timeline(
      performance.now(),
      this.#say,
      this.#service.answerWords,
    );
    this.#timeline = { timeline, victim, sinceS: Math.floor(Date.now() / 1000) };
    await (isHung ? this.#nodes.hang(victim) : this.#nodes.kill(victim));
    void this.#service.host(recoverMs, victim)
      .then((host) => timeline.reach("answer", `from ${host}`))
      .catch(() => {});
    for (const node of rest) {
      const { watched } = this.#watches.get(node) ?? {};
      if (watched) this.#note(watched);
    }
    await timeline.complete(recoverMs);
    this.#timeline = undefined;
    if (isHung) await this.#nodes.kill(victim); // whatever the device has left, nothing, is gone
    return timeline;
  }

  /** Starts a killed node again and waits until it is a member. */
  async rejoin(node: string): Promise<number> {
    this.#say(`Starting ${node} again`);
    const from = performance.now();
    this.#nodes.start(node);
    await this.#watch(node);
    await this.#until(`${node} is a member again`, rejoinMs, () => this.#agreed(demoNodes));
    for (;;) {
      // A member of the view is of use only when the coordinator has taken it in.
      const { nodes } = await this.#workingSet();
      if (nodes.every(({ online, pending }) => online && !pending)) break;
      if (performance.now() - from > rejoinMs) throw new Error(`${node} is not online again`);
      await pause(50);
    }
    const ms = Math.round(performance.now() - from);
    this.#say(`${String(ms).padStart(6)} ms  ${node} is a member again`);
    return ms;
  }

  /** The state of the cluster in words. */
  async status(): Promise<string> {
    return clusterText(await this.#workingSet());
  }

  /** Whether all is as it should be, as the client of the service sees it. */
  async check(): Promise<Checked> {
    const checked = await this.#service.check();
    for (const line of checked.lines) this.#say(line);
    return checked;
  }

  /** Ends everything and removes the folder. */
  async close(): Promise<void> {
    await this.#service.close();
    for (const watch of this.#watches.values()) await watch[Symbol.asyncDispose]();
    await this.#nodes.close();
  }

  async #watch(node: string): Promise<void> {
    await this.#watches.get(node)?.[Symbol.asyncDispose]();
    this.#watches.set(
      node,
      await watch(this.#local, node, {
        changed: (watched) => {
          this.#note(watched);
          this.#changed();
        },
        fenced: (target, ok, by) => {
          const { timeline, victim } = this.#timeline ?? {};
          if (ok && target === victim) timeline?.reach("fenced", `by ${by}`);
        },
        cib: (changes) => {
          if (this.#timeline === undefined) return;
          const { timeline, victim, sinceS } = this.#timeline;
          const found = startedElsewhere(changes, {
            resource: this.#service.resource,
            not: victim,
            sinceS,
          });
          if (found !== undefined) timeline.reach("started", found);
        },
      }, formMs),
    );
  }

  /** What a change at one node means for the timeline. */
  #note({ node, nodes, view }: Watched): void {
    const { timeline, victim } = this.#timeline ?? {};
    if (timeline === undefined || victim === undefined || node === victim) return;
    const seen = nodes.find(({ name }) => name === victim);
    if (seen?.status === "dead") timeline.reach("noticed", `by ${node}`);
    const rest = demoNodes.filter((name) => name !== victim);
    if (view !== undefined && this.#agreed(rest)) {
      timeline.reach("view", `${rest.join(", ")}, view ${epochText(view.epoch)}`);
    }
  }

  /** Whether exactly these nodes are in one quorate view. */
  #agreed(members: readonly string[]): boolean {
    const epochs = new Set<number | undefined>();
    for (const node of members) {
      const view = this.#watches.get(node)?.watched.view;
      const names = view?.members.map(({ node }) => node).sort().join(" ");
      if (!view?.quorate || names !== [...members].sort().join(" ")) return false;
      epochs.add(view.epoch);
    }
    return epochs.size === 1;
  }

  async #until(what: string, withinMs: number, done: () => boolean): Promise<void> {
    if (done()) return;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimer(
        () =>
          reject(new Error(`Not within ${withinMs} ms: ${what}. See ${this.#local.folder}/*.log`)),
        withinMs,
      );
      this.#changed = () => {
        if (!done()) return;
        clearTimer(timer);
        resolve();
      };
    });
    this.#changed = () => {};
  }

  /** The cluster as its policy engine sees it. */
  async #workingSet() {
    const options = { ignoreWhitespace: true, ignoreComments: true };
    return workingSet(parse(await this.#anyCib(), options).root, Math.floor(Date.now() / 1000));
  }

  async #anyCib(): Promise<string> {
    for (const { watched, cib } of this.#watches.values()) {
      if (watched.up && watched.view?.quorate) return await cib();
    }
    throw new Error("No node of the demo is in a quorate membership");
  }
}
