/**
 * MEM8: whatever each node's configuration names, of nodes that have the key and hear each other only
 * one set founds a cluster. Two quorate views without a common member, of nodes that are in them at the
 * same time, are two clusters; MEM3 cannot see that, since each is a majority of what it knows.
 *
 * @module
 */
import type { Checker, Fail, Observation } from "../observation.ts";

/** Watches every view that is announced. */
export class OneClusterChecker implements Checker {
  readonly watches = ["MEM8"];
  readonly counts = { quorateViews: 0 };
  /** By node: the members of the quorate view that it is in. */
  readonly #in = new Map<string, readonly string[]>();
  readonly #fail: Fail;

  constructor(fail: Fail) {
    this.#fail = fail;
  }

  observe(observation: Observation): void {
    if (observation.type === "process down") {
      if (observation.services.includes("ccm")) this.#in.delete(observation.node);
      return;
    }
    if (observation.type !== "sent" || observation.service !== "ccm") return;
    const { node, message } = observation;
    if (message.type === "ccm/evicted") this.#in.delete(node);
    if (message.type !== "ccm/view") return;
    const { members, quorate } = message.view;
    this.#in.delete(node);
    if (!quorate) return;
    const names = members.map((member) => member.node);
    this.#in.set(node, names);
    this.counts.quorateViews++;
    for (const [other, others] of this.#in) {
      if (names.some((name) => others.includes(name))) continue;
      this.#fail(
        "MEM8",
        `${node} is in a cluster of ${names.join(" ")}, ${other} in one of ${others.join(" ")}`,
      );
    }
  }
}
