/**
 * MEM4, MEM6, MEM7 and LIVE: the required state when nothing disturbs the cluster. The nemesis
 * announces that it holds still; the network that it left determines the expected state.
 *
 * @module
 */
import type { CcmState } from "../../../daemons/ccm/core.ts";
import { epochText } from "../../../daemons/runtime/epoch.ts";
import type { View } from "../../../daemons/runtime/messages.ts";
import type { Checker, Fail, Observation } from "../observation.ts";
import type { World } from "../world.ts";

/** What is held still, and for how long the cluster may need to find its place. */
export interface Patience {
  /** Milliseconds of stillness after which nothing may change any more. */
  readonly settledMs: number;
  /** Resources that must run, each on one node, when nothing is broken. */
  readonly resources: readonly string[];
}

/** Watches times without faults. */
export class StabilityChecker implements Checker {
  readonly watches = ["MEM4", "MEM6", "MEM7", "LIVE"];
  /** How often each was judged, so that a check that never happens is seen. */
  readonly counts = { calm: 0, partitions: 0, undecidable: 0 };
  readonly #world: World;
  readonly #fail: Fail;
  readonly #settledMs: number;
  readonly #resources: readonly string[];
  readonly #views = new Map<string, View>();
  /** Since when the nemesis holds still; undefined: it does not. */
  #stillSinceUs: number | undefined;
  /** Whether a member was left out because of a liar when the stillness began. */
  #someoneLeftOut = false;

  constructor(world: World, fail: Fail, { settledMs, resources }: Patience) {
    this.#world = world;
    this.#fail = fail;
    this.#settledMs = settledMs;
    this.#resources = resources;
  }

  observe(observation: Observation, nowUs: number): void {
    switch (observation.type) {
      case "sent": {
        if (observation.service !== "ccm") return;
        const { node, message } = observation;
        if (message.type === "ccm/view") {
          const changed = this.#views.get(node)?.epoch !== message.view.epoch;
          this.#views.set(node, message.view);
          if (changed) {
            this.#stirred("MEM6", `${node} got view ${epochText(message.view.epoch)}`, nowUs);
          }
        } else if (message.type === "ccm/evicted") {
          this.#views.delete(node);
          this.#stirred("MEM7", `${node} was put out`, nowUs);
        }
        return;
      }
      case "process down":
        if (observation.services.includes("ccm")) this.#views.delete(observation.node);
        return;
      case "calm":
        if (observation.on) {
          this.#stillSinceUs = nowUs;
          this.#someoneLeftOut = this.#leavesAnyOut();
        } else {
          if (this.#stillSinceUs !== undefined && this.#isSettled(nowUs)) this.#judge();
          this.#stillSinceUs = undefined;
        }
    }
  }

  #isSettled(nowUs: number): boolean {
    return this.#stillSinceUs !== undefined &&
      nowUs - this.#stillSinceUs > this.#settledMs * 1000;
  }

  #stirred(invariant: string, what: string, nowUs: number): void {
    if (this.#stillSinceUs === undefined || !this.#isSettled(nowUs)) return;
    // A member that was left out for a while because of a liar comes back by itself.
    if (this.#someoneLeftOut || this.#leavesAnyOut()) return;
    const stillMs = Math.round((nowUs - this.#stillSinceUs) / 1000);
    this.#fail(invariant, `${what} though nothing had happened for ${stillMs} ms`);
  }

  /** The end of a still time: the largest set that all hear each other must share one view. */
  #judge(): void {
    const { nodes, network } = this.#world;
    const { cluster, founders } = this.#world;
    const changing = founders.length < nodes.length;
    const alive = nodes.filter((node) => node.up && !node.paused && cluster.has(node.name))
      .map((node) => node.name);
    const linked = (one: string, other: string) =>
      network.connected(one, other) && network.connected(other, one) &&
      !this.#leavesOut(one, other) && !this.#leavesOut(other, one);
    const all = alive.length === cluster.size &&
      alive.every((one) => alive.every((other) => one === other || linked(one, other)));
    if (all) this.counts.calm++;
    for (const resource of all ? this.#resources : []) {
      const on = nodes.filter((node) => node.resources.has(resource)).map((node) => node.name);
      if (on.length !== 1) {
        this.#fail("LIVE", `${resource} should run on one node, but runs on ${on.length}: ${on}`);
      }
    }
    const cliques = largestCliques(alive, linked);
    const [clique] = cliques;
    // Where nodes come and go a part of them need not be a majority of those that count.
    const minority = changing ? !all : (clique?.length ?? 0) * 2 <= nodes.length;
    if (clique === undefined || cliques.length > 1 || minority) {
      this.counts.undecidable++;
      return;
    }
    this.counts.partitions++;
    const invariant = all ? "LIVE" : "MEM4";
    const wanted = clique.join(" ");
    for (const name of clique) {
      const view = this.#views.get(name);
      const members = view?.members.map((member) => member.node).sort().join(" ") ?? "nobody";
      if (members !== wanted) {
        this.#fail(invariant, `${name} should be with ${wanted}, but is with ${members}`);
      } else if (!view?.quorate) {
        this.#fail(invariant, `${name} is with ${wanted}, but without quorum`);
      } else if (view.epoch !== this.#views.get(wanted.split(" ")[0]!)?.epoch) {
        this.#fail(invariant, `${name} is in another view than ${wanted.split(" ")[0]}`);
      }
    }
  }

  #leavesAnyOut(): boolean {
    const { nodes } = this.#world;
    return nodes.some(({ name }) => nodes.some((other) => this.#leavesOut(name, other.name)));
  }

  /**
   * Whether a node counts another one as not heard, as it seems to withhold its part. That is expected
   * for a while in a cluster with a liar, whose lies can make an honest node seem to, and only there.
   */
  #leavesOut(node: string, other: string): boolean {
    if (this.#world.liars.size === 0) return false;
    const state = this.#world.node(node).state("ccm") as CcmState | undefined;
    return state?.withholding.has(other) === true;
  }
}

/** All sets as large as possible whose nodes are linked with each other, by trying every set. */
function largestCliques(
  names: readonly string[],
  linked: (one: string, other: string) => boolean,
): string[][] {
  let largest: string[][] = [];
  for (let set = 1; set < 1 << names.length; set++) {
    const chosen = names.filter((_, at) => (set >> at & 1) === 1);
    if (chosen.length < (largest[0]?.length ?? 0)) continue;
    if (!chosen.every((one, at) => chosen.slice(at + 1).every((other) => linked(one, other)))) {
      continue;
    }
    if (chosen.length > (largest[0]?.length ?? 0)) largest = [];
    largest.push(chosen.sort());
  }
  return largest;
}
