/**
 * MEM7 for heartbeat: a node whose packets arrive is not declared absent. A node may only be lost
 * if it or the node that loses it was off, stopped or restarted, if the link between them was cut,
 * or in weather that may have dropped all of its heartbeats.
 *
 * @module
 */
import type { NodeConnectivity } from "../../../daemons/runtime/messages.ts";
import type { Checker, Fail, Observation } from "../observation.ts";
import type { World } from "../world.ts";

/** Loss and corruption up to which heartbeats of a whole deadtime are not lost together. */
const lossMax = 0.06;

/** Watches what every heartbeat says of the others. */
export class PresenceChecker implements Checker {
  readonly watches = ["MEM7"];
  readonly counts = { lostNodes: 0 };
  readonly #world: World;
  readonly #fail: Fail;
  readonly #causeMs: number;
  readonly #present = new Map<string, boolean>();
  /** By node, or by two of them: when something last happened for which they may be lost. */
  readonly #causeUs = new Map<string, number>();
  #polledUs = 0;

  /** @param causeMs so long after its cause a node may still be lost. */
  constructor(world: World, fail: Fail, causeMs: number) {
    this.#world = world;
    this.#fail = fail;
    this.#causeMs = causeMs;
  }

  observe(observation: Observation, nowUs: number): void {
    switch (observation.type) {
      case "booted":
      case "crashed":
      case "paused":
      case "resumed":
      case "stopping":
      case "process stopping":
        this.#causeUs.set(observation.node, nowUs);
        break;
      case "process up":
      case "process down":
        if (observation.services.includes("heartbeat")) this.#causeUs.set(observation.node, nowUs);
        break;
      case "fault":
        // What was cut or rough until now is another thing from now on.
        this.#poll(nowUs);
        return;
      case "sent":
        if (observation.message.type === "heartbeat/connectivity") {
          this.#poll(nowUs);
          this.#connectivity(observation.node, observation.message.nodes, nowUs);
        }
    }
    if (nowUs - this.#polledUs > 500_000) this.#poll(nowUs);
  }

  #connectivity(node: string, peers: readonly NodeConnectivity[], nowUs: number): void {
    for (const { name, status } of peers) {
      if (name === node) continue;
      const key = `${node}>${name}`;
      const present = status === "active" || status === "up";
      const before = this.#present.get(key);
      this.#present.set(key, present);
      if (present || before !== true) continue;
      this.counts.lostNodes++;
      const causes = [node, name, `${node}>${name}`, `${name}>${node}`, "weather"];
      const lastUs = Math.max(...causes.map((cause) => this.#causeUs.get(cause) ?? -Infinity));
      if (nowUs - lastUs <= this.#causeMs * 1000) continue;
      this.#fail(
        "MEM7",
        `${node} takes ${name} for ${status}, though nothing has come between them`,
      );
    }
  }

  #poll(nowUs: number): void {
    this.#polledUs = nowUs;
    const { nodes, network } = this.#world;
    const { loss, corruption, lateMaxUs } = network.weather;
    if (loss + corruption > lossMax || lateMaxUs > 1_000_000) this.#causeUs.set("weather", nowUs);
    for (const one of nodes) {
      if (!one.up || one.paused) this.#causeUs.set(one.name, nowUs);
      for (const other of nodes) {
        if (one === other || network.connected(one.name, other.name)) continue;
        this.#causeUs.set(`${one.name}>${other.name}`, nowUs);
      }
    }
  }
}
