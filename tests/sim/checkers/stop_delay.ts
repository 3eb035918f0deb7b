/**
 * RSC7: a stop waits for no monitor. One that is ordered while a monitor of its resource hangs begins
 * as soon as that monitor was ended, or could not be.
 *
 * @module
 */
import { endMs } from "../../../daemons/lrmd/queue.ts";
import type { Checker, Fail, Observation } from "../observation.ts";

/** Milliseconds beside that which messages and the other operations of a node may take. */
const wayMs = 3_000;

interface Stop {
  /** When it was ordered, or when the last operation ended for which it does wait. */
  sinceUs: number;
}

/** Watches orders to stop, and when agents begin them. */
export class StopDelayChecker implements Checker {
  readonly watches = ["RSC7"];
  /** Stops that were judged, and those that found a monitor running. */
  readonly counts = { stopsJudged: 0, monitorsEnded: 0 };
  readonly #fail: Fail;
  /** Operations under way by node and resource: their intervals. */
  readonly #running = new Map<string, number[]>();
  readonly #ordered = new Map<string, Stop>();

  constructor(fail: Fail) {
    this.#fail = fail;
  }

  observe(observation: Observation, nowUs: number): void {
    switch (observation.type) {
      case "crashed":
        this.#forget(observation.node, this.#running);
        this.#forget(observation.node, this.#ordered);
        return;
      // What stands still, or begins from nothing, is late for another reason.
      case "paused":
      case "resumed":
      case "process down":
      case "process up":
      case "process hung":
      case "process resumed":
        this.#forget(observation.node, this.#ordered);
        return;
      case "fault":
        // A class of agents that is loaded again keeps everybody waiting.
        if (observation.text.startsWith("the plugin")) this.#ordered.clear();
        return;
      case "received": {
        const { service, node, message } = observation;
        if (service !== "lrmd" || message.type !== "lrm/execute") return;
        const { resource, action, intervalMs } = message.operation;
        const key = `${node} ${resource}`;
        if (action !== "stop") {
          if (intervalMs === 0) this.#ordered.delete(key);
          return;
        }
        const running = this.#running.get(key) ?? [];
        if (running.some((intervalMs) => intervalMs > 0)) this.counts.monitorsEnded++;
        this.#ordered.set(key, { sinceUs: nowUs });
        return;
      }
      case "operation":
        this.#operation(observation, nowUs);
    }
  }

  #operation(
    { node, resource, action, intervalMs, phase }: Extract<Observation, { type: "operation" }>,
    nowUs: number,
  ): void {
    const key = `${node} ${resource}`;
    const running = this.#running.get(key) ?? [];
    const stop = this.#ordered.get(key);
    if (phase === "ends") {
      const at = running.indexOf(intervalMs);
      if (at >= 0) running.splice(at, 1);
      if (stop !== undefined && intervalMs === 0) stop.sinceUs = nowUs;
      return;
    }
    this.#running.set(key, [...running, intervalMs]);
    if (action !== "stop" || stop === undefined) return;
    this.#ordered.delete(key);
    this.counts.stopsJudged++;
    const lateMs = (nowUs - stop.sinceUs) / 1000;
    if (lateMs <= endMs + wayMs) return;
    this.#fail("RSC7", `the stop of ${resource} on ${node} begins ${Math.round(lateMs)} ms late`);
  }

  #forget(node: string, map: Map<string, unknown>): void {
    for (const key of map.keys()) if (key.startsWith(`${node} `)) map.delete(key);
  }
}
