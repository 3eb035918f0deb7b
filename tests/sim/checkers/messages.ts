/**
 * MSG1: messages of one machine to another arrive in the order in which they were sent, once. Gaps
 * are allowed, since a message may be lost when a connection goes. MSG2: nothing of a life that is
 * over is taken for new.
 *
 * Messages are told apart by identity where they never leave the process, and by what they say where
 * they cross the network: so the checker numbers what `probe` machines send, and reads the numbers.
 *
 * @module
 */
import type { Json, NodeConnectivity } from "../../../daemons/messages.ts";
import type { Checker, Fail, Observation } from "../observation.ts";

/** The body of a probe's message: who sent it, in which life, and the how-manyth it is. */
export interface Probe {
  readonly probe: string;
  readonly life: number;
  readonly number: number;
}

/** A probe in a body, if it is one. */
export function readProbe(body: Json): Probe | undefined {
  if (typeof body !== "object" || body === null || !("probe" in body)) return undefined;
  const { probe, life, number } = body;
  if (typeof probe !== "string" || typeof life !== "number" || typeof number !== "number") {
    return undefined;
  }
  return { probe, life, number };
}

/** Watches what probes receive. */
export class MessageChecker implements Checker {
  readonly watches = ["MSG1", "MSG2"];
  readonly counts = { received: 0 };
  readonly #fail: Fail;
  /** By receiver's life and sender: the last life and number that came. */
  readonly #last = new Map<string, Probe>();
  /** By receiver's life and sender: the highest generation that heartbeat told of. */
  readonly #generations = new Map<string, number>();
  /** By sender: its lives, in order. */
  readonly #lives = new Map<string, number[]>();

  constructor(fail: Fail) {
    this.#fail = fail;
  }

  observe(observation: Observation): void {
    if (observation.type === "process down") {
      if (observation.services.includes("heartbeat")) {
        // Heartbeat does not keep others' generations on disk (daemons/heartbeat/saved.ts says why).
        for (const key of this.#generations.keys()) {
          if (key.startsWith(`${observation.node}<`)) this.#generations.delete(key);
        }
      }
      if (!observation.services.includes("observer")) return;
      for (const key of this.#last.keys()) {
        if (key.startsWith(`${observation.node}<`)) this.#last.delete(key);
      }
      return;
    }
    if (observation.type !== "sent" && observation.type !== "received") return;
    if (observation.type === "sent" && observation.message.type === "heartbeat/connectivity") {
      this.#checkGenerations(observation.node, observation.message.nodes);
      return;
    }
    if (observation.service !== "observer" || observation.message.type !== "peer") return;
    const probe = readProbe(observation.message.body);
    if (probe === undefined) return;
    if (observation.type === "sent") {
      const lives = this.#lives.get(probe.probe) ?? [];
      if (lives.at(-1) !== probe.life) this.#lives.set(probe.probe, [...lives, probe.life]);
      return;
    }
    this.counts.received++;
    const key = `${observation.node}<${probe.probe}`;
    const last = this.#last.get(key);
    const lives = this.#lives.get(probe.probe) ?? [];
    if (observation.from.node !== probe.probe) {
      this.#fail(
        "MSG2",
        `${observation.node} got ${probe.probe}'s message as if from ${observation.from.node}`,
      );
    }
    if (last !== undefined) {
      const before = lives.lastIndexOf(last.life);
      const now = lives.lastIndexOf(probe.life);
      if (now < before || (now === before && probe.number <= last.number)) {
        this.#fail(
          "MSG1",
          `${observation.node} got message ${probe.number} of ${probe.probe}'s life ${now} after ` +
            `message ${last.number} of its life ${before}`,
        );
      }
    }
    this.#last.set(key, probe);
  }

  /** What was said in a life that is over must not make it the present one. */
  #checkGenerations(node: string, peers: readonly NodeConnectivity[]): void {
    for (const { name, generation } of peers) {
      const key = `${node}<${name}`;
      const before = this.#generations.get(key) ?? 0;
      // 0: not heard yet, as after a restart.
      if (generation !== 0 && generation < before) {
        this.#fail(
          "MSG2",
          `${node} took ${name} back from generation ${before} to ${generation}, which is over`,
        );
      }
      this.#generations.set(key, Math.max(generation, before));
    }
  }
}
