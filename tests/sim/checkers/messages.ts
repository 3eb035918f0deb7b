/**
 * MSG1: messages arrive in the order of sending, once, and without a gap while both sides consider
 * each other present. MSG2: no message of an ended life is accepted as new, and no forged or
 * changed message is accepted at all.
 *
 * The checker judges the numbers that `observer` machines send through the stream, and those of
 * programs at the local API. Each comes with a word that no other message contains.
 *
 * @module
 */
import type { Json, NodeConnectivity } from "../../../daemons/runtime/messages.ts";
import type { Checker, Fail, Observation } from "../observation.ts";
import { probeWord } from "../observer.ts";
import { wordOf } from "../plugins/client_socket.ts";
import type { World } from "../world.ts";

/** The word in what somebody without the key made: the mark of a forgery. */
export const forgedWord = "forged";

/** The body of a probe's message: who sent it, in which life, and the how-manyth it is. */
export interface Probe {
  readonly probe: string;
  readonly life: number;
  readonly number: number;
  readonly word: string;
}

/** A probe in a body, if it is one. */
export function readProbe(body: Json): Probe | undefined {
  if (typeof body !== "object" || body === null || !("probe" in body)) return undefined;
  const { probe, life, number, word } = body;
  if (typeof probe !== "string" || typeof life !== "number" || typeof number !== "number") {
    return undefined;
  }
  return { probe, life, number, word: String(word) };
}

/** What came last from one sender. */
interface Last {
  readonly life: number;
  readonly number: number;
}

/** One kind of numbers: where they come from and what is known of them. */
interface Stream {
  readonly name: string;
  /** By sender and life: when each number was sent; place 0 is number 1. */
  readonly sentUs: Map<string, number[]>;
  /** By receiver and sender. */
  readonly last: Map<string, Last>;
}

/** Watches what probes receive. */
export class MessageChecker implements Checker {
  readonly watches = ["MSG1", "MSG2"];
  readonly counts = { received: 0, receivedByClients: 0, gaps: 0 };
  readonly #world: World;
  readonly #fail: Fail;
  readonly #services: Stream = { name: "", sentUs: new Map(), last: new Map() };
  readonly #clients: Stream = { name: "client ", sentUs: new Map(), last: new Map() };
  /** By receiver's life and sender: the highest generation that heartbeat reported. */
  readonly #generations = new Map<string, number>();
  /** By two nodes, sorted: when either last took the other for absent, or for present again. */
  readonly #changedUs = new Map<string, number>();
  /** By who tells and of whom: whether it is present. */
  readonly #present = new Map<string, boolean>();

  constructor(world: World, fail: Fail) {
    this.#world = world;
    this.#fail = fail;
  }

