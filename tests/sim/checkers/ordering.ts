/**
 * RSC3: ordering constraints hold in time. The second service begins to start only while the first
 * one is started, and the first begins to stop only when the second does not run.
 *
 * @module
 */
import type { Checker, Fail, Observation } from "../observation.ts";
import type { World } from "../world.ts";

/** Two services, the second after the first and on the same node. */
export interface Order {
  readonly first: string;
  readonly then: string;
}

type Operation = Extract<Observation, { type: "operation" }>;

/** What is known of the two on one node, in its present boot. */
interface Place {
  /** The first was started there, or was found running, and nobody has begun to stop it. */
  started: boolean;
  /** A stop of the second failed: it may have been given up, and everything else stopped all the same. */
  stuck: boolean;
  /** Operations of either that have begun and not ended. */
  readonly busy: Map<string, number>;
  /**
   * The local resource manager died while an agent was at work: nobody knows of what it still does, so
   * nothing is judged until the next one has asked what runs.
   */
  orphaned: boolean;
}

/** Watches when agents begin and end. */
export class OrderingChecker implements Checker {
  readonly watches = ["RSC3"];
  readonly counts = { orderedStarts: 0, orderedStops: 0, orphaned: 0 };
  readonly #world: World;
  readonly #fail: Fail;
  readonly #order: Order;
  readonly #places = new Map<string, Place>();

  constructor(world: World, fail: Fail, order: Order) {
    this.#world = world;
    this.#fail = fail;
    this.#order = order;
  }

  observe(observation: Observation): void {
    switch (observation.type) {
      case "crashed":
        this.#places.delete(observation.node);
        return;
      case "process down": {
        if (!observation.services.includes("lrmd")) return;
        const place = this.#placeOf(observation.node);
        if (place.busy.size > 0) place.orphaned = true;
        return;
      }
      case "operation": {
        const { resource, node, boot } = observation;
        if (resource !== this.#order.first && resource !== this.#order.then) return;
        // What ends after its node's crash ends nowhere.
        if (this.#world.node(node).boot !== boot) return;
        if (observation.phase === "begins") this.#begins(observation);
        else this.#ends(observation);
      }
    }
  }

  #begins({ node, resource, action }: Operation): void {
    const { first, then } = this.#order;
    const place = this.#placeOf(node);
    const { started, orphaned } = place;
    if (place.stuck && action === "stop" && resource === first) this.counts.orphaned++;
    else if (orphaned && (action === "start" || action === "stop")) this.counts.orphaned++;
    else if (action === "start" && resource === then) {
      this.counts.orderedStarts++;
      if (!started) this.#fail("RSC3", `${then} begins to start on ${node} without ${first}`);
    } else if (action === "stop" && resource === first) {
      this.counts.orderedStops++;
      if (this.#world.node(node).resources.has(then) || place.busy.has(`start ${then}`)) {
        this.#fail("RSC3", `${first} begins to stop on ${node} while ${then} runs there`);
      }
    }
    if (action === "stop" && resource === first) place.started = false;
    const key = `${action} ${resource}`;
    place.busy.set(key, (place.busy.get(key) ?? 0) + 1);
  }

  #ends({ node, resource, action, rc }: Operation): void {
    const place = this.#placeOf(node);
    const key = `${action} ${resource}`;
    const left = (place.busy.get(key) ?? 0) - 1;
    if (left > 0) place.busy.set(key, left);
    else place.busy.delete(key);
    if (place.busy.size === 0) place.orphaned = false;
    if (resource === this.#order.then && action === "stop") place.stuck = rc !== 0;
    const found = (action === "start" || action === "monitor") && rc === 0;
    if (resource === this.#order.first && found) place.started = true;
  }

  #placeOf(node: string): Place {
    let place = this.#places.get(node);
    if (place === undefined) {
      this.#places.set(
        node,
        place = { started: false, stuck: false, busy: new Map(), orphaned: false },
      );
    }
    return place;
  }
}
