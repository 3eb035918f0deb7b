/**
 * RSC4: a service whose stop failed may still run. It starts nowhere else until its node has been
 * fenced, has stopped it after all, or has reported on a new probe that it does not run.
 *
 * @module
 */
import { refused } from "../plugins/ra.ts";
import type { Checker, Fail, Observation } from "../observation.ts";

/** Where a stop failed, and in which boot. */
interface Failure {
  readonly node: string;
  readonly boot: number;
}

/** Watches what agents say of their stops, and where the services start afterwards. */
export class FailureChecker implements Checker {
  readonly watches = ["RSC4"];
  readonly counts = { failedStops: 0, fencedForStop: 0 };
  readonly #fail: Fail;
  /** By resource: its node and the boot in which its stop failed; nothing is settled. */
  readonly #failures = new Map<string, Failure>();

  constructor(fail: Fail) {
    this.#fail = fail;
  }

  observe(observation: Observation): void {
    switch (observation.type) {
      case "fence confirmed":
        for (const [resource, { node, boot }] of this.#failures) {
          if (node === observation.target && observation.boot >= boot) {
            this.counts.fencedForStop++;
            this.#failures.delete(resource);
          }
        }
        return;
      case "booted":
        // Nothing of the boot before runs there any more; a joining node says so.
        for (const [resource, { node, boot }] of this.#failures) {
          if (node === observation.node && observation.boot > boot) {
            this.#failures.delete(resource);
          }
        }
        return;
      case "operation": {
        const { node, boot, resource, action, phase, rc } = observation;
        if (action === "stop" && phase === "ends") {
          // Refused for its configuration: it was never started.
          if (rc === refused) return;
          if (rc === 0) {
            if (this.#failures.get(resource)?.node === node) this.#failures.delete(resource);
          } else {
            this.counts.failedStops++;
            this.#failures.set(resource, { node, boot });
          }
          return;
        }
        if (action === "monitor" && phase === "ends" && rc === 7) {
          // Asked again, the agent says that nothing runs.
          if (this.#failures.get(resource)?.node === node) this.#failures.delete(resource);
          return;
        }
        if (action !== "start" || phase !== "begins") return;
        const failure = this.#failures.get(resource);
        if (failure === undefined) return;
        if (failure.node === node) return;
        this.#fail(
          "RSC4",
          `${resource} begins to start on ${node} though its stop on ${failure.node} failed, which ` +
            `has not been fenced since`,
        );
      }
    }
  }
}
