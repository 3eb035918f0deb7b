/**
 * FEN5: a stonithd that asks another node's and hears nothing goes on with the next, whatever became of
 * the one it asked: a fence that has time left does not wait for a daemon that hangs.
 *
 * @module
 */
import type { Checker, Fail, Observation } from "../observation.ts";
import type { World } from "../world.ts";

/** Milliseconds after which it must have gone on, by its own clock; clocks differ by little. */
const goneOnMs = 10_000;

/** What a stonithd waits for. */
interface Waiting {
  readonly to: string;
  readonly target: string;
  sinceUs: number;
}

/** Watches what stonithds say to each other. */
export class DelegationChecker implements Checker {
  readonly watches = ["FEN5"];
  readonly counts = { delegated: 0, silentDelegates: 0 };
  readonly #world: World;
  readonly #fail: Fail;
  /** By asking node and target. */
  readonly #waiting = new Map<string, Waiting>();
  #polledUs = 0;

  constructor(world: World, fail: Fail) {
    this.#world = world;
    this.#fail = fail;
  }

  observe(observation: Observation, nowUs: number): void {
    if (nowUs - this.#polledUs > 1_000_000) this.#poll(nowUs);
    switch (observation.type) {
      case "crashed":
      case "paused":
      case "resumed":
        this.#forget(observation.node);
        return;
      case "process down":
      case "process hung":
      case "process resumed":
        // Who cannot go on itself, or cannot reach anybody, is not to be blamed.
        this.#forget(observation.node);
        return;
      case "fence asked":
        // Its own device is next.
        for (const key of this.#waiting.keys()) {
          const isThis = key.startsWith(`${observation.node} `) &&
            key.endsWith(` ${observation.target}`);
          if (isThis) this.#waiting.delete(key);
        }
        return;
      case "sent": {
        const { node, service, message, to } = observation;
        if (service !== "stonithd") return;
        if (message.type === "fence/result") {
          this.#waiting.delete(`${node} ${message.action} ${message.target}`);
        } else if (message.type === "peer" && to.node !== undefined) {
          const { type, target, action } = fieldsOf(message.body);
          if (type !== "fence") return;
          this.counts.delegated++;
          const key = `${node} ${String(action)} ${String(target)}`;
          if (this.#waiting.has(key)) this.counts.silentDelegates++;
          this.#waiting.set(key, { to: to.node, target: String(target), sinceUs: nowUs });
        }
        return;
      }
      case "received": {
        const { node, service, from, message } = observation;
        if (service !== "stonithd" || message.type !== "peer") return;
        const { type, key } = fieldsOf(message.body);
        if (type !== "working" && type !== "fenced") return;
        const name = `${node} ${String(key).replace(/^\d+ /, "")}`;
        const waiting = this.#waiting.get(name);
        if (waiting?.to !== from.node) return;
        if (type === "fenced") this.#waiting.delete(name);
        else waiting.sinceUs = nowUs;
      }
    }
  }

  #poll(nowUs: number): void {
    this.#polledUs = nowUs;
    for (const [key, { to, target, sinceUs }] of this.#waiting) {
      if (nowUs - sinceUs <= goneOnMs * 1000) continue;
      this.#waiting.delete(key);
      const [node = ""] = key.split(" ");
      if (!this.#world.node(node).up) continue;
      this.#fail(
        "FEN5",
        `${node} still waits for ${to}, which it asked to fence ${target} and has not heard for ` +
          `${Math.round((nowUs - sinceUs) / 1000)} ms`,
      );
    }
  }

  #forget(node: string): void {
    for (const key of this.#waiting.keys()) {
      if (key.startsWith(`${node} `)) this.#waiting.delete(key);
    }
  }
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? { ...value } : {};
