/**
 * CIB5: what a disk has changed is found, and nothing of it is loaded; it is kept for who wants to look
 * at it. What looks whole and is old is judged by CIB1 to CIB3 alone.
 *
 * @module
 */
import type { CibState } from "../../../daemons/cib/state.ts";
import type { Checker, Fail, Observation } from "../observation.ts";
import type { World } from "../world.ts";

/** Looks at a CIB that starts on a damaged disk. */
export class DamageChecker implements Checker {
  readonly watches = ["CIB5"];
  readonly counts = { startsOnDamage: 0, keptAside: 0 };
  readonly #world: World;
  readonly #fail: Fail;
  /** By node: the keys that are damaged. */
  readonly #damaged = new Map<string, Set<string>>();
  readonly #starting = new Set<string>();

  constructor(world: World, fail: Fail) {
    this.#world = world;
    this.#fail = fail;
  }

  observe(observation: Observation): void {
    switch (observation.type) {
      case "disk damaged": {
        if (observation.how === "stale") return;
        const keys = this.#damaged.get(observation.node) ?? new Set();
        this.#damaged.set(observation.node, keys.add(observation.key));
        return;
      }
      case "booted":
        if (this.#damaged.has(observation.node)) this.#starting.add(observation.node);
        return;
      case "sent":
        // The first thing it says: it has read its disk, and has received no message yet.
        if (observation.service !== "cib" || !this.#starting.delete(observation.node)) return;
        this.#judge(observation.node);
    }
  }

  #judge(node: string): void {
    const keys = [...this.#damaged.get(node) ?? []];
    this.#damaged.delete(node);
    // The machine whose service is cib has this state.
    const state = this.#world.node(node).state("cib") as CibState;
    this.counts.startsOnDamage++;
    if (state.copy !== undefined || state.prepared.length > 0) {
      this.#fail("CIB5", `${node} has loaded a CIB of which "${keys.join(" ")}" is damaged`);
    }
    const kept = this.#world.node(node).disk.keys("cib");
    for (const key of keys) {
      if (kept.some((name) => name.startsWith(`${key}.corrupt`))) this.counts.keptAside++;
      else this.#fail("CIB5", `${node} has not kept the damaged "${key}"`);
    }
  }
}
