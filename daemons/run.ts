/**
 * The driver: runs machines in the real world. It is the only scheduler, the only clock and the
 * only one that does what the machines order.
 *
 * Several machines may share a process; each keeps its own queue of effects, which run in order
 * over all its steps: what follows a `save` waits until the value is on disk, while the machine
 * itself goes on taking events.
 *
 * @module
 */
import { messageOf } from "../metadata/message_of.ts";
import type { Loader } from "../pils/loader_types.ts";
import { type Endpoint, keepConnected, listen } from "./endpoint.ts";
import { type Builtins, Instances } from "./instances.ts";
import { Link, type LinkEvents } from "./link.ts";
import type { Log } from "./log.ts";
import type { Effect, Event, Machine } from "./machine.ts";
import type { Message } from "./messages.ts";
import type { Pipe } from "./pipe.ts";
import { report, reportOf } from "./plugin_report.ts";
import { type Envelope, type Outlet, Router } from "./router.ts";
import type { Store } from "./store.ts";
import { opened } from "./unread.ts";

/** Events that machines of this process may owe each other at once at most. */
export const eventQueueMax = 100_000;

/** Milliseconds each machine may take when one of them has ended by itself. */
const endMs = 3_000;

/** What a process of machines is made of. */
export interface ProcessOptions {
  /** Name of this process, for logs and links. */
  readonly process: string;
  /** Name of this node. */
  readonly node: string;
  readonly machines: readonly Machine[];
  readonly log: Log;
  /** Where each machine's `save` goes, by service. A machine without one must not save. */
  readonly stores: ReadonlyMap<string, Store>;
  /** For `load` effects. A process without one has no plugins. */
  readonly loader?: Loader;
  /**
   * What is loaded by name but is no plugin: the few things of the world that belong to one daemon
   * alone, such as the children of the recovery manager.
   */
  readonly builtins?: Builtins;
  /** Unix socket to listen on. */
  readonly listenPath?: string;
  /** Unix sockets to keep a link to. */
  readonly connectPaths?: readonly string[];
  readonly parts?: readonly Part[];
  /** More ways out that are not sockets: machines in workers, with the services they hold. */
  readonly outlets?: readonly {
    readonly services: readonly string[];
    attach(deliver: (envelope: Envelope) => void): Outlet & { close(): void };
  }[];
}

/** Machines that belong to this process but run beside it, or the process that they belong to. */
export interface Part {
  /** The way to it: a link that is there from the first moment. Its end is the process's end. */
  readonly pipe: Pipe;
  /** Resolves to an exit code when it has ended by itself, or rejects. */
  readonly ended?: Promise<number>;
  /** Ends it in good order. */
  stop?(deadlineMs: number): Promise<void>;
}

/** A running process of machines. */
export interface RunningProcess {
  /** Stops the machines in reverse order, each within `deadlineMs`, then ends all links. */
  stop(deadlineMs: number): Promise<void>;
  /**
   * Resolves to the process's exit code when it has ended; rejects if a machine failed, which ends
   * the process.
   */
  readonly ended: Promise<number>;
}

/** Starts the machines and returns at once. */
export async function run(options: ProcessOptions): Promise<RunningProcess> {
  const driver = new Driver(options);
  await driver.start();
  return driver;
}

/** One machine with what the driver keeps for it. */
interface Seat {
  readonly machine: Machine;
  readonly effects: Effect[];
  /** A `save` is under way: later effects wait. */
  held: boolean;
  /** Events that wait for it. */
  waiting: number;
  readonly timers: Map<string, ReturnType<typeof setTimeout>>;
  readonly instances: Instances;
  /** Whoever waits for the machine's `stopped`; it may have come unasked. */
  stopped?: () => void;
  hasStopped: boolean;
  over: boolean;
}

