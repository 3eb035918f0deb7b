/**
 * A small world for the tests of heartbeat: nodes on the runtime of production, links that lose, double
 * and delay, and lines that take their time.
 *
 * @module
 */
import type { HostPlugin, LoadRequest } from "../../runtime/host.ts";
import type { Event, Machine } from "../../runtime/machine.ts";
import { MachineProcess } from "../../runtime/machine_process.ts";
import type { Message, NodeConnectivity } from "../../runtime/messages.ts";
import { Random } from "../../runtime/random.ts";
import { smallHost, SmallTime } from "../../runtime/testing/small_host.ts";
import { recorded } from "../../runtime/testing/transcript.ts";
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

/** What a test may have happen to a node: what its plugins do, and what its operator wants. */
export type Happening = Extract<Event, { readonly type: "emit" | "fault" | "stop" }>;

/** Milliseconds that a node may take to stop. */
const stopMs = 1_000;

/** One node of the world. */
export interface WorldNode {
  readonly name: string;
  machine: Machine<HeartbeatState>;
  readonly process: MachineProcess;
  alive: boolean;
  /** What is due while it stands still; undefined: it runs. */
  held: (() => void)[] | undefined;
  readonly saved: Map<string, Uint8Array>;
  /** The plugins that it has loaded, by instance. */
  readonly plugins: Map<string, LoadRequest>;
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
  /** The wall clock when `now` was 0; it may jump. */
  wallMs = 1_700_000_000_000;
  /** Connections that clients have opened. */
  connections = 0;
  readonly #time = new SmallTime();
  readonly #random: Random;
  /** When each slow link has carried what waits for it, by link and sender. */
  readonly #freeAt = new Map<string, number>();

  constructor(
    public config: HeartbeatConfig,
    readonly codecs: (node: string) => Codecs,
    seed = 1,
  ) {
    this.#random = new Random(seed);
  }

  /** Milliseconds. */
  get now(): number {
    return this.#time.nowMs;
  }

  /** Starts a node, or starts it again. */
  start(name: string): WorldNode {
    const before = this.nodes.get(name);
    before?.process.end();
    const saved = before?.saved ?? new Map<string, Uint8Array>();
    const machine = recorded(heartbeat(this.config, this.codecs(name)));
    const node: WorldNode = {
      name,
      machine,
      process: new MachineProcess({
        process: "heartbeat",
        node: name,
        machines: [{
          service: machine.service,
          state: machine.state,
          // A test may put another one in its place.
          step: (_state, event, more) => node.machine.step(node.machine.state, event, more),
        }],
        host: smallHost({
          time: this.#time,
          disk: saved,
          log: (_service, level, text) => {
            if (level !== "debug" || !isLost.test(text)) node.log.push(text);
          },
          plugin: (request) => this.#plugin(node, request),
          seed: () => this.#random.next(),
          wallMs: () => this.wallMs + this.now,
          whenRunning: (run) => node.held === undefined ? run() : void node.held.push(run),
        }),
        sent: (_service, { to, message }) =>
          node.heard.push({ at: this.now, service: to.service, message }),
        stopped: () => this.kill(name),
        failed: (_service, error) => {
          throw error;
        },
      }),
      alive: true,
      held: undefined,
      saved,
      plugins: new Map(),
      heard: [],
      log: [],
      packets: [],
      calls: [],
    };
    this.nodes.set(name, node);
    node.process.start();
    this.tell(name, "test", { type: "heartbeat/subscribe" });
    return node;
  }

  /** Ends a node as a power failure does. */
  kill(name: string): void {
    const node = this.node(name);
    node.alive = false;
    node.process.end();
  }

  /** A node stands still: what comes for it is lost. */
  pause(name: string): void {
    this.node(name).held ??= [];
  }

  /** It goes on: what was due meanwhile happens now, in order. */
  resume(name: string): void {
    const node = this.node(name);
    const { held = [] } = node;
    node.held = undefined;
    for (const run of held) run();
  }

  node(name: string): WorldNode {
    const node = this.nodes.get(name);
    if (node === undefined) throw new Error(`no node ${name}`);
    return node;
  }

  /** A service of a node says something to heartbeat. */
  tell(name: string, service: string, message: Message): void {
    const { alive, process } = this.node(name);
    if (!alive) return;
    process.exchange.forward({
      to: { service: "heartbeat" },
      from: { node: name, service },
      message,
    });
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
    this.#time.pass(forMs);
  }

  /** A packet comes out of the air. */
  inject(to: string, link: string, bytes: Uint8Array, from = "nowhere"): void {
    const event = { type: "packet", bytes, from };
    this.give(this.node(to), { type: "emit", at: this.now, instance: link, event });
  }

  give(node: WorldNode, event: Happening): void {
    if (!node.alive || node.held !== undefined) return;
    switch (event.type) {
      case "emit":
        node.plugins.get(event.instance)?.onEmit(event.event);
        return;
      case "fault":
        node.plugins.get(event.instance)?.onFault(event);
        return;
      case "stop":
        node.process.stop(stopMs, () => {});
    }
  }

  /** A medium, whose packets are carried; or anything else, whose calls nobody answers with more. */
  #plugin(node: WorldNode, request: LoadRequest): HostPlugin {
    const { instance } = request;
    node.plugins.set(instance, request);
    return {
      isolation: "inline",
      call: (method, args, answer) => {
        const [bytes, only] = args;
        if (instance === socketInstance) node.calls.push([method, ...args]);
        if (bytes instanceof Uint8Array) this.#carry(node, instance, bytes, only);
        answer({ ok: true, value: null });
      },
      close(done) {
        if (node.plugins.get(instance) === request) node.plugins.delete(instance);
        done();
      },
    };
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
        this.#time.after(delayMs, () => {
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
}

/** What the services of a node are told, which are not there, is kept in `heard` instead. */
const isLost = /^message \S+ for \S+ lost: /;