  observe(observation: Observation, nowUs: number): void {
    switch (observation.type) {
      case "process down":
        this.#down(observation.node, observation.services, nowUs);
        return;
      case "stopping":
      case "process stopping":
        // Who leaves sends nothing more: its last numbers are handed on as they came.
        for (const other of this.#world.nodeNames) {
          this.#changedUs.set(pairOf(observation.node, other), nowUs);
        }
        return;
      case "client sent": {
        const { node, number } = observation;
        this.#sent(this.#clients, `${node}/${this.#generationOf(node)}`, number, nowUs);
        return;
      }
      case "client received": {
        const { node, from, generation, number, word } = observation;
        this.counts.receivedByClients++;
        this.#received(
          this.#clients,
          node,
          from,
          { life: generation, number },
          word,
          wordOf(from, number),
        );
        return;
      }
      case "sent":
        if (observation.message.type === "heartbeat/connectivity") {
          this.#connectivity(observation.node, observation.message.nodes, nowUs);
          return;
        }
        break;
      case "received":
        break;
      default:
        return;
    }
    const { service, message, node } = observation;
    if (service !== "observer" || message.type !== "peer") return;
    const probe = readProbe(message.body);
    if (probe === undefined) return;
    const { probe: from, life, number, word } = probe;
    if (observation.type === "sent") {
      this.#sent(this.#services, `${from}/${life}`, number, nowUs);
      return;
    }
    this.counts.received++;
    if (observation.from.node !== from) {
      this.#fail("MSG2", `${node} got ${from}'s message as if from ${observation.from.node}`);
    }
    this.#received(
      this.#services,
      node,
      from,
      { life, number },
      word,
      probeWord(from, life, number),
    );
  }

  #sent({ sentUs }: Stream, key: string, number: number, nowUs: number): void {
    let times = sentUs.get(key);
    if (times === undefined) sentUs.set(key, times = []);
    times[number - 1] = nowUs;
  }

  #received(
    { name, sentUs, last: lasts }: Stream,
    node: string,
    from: string,
    now: Last,
    word: string,
    wanted: string,
  ): void {
    const what = `${name}message ${now.number} of ${from}'s life ${now.life}`;
    if (word !== wanted) {
      const why = word === forgedWord ? "which is forged" : `which says "${word}"`;
      this.#fail("MSG2", `${node} got ${what}, ${why}`);
      return;
    }
    const sent = sentUs.get(`${from}/${now.life}`);
    if (sent?.[now.number - 1] === undefined) {
      this.#fail("MSG2", `${node} got ${what}, which was never sent`);
      return;
    }
    const key = `${node}<${from}`;
    const last = lasts.get(key);
    lasts.set(key, now);
    if (last === undefined || now.life > last.life) return;
    if (now.life < last.life || now.number <= last.number) {
      this.#fail(
        "MSG1",
        `${node} got ${what} after message ${last.number} of its life ${last.life}`,
      );
      return;
    }
    if (now.number === last.number + 1) return;
    this.counts.gaps++;
    const changedUs = this.#changedUs.get(pairOf(node, from)) ?? -1;
    // Not before the last one was sent: neither side may have missed what came after it.
    if (changedUs >= sent[last.number - 1]!) return;
    this.#fail(
      "MSG1",
      `${node} got ${what} right after ${last.number}, and neither took the other for lost`,
    );
  }

  #down(node: string, services: readonly string[], nowUs: number): void {
    const mine = `${node}<`;
    if (services.includes("heartbeat")) {
      // Heartbeat does not keep others' generations on disk (daemons/heartbeat/saved.ts says why).
      for (const keys of [this.#generations, this.#clients.last]) {
        for (const key of keys.keys()) if (key.startsWith(mine)) keys.delete(key);
      }
      for (const other of this.#world.nodeNames) this.#changedUs.set(pairOf(node, other), nowUs);
    }
    if (!services.includes("observer")) return;
    for (const key of this.#services.last.keys()) {
      if (key.startsWith(mine)) this.#services.last.delete(key);
    }
  }

  /** Who is present; and what was said in a life that is over must not make it the present one. */
  #connectivity(node: string, peers: readonly NodeConnectivity[], nowUs: number): void {
    // Whom its heartbeat does not name it does not hear, and has forgotten.
    for (const name of this.#world.nodeNames) {
      if (peers.some((peer) => peer.name === name)) continue;
      this.#changedUs.set(pairOf(node, name), nowUs);
      this.#present.delete(`${node}<${name}`);
      this.#generations.delete(`${node}<${name}`);
    }
    for (const { name, generation, status } of peers) {
      if (name === node) continue;
      const key = `${node}<${name}`;
      const present = status === "active" || status === "up";
      if (!present || this.#present.get(key) !== present) {
        this.#changedUs.set(pairOf(node, name), nowUs);
      }
      this.#present.set(key, present);
      const before = this.#generations.get(key) ?? 0;
      // 0: not heard yet, as after a restart.
      if (generation !== 0 && generation < before) {
        this.#fail(
          "MSG2",
          `${node} took ${name} back from generation ${before} to ${generation}, which is over`,
        );
      }
      this.#generations.set(key, Math.max(generation, before));
      const own = this.#generationOf(name);
      if (own !== undefined && generation > own) {
        this.#fail("MSG2", `${node} takes ${name} for generation ${generation}, which never was`);
      }
    }
  }

  /** The truth: what is on that node's disk. */
  #generationOf(node: string): number | undefined {
    const saved = this.#world.findNode(node)?.disk.saved("heartbeat").get("generation");
    return saved === undefined ? undefined : Number(new TextDecoder().decode(saved));
  }
}

const pairOf = (one: string, other: string): string =>
  one < other ? `${one}-${other}` : `${other}-${one}`;
