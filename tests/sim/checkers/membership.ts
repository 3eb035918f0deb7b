/**
 * MEM0 to MEM3 and MEM5: the rules for a view. The checker keeps its own memory over restarts.
 *
 * @module
 */
import { epochText } from "../../../daemons/runtime/epoch.ts";
import type { View } from "../../../daemons/runtime/messages.ts";
import type { Checker, Fail, Observation } from "../observation.ts";
import type { World } from "../world.ts";

/** Epochs remembered at most; far older ones cannot come back without breaking MEM2. */
const epochsMax = 4_096;

/** How long two nodes may have been apart when a view with both is installed. */
export interface Apartness {
  /** Half of the nodes may be enough. */
  readonly half?: boolean;
  /** Milliseconds. */
  readonly maxMs: number;
}

/** Watches every view that is announced. */
export class MembershipChecker implements Checker {
  readonly watches = ["MEM0", "MEM1", "MEM2", "MEM3", "MEM5"];
  readonly #world: World;
  readonly #fail: Fail;
  readonly #apart: Apartness;
  /** By epoch: who the members are. */
  readonly #views = new Map<number, string>();
  readonly #quorate = new Map<number, string>();
  /** By node: the last epoch that it announced, in any of its lives. */
  readonly #last = new Map<string, { epoch: number; current: boolean }>();
  readonly #apartSinceUs = new Map<string, number>();
  #polledUs = 0;

  constructor(world: World, fail: Fail, apart: Apartness) {
    this.#world = world;
    this.#fail = fail;
    this.#apart = apart;
  }

  observe(observation: Observation, nowUs: number): void {
    if (nowUs - this.#polledUs > 1_000_000) this.#pollLinks(nowUs);
    switch (observation.type) {
      case "sent":
        if (observation.service !== "ccm") return;
        if (observation.message.type === "ccm/view") {
          this.#installed(observation.node, observation.message.view, nowUs);
        } else if (observation.message.type === "ccm/evicted") {
          this.#void(observation.node);
        }
        return;
      case "booted":
      case "resumed":
      case "fault":
        // Nodes may have been together for a moment only.
        this.#pollLinks(nowUs);
        return;
      case "process down":
        if (observation.services.includes("ccm")) this.#void(observation.node);
        return;
    }
  }

  /** What was announced holds no longer: the next view must be a newer one. */
  #void(node: string): void {
    const last = this.#last.get(node);
    if (last) last.current = false;
  }

  #installed(node: string, view: View, nowUs: number): void {
    const names = view.members.map((member) => member.node);
    if (!names.includes(node)) {
      this.#fail(
        "MEM0",
        `${node} installed view ${epochText(view.epoch)}, which has ${names.join(" ")}`,
      );
    }
    const digest = JSON.stringify([view.members, view.quorate]);
    const known = this.#views.get(view.epoch);
    if (known !== undefined && known !== digest) {
      this.#fail("MEM1", `view ${epochText(view.epoch)} is ${known}, but at ${node} ${digest}`);
    }
    this.#views.set(view.epoch, digest);
    if (this.#views.size > epochsMax) {
      for (const epoch of this.#views.keys()) {
        this.#views.delete(epoch);
        break;
      }
    }
    const last = this.#last.get(node);
    // The same view again is for a client that subscribed later.
    const again = last?.current === true && last.epoch === view.epoch;
    if (last !== undefined && !again && view.epoch <= last.epoch) {
      this.#fail(
        "MEM2",
        `${node} installed view ${epochText(view.epoch)} after ${epochText(last.epoch)}`,
      );
    }
    this.#last.set(node, { epoch: view.epoch, current: true });
    if (again) return;
    if (view.quorate) this.#checkQuorum(node, view, names);
    this.#pollLinks(nowUs);
    for (const one of names) {
      for (const other of names) {
        const sinceUs = this.#apartSinceUs.get(`${one}>${other}`);
        if (sinceUs === undefined || nowUs - sinceUs <= this.#apart.maxMs * 1000) continue;
        this.#fail(
          "MEM5",
          `${node} installed view ${
            epochText(view.epoch)
          } with ${one} and ${other}, which have been apart ` +
            `for ${Math.round((nowUs - sinceUs) / 1000)} ms`,
        );
      }
    }
  }

  #checkQuorum(node: string, view: View, names: readonly string[]): void {
    const all = this.#world.founders.length;
    const { founders, nodeNames } = this.#world;
    // Two nodes are a matter of fencing, see plugins/quorum/two_node.
    // Where nodes come and go it is for `electorate.ts` to say what a majority is.
    if (
      all !== 2 && founders.length === nodeNames.length &&
      names.length * 2 <= (this.#apart.half === true ? all - 1 : all)
    ) {
      this.#fail(
        "MEM3",
        `${node} holds view ${
          epochText(view.epoch)
        } for quorate with ${names.length} of ${all} nodes`,
      );
    }
    const holders = this.#quorate.get(view.epoch);
    const sorted = [...names].sort().join(" ");
    if (holders !== undefined && holders !== sorted) {
      this.#fail(
        "MEM3",
        `two quorate views have epoch ${epochText(view.epoch)}: ${holders}; ${sorted}`,
      );
    }
    this.#quorate.set(view.epoch, sorted);
    if (this.#quorate.size > epochsMax) {
      for (const epoch of this.#quorate.keys()) {
        this.#quorate.delete(epoch);
        break;
      }
    }
  }

  /** Since when packets of one node cannot reach the other: cut, powered off, or standing still. */
  #pollLinks(nowUs: number): void {
    this.#polledUs = nowUs;
    const { nodes, network } = this.#world;
    for (const one of nodes) {
      for (const other of nodes) {
        if (one === other) continue;
        const key = `${one.name}>${other.name}`;
        const together = one.up && other.up && !one.paused && !other.paused &&
          network.connected(one.name, other.name);
        if (together) this.#apartSinceUs.delete(key);
        else if (!this.#apartSinceUs.has(key)) this.#apartSinceUs.set(key, nowUs);
      }
    }
  }
}
