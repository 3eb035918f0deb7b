/**
 * RSC8: one instance of a promotable clone is promoted, and none is stopped while it is.
 *
 * RSC9: before an instance is promoted, demoted or stopped by order of the coordinator, it has been
 * notified of that.
 *
 * @module
 */
import type { Checker, Fail, Observation } from "../observation.ts";
import type { World } from "../world.ts";

/** Actions of which an instance that runs hears before. */
const announced: ReadonlySet<string> = new Set(["promote", "demote", "stop"]);

/** Watches the instances of one clone. */
export class RoleChecker implements Checker {
  readonly watches = ["RSC8", "RSC9"];
  readonly counts = { promotions: 0, demotions: 0, announced: 0 };
  readonly #world: World;
  readonly #fail: Fail;
  readonly #resource: string;
  /** By node: what it was notified of since it last changed its state. */
  readonly #heard = new Map<string, Set<string>>();
  /** Nodes that stop what they run since they have no quorum: nobody notifies them. */
  readonly #alone = new Set<string>();

  constructor(world: World, fail: Fail, resource: string) {
    this.#world = world;
    this.#fail = fail;
    this.#resource = resource;
  }

  observe(observation: Observation): void {
    switch (observation.type) {
      case "received": {
        const { node, service, message } = observation;
        if (service !== "lrmd" || message.type !== "lrm/execute") return;
        const { resource, action, transitionKey } = message.operation;
        if (resource !== this.#resource || action !== "stop") return;
        if (transitionKey === "0:0:0:without-quorum") this.#alone.add(node);
        else this.#alone.delete(node);
        return;
      }
      case "promoted":
        if (observation.resource === this.#resource) this.#promoted(observation.node);
        return;
      case "demoted":
        if (observation.resource === this.#resource) this.counts.demotions++;
        return;
      case "crashed":
        this.#heard.delete(observation.node);
        return;
      case "operation":
        if (observation.resource === this.#resource) this.#operation(observation);
    }
  }

  #promoted(node: string): void {
    this.counts.promotions++;
    for (const other of this.#world.nodes) {
      if (other.name === node || !other.resources.get(this.#resource)?.promoted) continue;
      this.#fail("RSC8", `${this.#resource} is promoted on ${node} and on ${other.name}`);
    }
  }

  #operation(
    { node, action, phase, notifies, intervalMs }: Extract<Observation, { type: "operation" }>,
  ): void {
    const heard = this.#heard.get(node) ?? new Set<string>();
    this.#heard.set(node, heard);
    if (action === "notify") {
      if (phase === "ends" && notifies !== undefined) heard.add(notifies);
      return;
    }
    if (intervalMs > 0 || action === "monitor") return;
    if (phase === "ends") {
      heard.clear();
      return;
    }
    const running = this.#world.node(node).resources.get(this.#resource);
    if (this.#alone.has(node)) return;
    if (action === "stop" && running?.promoted) {
      this.#fail("RSC8", `${this.#resource} is stopped on ${node} while it is promoted`);
    }
    if (!announced.has(action) || running === undefined) return;
    this.counts.announced++;
    if (!heard.has(`pre ${action}`)) {
      this.#fail("RSC9", `${action} of ${this.#resource} on ${node} was not announced to it`);
    }
  }
}
