/**
 * A small world for the tests of heartbeat: nodes with a clock, links that lose, double and delay, and
 * lines that take their time. Nothing of it runs in production.
 *
 * @module
 */
import type { Effect, Event, Machine } from "../../runtime/machine.ts";
import type { Message, NodeConnectivity } from "../../runtime/messages.ts";
import { Random } from "../../runtime/random.ts";
import { opened } from "../../runtime/unread.ts";
import { socketInstance } from "../clients/send.ts";
import type { Codecs } from "../codecs.ts";
import type { HeartbeatConfig } from "../config.ts";
import { heartbeat } from "../core.ts";
import type { HeartbeatState } from "../state.ts";

/** What a link does to packets. */
export interface Weather {
  loss: number;
  double: number;
  delayMinMs: number;
  delayMaxMs: number;
  /** Whether a packet may pass; for partitions. */
  passes(from: string, to: string, link: string): boolean;
  /** Whether a packet of so many bytes gets to a node; absent: any does. */
  carries?: (bytes: number, to: string) => boolean;
  /** Bytes that a link carries in a second in each direction, if it is slow. */
  bytesPerSecond?: (link: string) => number;
}

/** Milliseconds of a slow link's time that may wait; what comes then is dropped, as `medium/serial` does. */
const slowWaitMsMax = 2_000;

/** One node of the world. */
export interface WorldNode {
  readonly name: string;
  machine: Machine<HeartbeatState>;
  alive: boolean;
  /** Grows with each life; what was meant for an earlier one is void. */
  life: number;
  readonly saved: Map<string, Uint8Array>;
  readonly timers: Map<string, number>;
  /** What heartbeat sent to services of this node. */
  readonly heard: { readonly at: number; readonly service: string; readonly message: Message }[];
  readonly log: string[];
  /** Every packet it sent. */
  readonly packets: Uint8Array[];
  /** Every call of the socket of its local clients: the method, then its arguments. */
  readonly calls: (readonly unknown[])[];
}

/** The world. */
export class SmallWorld {
  readonly nodes = new Map<string, WorldNode>();
  readonly weather: Weather = {
    loss: 0,
    double: 0,
    delayMinMs: 0.1,
    delayMaxMs: 0.3,
    passes: () => true,
  };
  now = 1000;
  /** The wall clock when `now` was 0; it may jump. */
  wallMs = 1_700_000_000_000;
  readonly #random: Random;
  readonly #due: { at: number; order: number; run: () => void }[] = [];
  #order = 0;
  /** When each slow link has carried what waits for it, by link and sender. */
  readonly #freeAt = new Map<string, number>();

  constructor(
    public config: HeartbeatConfig,
    readonly codecs: (node: string) => Codecs,
    seed = 1,
  ) {
    this.#random = new Random(seed);
  }

  /** Starts a node, or starts it again. */
  start(name: string): WorldNode {
    const before = this.nodes.get(name);
    const node: WorldNode = {
      name,
      machine: heartbeat(this.config, this.codecs(name)),
      alive: true,
      life: (before?.life ?? 0) + 1,
      saved: before?.saved ?? new Map(),
      timers: new Map(),
      heard: [],
      log: [],
      packets: [],
      calls: [],
    };
    this.nodes.set(name, node);
    this.give(node, {
      type: "start",
      at: this.now,
      wallMs: this.wallMs + this.now,
      seed: this.#random.next(),
      node: name,
      saved: node.saved,
    });
    this.tell(name, "test", { type: "heartbeat/subscribe" });
    return node;
  }

  /** Ends a node as a power failure does. */
  kill(name: string): void {
    const node = this.node(name);
    node.alive = false;
    node.timers.clear();
  }

  node(name: string): WorldNode {
    const node = this.nodes.get(name);
    if (node === undefined) throw new Error(`no node ${name}`);
    return node;
  }

  /** A service of a node says something to heartbeat. */
  tell(name: string, service: string, message: Message): void {
    const node = this.node(name);
    this.give(node, { type: "message", at: this.now, from: { node: name, service }, message });
  }

  /** A service of a node says something to a service of another. */
  say(name: string, to: string, text: string): void {
    this.tell(name, "router", {
      type: "heartbeat/forward",
      to: { node: to, service: "test" },
      from: { service: "test" },
      body: { type: "peer", body: text },
    });
  }

  /** What services of others said to `name`'s, in order. */
  said(name: string, from: string): string[] {
    return this.node(name).heard.flatMap(({ message }) => {
      if (message.type !== "heartbeat/deliver" || message.from.node !== from) return [];
      const body = opened(message.body);
      return body.type === "peer" && typeof body.body === "string" ? [body.body] : [];
    });
  }

