/**
 * FEN14: in a world where nothing is a reason to fence anybody, nobody is fenced. Short pauses,
 * overload, lost packets and clocks that jump are none.
 *
 * @module
 */
import type { Checker, Fail, Observation } from "../observation.ts";

/** Watches the devices. */
export class HarmlessChecker implements Checker {
  readonly watches = ["FEN14"];
  readonly counts = { fencedWithoutCause: 0 };
  readonly #fail: Fail;

  constructor(fail: Fail) {
    this.#fail = fail;
  }

  observe(observation: Observation): void {
    if (observation.type !== "fence asked" || observation.action === "on") return;
    const { node, target } = observation;
    this.counts.fencedWithoutCause++;
    this.#fail("FEN14", `${node} has ${target} fenced, and nothing was a reason for it`);
  }
}