class Driver implements RunningProcess, LinkEvents {
  readonly ended: Promise<number>;
  readonly #options: ProcessOptions;
  readonly #router: Router;
  readonly #seats = new Map<string, Seat>();
  readonly #links = new Set<Link>();
  readonly #endpoints: Endpoint[] = [];
  readonly #attached: { close(): void }[] = [];
  readonly #events: { readonly seat: Seat; readonly event: Event }[] = [];
  #stepping = false;
  #stopping = false;
  #exitCode = 0;
  #end: (exitCode: number) => void = () => {};
  #fail: (error: unknown) => void = () => {};

  constructor(options: ProcessOptions) {
    this.#options = options;
    this.#router = new Router(
      options.node,
      [
        ...options.machines.map((machine) => machine.service),
        ...options.loader === undefined ? [] : [reportOf(options.process)],
      ],
    );
    this.ended = new Promise((resolve, reject) => {
      this.#end = resolve;
      this.#fail = reject;
    });
    this.ended.catch(() => {});
    for (const machine of options.machines) {
      const { service } = machine;
      const { log, loader, builtins } = options;
      const seat: Seat = {
        machine,
        effects: [],
        held: false,
        waiting: 0,
        timers: new Map(),
        instances: new Instances({
          service,
          log,
          loader,
          builtins,
          give: (event) => this.#give(seat, event),
          isOver: () => seat.over,
        }),
        hasStopped: false,
        over: false,
      };
      this.#seats.set(service, seat);
    }
  }

  async start(): Promise<void> {
    const { listenPath, connectPaths = [], outlets = [], parts = [], node, stores } = this.#options;
    const seeds = crypto.getRandomValues(new Uint32Array(this.#seats.size));
    let count = 0;
    for (const seat of this.#seats.values()) {
      this.#give(seat, {
        type: "start",
        at: performance.now(),
        wallMs: Date.now(),
        seed: seeds[count++] ?? 0,
        node,
        saved: stores.get(seat.machine.service)?.saved ?? new Map(),
      });
    }
    for (const { services, attach } of outlets) {
      const outlet = attach((envelope) => this.#forward(envelope));
      this.#attached.push(outlet);
      this.#reach(outlet, services);
    }
    const greet = (link: Link) => {
      this.#links.add(link);
      link.hello(this.#options.process, this.#router.reachableWithout(link));
    };
    for (const part of parts) this.#attach(part, greet);
    if (listenPath !== undefined) this.#endpoints.push(await listen(listenPath, this, greet));
    for (const path of connectPaths) this.#endpoints.push(keepConnected(path, this, greet));
  }

  async stop(deadlineMs: number): Promise<void> {
    if (this.#stopping) return;
    this.#stopping = true;
    for (const seat of [...this.#seats.values()].reverse()) {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const answered = new Promise<boolean>((resolve) => {
        seat.stopped = () => resolve(true);
        if (seat.hasStopped) resolve(true);
        timer = setTimeout(() => resolve(false), deadlineMs);
      });
      if (!seat.hasStopped) this.#give(seat, { type: "stop", at: performance.now() });
      if (!await answered) {
        this.#options.log(
          seat.machine.service,
          "warning",
          `did not stop within ${deadlineMs} ms; ended all the same`,
        );
      }
      clearTimeout(timer);
      this.#endSeat(seat);
    }
    for (const part of this.#options.parts ?? []) await part.stop?.(deadlineMs);
    for (const endpoint of this.#endpoints.splice(0).reverse()) await endpoint.close();
    for (const outlet of this.#attached.splice(0)) outlet.close();
    await this.#options.loader?.close();
    this.#end(this.#exitCode);
  }

  #attach(part: Part, greet: (link: Link) => void): void {
    const { process, log } = this.#options;
    const fail = (why: string) => {
      if (this.#stopping) return;
      log(process, "crit", `ends: ${why}`);
      for (const seat of this.#seats.values()) this.#endSeat(seat);
      this.#fail(new Error(why));
    };
    const link = new Link(part.pipe, {
      onServices: (...said) => this.onServices(...said),
      onEnvelope: (...said) => this.onEnvelope(...said),
      gather: (take) => this.gather(take),
      onClosed: (gone, why) => {
        this.onClosed(gone, why);
        fail(`the link to its other part is gone: ${why}`);
      },
    });
    greet(link);
    void link.read();
    part.ended?.then((exitCode) => {
      this.#exitCode ||= exitCode;
      void this.stop(endMs);
    }, (error) => fail(`its other part failed: ${messageOf(error)}`));
  }

  onServices(link: Link, _process: string, services: readonly string[]): void {
    this.#reach(link, services);
  }

  onEnvelope(_link: Link, { to, from, message }: Envelope): void {
    // A client is no node: what it says comes from the node it has connected to.
    const node = from.node === "" ? this.#options.node : from.node;
    this.#forward({ to, from: { node, service: from.service }, message });
  }

  /** What came by a link at once is a queue of events before the first of them is taken. */
  gather(take: () => void): void {
    if (this.#stepping) {
      take();
      return;
    }
    this.#stepping = true;
    try {
      take();
    } finally {
      this.#runDry();
    }
  }

  onClosed(link: Link, why: string): void {
    this.#links.delete(link);
    this.#options.log(this.#options.process, "debug", `a link is gone: ${why}`);
    this.#reach(link, []);
  }

  /** An outlet reaches these services from now on: machines and the other links are told. */
  #reach(outlet: Outlet, services: readonly string[]): void {
    const { came, went } = this.#router.announce(outlet, services);
    if (came.length + went.length === 0) return;
    for (const link of this.#links) {
      if (link !== outlet) link.hello(this.#options.process, this.#router.reachableWithout(link));
    }
    const at = performance.now();
    for (const seat of this.#seats.values()) {
      for (const service of went) this.#give(seat, { type: "peer", at, service, up: false });
      for (const service of came) this.#give(seat, { type: "peer", at, service, up: true });
    }
  }

  #forward(envelope: Envelope, at = performance.now()): void {
    const route = this.#router.route(envelope);
    switch (route.type) {
      case "here": {
        const seat = this.#seats.get(route.service);
        const message = this.#read(route.envelope);
        if (route.service === reportOf(this.#options.process)) return this.#report(route.envelope);
        if (seat === undefined || message === undefined) return;
        const { from } = route.envelope;
        this.#give(seat, { type: "message", at, from, message });
        return;
      }
      case "out":
        route.outlet.push(route.envelope);
        return;
      case "lost":
        this.#options.log(
          envelope.from.service,
          "debug",
          `message ${envelope.message.type} for ${envelope.to.service} lost: ${route.why}`,
        );
    }
  }

  /** Tells a program on this node what is loaded here; other nodes have no business with it. */
  #report({ from, to, message }: Envelope): void {
    const { loader, node } = this.#options;
    if (loader === undefined || from.node !== node) return;
    const answer = report(loader, opened(message));
    if (answer === undefined) return;
    this.#forward({ to: from, from: { node, service: to.service }, message: answer });
  }

  /**
   * Reads a message; undefined if another node sent what is none.
   *
   * @throws {SyntaxError | TypeError} if a process of this node did, which ends its link.
   */
  #read({ from, to, message }: Envelope): Message | undefined {
    try {
      return opened(message);
    } catch (error) {
      if (from.node === this.#options.node) throw error;
      const { log } = this.#options;
      log(to.service, "err", `A message of ${from.node} cannot be read: ${messageOf(error)}`);
      return undefined;
    }
  }

  /** Queues an event and, unless a machine is at it already, lets the machines run dry. */
  #give(seat: Seat, event: Event): void {
    if (seat.over) return;
    if (this.#events.length >= eventQueueMax) {
      this.#crash(seat, new RangeError(`More than ${eventQueueMax} events waiting`));
      return;
    }
    this.#events.push({ seat, event });
    seat.waiting++;
    if (!this.#stepping) this.#runDry();
  }

  /** Gives the machines what waits, and what they cause, until nothing waits. */
  #runDry(): void {
    this.#stepping = true;
    try {
      for (let next = 0; next < this.#events.length; next++) {
        const { seat, event } = this.#events[next]!;
        seat.waiting--;
        if (seat.over) continue;
        try {
          const effects = seat.machine.step(seat.machine.state, event, seat.waiting > 0);
          this.#order(seat, effects, event.at);
        } catch (error) {
          this.#crash(seat, error);
        }
        if (next === 1023) {
          // Keeps the queue short in a long run without moving it at every event.
          this.#events.splice(0, next + 1);
          next = -1;
        }
      }
    } finally {
      this.#events.length = 0;
      this.#stepping = false;
    }
  }

  /** Does what a step ordered, unless something before it waits. */
  #order(seat: Seat, effects: readonly Effect[], at: number): void {
    let sentAt: number | undefined;
    for (const effect of effects) {
      if (seat.over) return;
      if (effect.type === "save" || seat.held || seat.effects.length > 0) {
        seat.effects.push(effect);
      } else if (effect.type === "send") {
        // One after another, they are sent at once: the clock is asked for the first of them.
        this.#send(seat, effect, sentAt ??= performance.now());
      } else {
        sentAt = undefined;
        this.#perform(seat, effect, at);
      }
    }
    if (seat.effects.length > 0) this.#drain(seat, at);
  }

  #drain(seat: Seat, at: number): void {
    while (!seat.held && !seat.over) {
      const effect = seat.effects.shift();
      if (effect === undefined) return;
      if (effect.type !== "save") {
        this.#perform(seat, effect, at);
        continue;
      }
      const store = this.#options.stores.get(seat.machine.service);
      if (store === undefined) {
        throw new Error(`"${seat.machine.service}" saves "${effect.key}" but has no store`);
      }
      seat.held = true;
      store.save(effect.key, effect.value).then(() => {
        seat.held = false;
        this.#drain(seat, performance.now());
      }).catch((error) => this.#crash(seat, error));
    }
  }

  #perform(seat: Seat, effect: Exclude<Effect, { type: "save" }>, at: number): void {
    const { service } = seat.machine;
    switch (effect.type) {
      case "send":
        this.#send(seat, effect, performance.now());
        return;
      case "timer":
        this.#arm(seat, effect.name, at + effect.inMs);
        return;
      case "cancel":
        clearTimeout(seat.timers.get(effect.name));
        seat.timers.delete(effect.name);
        return;
      case "load":
        void seat.instances.load(effect);
        return;
      case "unload":
        void seat.instances.unload(effect.instance);
        return;
      case "call":
        seat.instances.call(effect);
        return;
      case "log":
        this.#options.log(service, effect.level, effect.text);
        return;
      case "stopped":
        seat.hasStopped = true;
        this.#exitCode ||= effect.exitCode ?? 0;
        // A machine that ends by itself ends its process: nothing would be left to do.
        if (seat.stopped !== undefined) seat.stopped();
        else void this.stop(endMs);
        return;
    }
  }

  #send(seat: Seat, { to, message }: Extract<Effect, { type: "send" }>, at: number): void {
    const from = { node: this.#options.node, service: seat.machine.service };
    this.#forward({ to, from, message }, at);
  }

  /** Timers may fire up to a millisecond early: `at` is never before what was asked for. */
  #arm(seat: Seat, name: string, dueMs: number): void {
    clearTimeout(seat.timers.get(name));
    seat.timers.set(
      name,
      setTimeout(() => {
        seat.timers.delete(name);
        this.#give(seat, { type: "timer", at: Math.max(performance.now(), dueMs), name });
      }, Math.max(0, dueMs - performance.now())),
    );
  }

  /** Our own mistake, or a disk that does not take what must be durable: end, and be restarted. */
  #crash(seat: Seat, error: unknown): void {
    if (seat.over) return;
    this.#options.log(seat.machine.service, "crit", `failed: ${stackOf(error)}`);
    for (const other of this.#seats.values()) this.#endSeat(other);
    this.#fail(error);
  }

  #endSeat(seat: Seat): void {
    seat.over = true;
    seat.effects.length = 0;
    for (const timer of seat.timers.values()) clearTimeout(timer);
    seat.timers.clear();
  }
}

const stackOf = (error: unknown): string =>
  error instanceof Error ? error.stack ?? error.message : String(error);
