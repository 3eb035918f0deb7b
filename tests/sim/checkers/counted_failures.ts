/**
 * RSC6: where a service failed to start it is not started again before the failure has expired: a
 * failed start counts for good, unless the configuration says otherwise.
 *
 * Judged is what the node's own copy of the CIB says by then, and only while no wall clock has jumped,
 * since failures expire by that.
 *
 * @module
 */
import { elementAt } from "../../../daemons/cib/path.ts";
import type { CibState } from "../../../daemons/cib/state.ts";
import { attributeOf } from "../../../daemons/crmd/attributes.ts";
import type { Checker, Fail, Observation } from "../observation.ts";
import type { World } from "../world.ts";

/** Starts after a failure that may be ordered by somebody who does not know of it yet. */
const unknowingMax = 2;

/** Watches failed starts, and starts after them. */
export class CountedFailureChecker implements Checker {
  readonly watches = ["RSC6"];
  readonly counts = { failedStarts: 0, startsAfterFailure: 0 };
  readonly #world: World;
  readonly #fail: Fail;
  readonly #expiresUs: number;
  /** By node, boot and resource: when its start failed last. */
  readonly #failed = new Map<string, { readonly atUs: number; starts: number }>();
  #jumped = false;

  constructor(world: World, fail: Fail, failureTimeoutS: number) {
    this.#world = world;
    this.#fail = fail;
    this.#expiresUs = failureTimeoutS * 1_000_000;
  }

  observe(observation: Observation, nowUs: number): void {
    if (observation.type === "fault" && observation.text.includes("wall clock")) {
      this.#jumped = true;
    }
    if (observation.type !== "operation" || observation.action !== "start") return;
    const { node, boot, resource, phase, rc } = observation;
    const key = `${node} ${boot} ${resource}`;
    if (phase === "ends") {
      if (rc === 0) this.#failed.delete(key);
      else {
        this.counts.failedStarts++;
        if (!this.#failed.has(key)) this.#failed.set(key, { atUs: nowUs, starts: 0 });
      }
      return;
    }
    const failed = this.#failed.get(key);
    if (failed === undefined) return;
    // A clock that runs at another rate may be some seconds ahead.
    if (this.#jumped || nowUs - failed.atUs > 0.8 * this.#expiresUs) {
      this.#failed.delete(key);
      return;
    }
    this.counts.startsAfterFailure++;
    if (++failed.starts <= unknowingMax) return;
    const state = this.#world.node(node).state("cib") as CibState | undefined;
    const root = state?.copy?.root;
    if (root === undefined || elementAt(root, "/cib/status") === undefined) return;
    if (attributeOf(root, node, `fail-count-${resource}#start_0`) !== "INFINITY") return;
    this.#fail(
      "RSC6",
      `${resource} begins to start on ${node}, where it failed to start ` +
        `${Math.round((nowUs - failed.atUs) / 1000)} ms ago, which the CIB counts for good`,
    );
  }
}
