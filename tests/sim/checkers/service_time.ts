/**
 * How long a resource runs anywhere: a rule for quorum is worth what it leaves running.
 *
 * @module
 */
import type { Checker, Observation } from "../observation.ts";
import type { World } from "../world.ts";

/** Adds up the time in which a resource runs on some node. */
export class ServiceTimeChecker implements Checker {
  readonly watches = [];
  readonly #world: World;
  readonly #resource: string;
  readonly #holders = new Set<string>();
  #sinceUs = 0;
  #servedUs = 0;

  constructor(world: World, resource: string) {
    this.#world = world;
    this.#resource = resource;
  }

  /** Milliseconds with the resource; the run is over. */
  get counts(): Readonly<Record<string, number>> {
    this.#count();
    return { servedMs: Math.round(this.#servedUs / 1000) };
  }

  observe(observation: Observation): void {
    switch (observation.type) {
      case "active":
      case "inactive":
        if (observation.resource !== this.#resource) return;
        this.#count();
        if (observation.type === "active") this.#holders.add(observation.node);
        else this.#holders.delete(observation.node);
        return;
      case "crashed":
        this.#count();
        this.#holders.delete(observation.node);
        return;
      default:
        return;
    }
  }

  #count(): void {
    const { nowUs } = this.#world.kernel;
    if (this.#holders.size > 0) this.#servedUs += nowUs - this.#sinceUs;
    this.#sinceUs = nowUs;
  }
}
