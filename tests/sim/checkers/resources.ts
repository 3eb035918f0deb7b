/**
 * RSC1, RSC2, FEN1 and FEN2: where resources really run, and which events had to come first.
 *
 * @module
 */
import type { Checker, Fail, Observation } from "../observation.ts";
import type { World } from "../world.ts";

/** Where a resource was started and not stopped. */
interface Holder {
  readonly node: string;
  readonly boot: number;
}

/** Watches process tables and power switches. */
export class ResourceChecker implements Checker {
  readonly watches = ["RSC1", "RSC2", "FEN1"];
  /** How often resources were started, and had to wait for fencing. */
  readonly counts = { starts: 0, afterFencing: 0 };
  readonly #world: World;
  readonly #fail: Fail;
  readonly #clones: ReadonlySet<string>;
  /** By resource: where it was started and not stopped. */
  readonly #holders = new Map<string, Holder[]>();
  /** By node: the boot that a power switch confirmed to have ended. */
  readonly #fenced = new Map<string, number>();
  /** By node: the boot in which it was last in a view. */
  readonly #joined = new Map<string, number>();

  /** @param clones resources that run on several nodes. */
  constructor(world: World, fail: Fail, clones: readonly string[] = []) {
    this.#world = world;
    this.#fail = fail;
    this.#clones = new Set(clones);
  }

  observe(observation: Observation): void {
    switch (observation.type) {
      case "active":
        if (!observation.cloned) this.#started(observation.resource, observation);
        return;
      case "inactive":
        // The node that stops it knows; other nodes do not learn of its death by themselves.
        if (observation.how === "stopped") this.#release(observation.resource, observation);
        return;
      case "operation":
        // A stop that had nothing left to stop, since it had died, says as much.
        if (observation.action === "stop" && observation.phase === "ends" && observation.rc === 0) {
          this.#release(observation.resource, observation);
        }
        return;
      case "fence confirmed":
        this.#fenced.set(observation.target, observation.boot);
        return;
      case "sent": {
        const { message, node, service } = observation;
        if (service === "ccm" && message.type === "ccm/view" && message.view.quorate) {
          this.#joined.set(node, this.#world.node(node).boot);
        }
        // That a node was switched on, it may confirm itself: that is no fence.
        const isFence = message.type === "fence/result" && message.action !== "on";
        if (service === "stonithd" && isFence && message.ok) {
          if (message.delegate === message.target) {
            this.#fail("FEN1", `${message.target} confirmed its own fencing`);
          }
        }
        return;
      }
    }
  }

  #release(resource: string, { node }: Holder): void {
    const holders = this.#holders.get(resource)?.filter((holder) => holder.node !== node) ?? [];
    this.#holders.set(resource, holders);
  }

  #started(resource: string, { node, boot }: Holder): void {
    this.counts.starts++;
    if (this.#clones.has(resource)) return;
    for (const other of this.#world.nodes) {
      if (other.name === node || !other.resources.has(resource)) continue;
      this.#fail("RSC1", `${resource} runs on ${node} and on ${other.name}`);
    }
    const holders = this.#holders.get(resource) ?? [];
    for (const holder of holders) {
      if (holder.node === node) continue;
      const fenced = (this.#fenced.get(holder.node) ?? 0) >= holder.boot;
      // One that has booted again and joined can be asked: it knows that nothing runs.
      const rejoined = (this.#joined.get(holder.node) ?? 0) > holder.boot;
      if (fenced) this.counts.afterFencing++;
      // It died by itself on a node that lives: that node's own monitor found it.
      const asked = this.#world.node(holder.node).boot === holder.boot &&
        this.#world.node(holder.node).up;
      if (fenced || rejoined || asked) continue;
      this.#fail(
        "RSC2",
        `${resource} started on ${node}, but it was started on ${holder.node}, which is lost and ` +
          `not confirmed to be off`,
      );
    }
    this.#holders.set(resource, [{ node, boot }]);
  }
}