  /** The last connectivity that a node's services were told. */
  sees(name: string, other: string): NodeConnectivity["status"] | undefined {
    for (const { message } of this.node(name).heard.toReversed()) {
      if (message.type !== "heartbeat/connectivity") continue;
      return message.nodes.find((node) => node.name === other)?.status;
    }
    return undefined;
  }

  /** When a node's services were first told this of another after `since`. */
  sawAt(name: string, other: string, status: string, since: number): number | undefined {
    return this.node(name).heard.find(({ at, message }) =>
      at >= since && message.type === "heartbeat/connectivity" &&
      message.nodes.some((node) => node.name === other && node.status === status)
    )?.at;
  }

  /** Lets time pass. */
  run(forMs: number): void {
    const until = this.now + forMs;
    for (;;) {
      const next = this.#due[0];
      if (next === undefined || next.at > until) break;
      this.#due.shift();
      this.now = next.at;
      next.run();
    }
    this.now = until;
  }

  /** A packet comes out of the air. */
  inject(to: string, link: string, bytes: Uint8Array, from = "nowhere"): void {
    const event = { type: "packet", bytes, from };
    this.give(this.node(to), { type: "emit", at: this.now, instance: link, event });
  }

  give(node: WorldNode, event: Event): void {
    if (!node.alive) return;
    const effects = node.machine.step(node.machine.state, event);
    for (const effect of effects) this.#perform(node, effect);
  }

  #perform(node: WorldNode, effect: Effect): void {
    switch (effect.type) {
      case "send":
        node.heard.push({ at: this.now, service: effect.to.service, message: effect.message });
        return;
      case "timer": {
        const due = this.now + effect.inMs;
        node.timers.set(effect.name, due);
        const { life } = node;
        this.#at(due, () => {
          const current = this.nodes.get(node.name);
          if (current !== node || node.life !== life || node.timers.get(effect.name) !== due) {
            return;
          }
          // A process that stands still finds its timers due when it goes on.
          if (!node.alive) return;
          node.timers.delete(effect.name);
          this.give(node, { type: "timer", at: this.now, name: effect.name });
        });
        return;
      }
      case "cancel":
        node.timers.delete(effect.name);
        return;
      case "save":
        if (effect.value === undefined) node.saved.delete(effect.key);
        else node.saved.set(effect.key, effect.value);
        return;
      case "load": {
        const { instance } = effect;
        this.#at(this.now, () =>
          this.give(node, {
            type: "loaded",
            at: this.now,
            instance,
            result: { ok: true, value: "inline" },
          }));
        return;
      }
      case "call": {
        const [bytes, only] = effect.args;
        if (effect.instance === socketInstance) node.calls.push([effect.method, ...effect.args]);
        if (bytes instanceof Uint8Array) this.#carry(node, effect.instance, bytes, only);
        return;
      }
      case "log":
        node.log.push(effect.text);
        return;
      case "unload":
        return;
      case "stopped":
        node.alive = false;
        return;
    }
  }

  /** @param only the address, here a name, of the one node that the packet concerns. */
  #carry(from: WorldNode, link: string, bytes: Uint8Array, only: unknown): void {
    from.packets.push(bytes);
    const { weather } = this;
    const waitMs = this.#waitMs(from.name, link, bytes.length);
    if (waitMs === undefined) return;
    for (const name of this.nodes.keys()) {
      if (
        name === from.name || only !== undefined && name !== only ||
        !weather.passes(from.name, name, link) || weather.carries?.(bytes.length, name) === false
      ) continue;
      const copies = this.#random.chance(weather.loss)
        ? 0
        : this.#random.chance(weather.double)
        ? 2
        : 1;
      for (let copy = 0; copy < copies; copy++) {
        const spread = weather.delayMaxMs - weather.delayMinMs;
        const delayMs = waitMs + weather.delayMinMs + spread * this.#random.fraction();
        this.#at(this.now + delayMs, () => {
          if (this.weather.passes(from.name, name, link)) {
            this.inject(name, link, bytes, from.name);
          }
        });
      }
    }
  }

  /** Milliseconds until a link has carried so many bytes more; undefined: too much waits. */
  #waitMs(from: string, link: string, bytes: number): number | undefined {
    const bytesPerMs = (this.weather.bytesPerSecond?.(link) ?? Infinity) / 1000;
    if (bytesPerMs === Infinity) return 0;
    const key = `${from} ${link}`;
    const startAt = Math.max(this.now, this.#freeAt.get(key) ?? 0);
    const endAt = startAt + bytes / bytesPerMs;
    if (startAt > this.now && endAt - this.now > slowWaitMsMax) return undefined;
    this.#freeAt.set(key, endAt);
    return endAt - this.now;
  }

  #at(at: number, run: () => void): void {
    const order = this.#order++;
    let low = 0;
    let high = this.#due.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#due[middle]!.at <= at) low = middle + 1;
      else high = middle;
    }
    this.#due.splice(low, 0, { at, order, run });
  }
}
