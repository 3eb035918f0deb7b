/**
 * The driver: runs machines in the real world. It is the only scheduler (`event_queue.ts`), the
 * only clock, and the only one that does what the machines order (`seat.ts`) and brings their
 * messages where they belong (`exchange.ts`).
 *
 * @module
 */
import { messageOf } from "../../metadata/message_of.ts";
import { type Endpoint, keepConnected, listen } from "./endpoint.ts";
import { EventQueue } from "./event_queue.ts";
import { Exchange } from "./exchange.ts";
import { Link } from "./link.ts";
import type { Machine } from "./machine.ts";
import type { Part, ProcessOptions, RunningProcess } from "./process.ts";
import { Seat } from "./seat.ts";

/** Milliseconds each machine may take when one of them has ended by itself. */
const endMs = 3_000;

/** Starts the machines and returns at once. */
export async function run(options: ProcessOptions): Promise<RunningProcess> {
  const driver = new Driver(options);
  await driver.start();
  return driver;
}

class Driver implements RunningProcess {
  readonly ended: Promise<number>;
  readonly #options: ProcessOptions;
  readonly #exchange: Exchange;
  readonly #queue = new EventQueue((seat, error) => this.#crash(seat, error));
  /** By service, in the order of their starts. */
  readonly #seats: ReadonlyMap<string, Seat>;
  readonly #endpoints: Endpoint[] = [];
  readonly #attached: { close(): void }[] = [];
  #stopping = false;
  #exitCode = 0;
  #end: (exitCode: number) => void = () => {};
  #fail: (error: unknown) => void = () => {};

  constructor(options: ProcessOptions) {
    const { process, node, machines, log, loader } = options;
    this.#options = options;
    this.#seats = new Map(machines.map((machine) => [machine.service, this.#seatOf(machine)]));
    this.#exchange = new Exchange({
      process,
      node,
      services: machines.map(({ service }) => service),
      log,
      loader,
      take: (service, from, message, at) => {
        const seat = this.#seats.get(service);
        if (seat !== undefined) this.#queue.give(seat, { type: "message", at, from, message });
      },
      changed: (came, went, at) => {
        for (const seat of this.#seats.values()) {
          for (const service of went) {
            this.#queue.give(seat, { type: "peer", at, service, up: false });
          }
          for (const service of came) {
            this.#queue.give(seat, { type: "peer", at, service, up: true });
          }
        }
      },
      gather: (take) => this.#queue.gather(take),
    });
    this.ended = new Promise((resolve, reject) => {
      this.#end = resolve;
      this.#fail = reject;
    });
    this.ended.catch(() => {});
  }

  async start(): Promise<void> {
    const { listenPath, connectPaths = [], outlets = [], parts = [], node, stores } = this.#options;
    const exchange = this.#exchange;
    const seeds = crypto.getRandomValues(new Uint32Array(this.#seats.size));
    let count = 0;
    for (const seat of this.#seats.values()) {
      this.#queue.give(seat, {
        type: "start",
        at: performance.now(),
        wallMs: Date.now(),
        seed: seeds[count++] ?? 0,
        node,
        saved: stores.get(seat.machine.service)?.saved ?? new Map(),
      });
    }
    for (const { services, attach } of outlets) {
      const outlet = attach((envelope) => exchange.forward(envelope));
      this.#attached.push(outlet);
      exchange.reach(outlet, services);
    }
    const greet = (link: Link) => exchange.greet(link);
    for (const part of parts) this.#attach(part);
    if (listenPath !== undefined) this.#endpoints.push(await listen(listenPath, exchange, greet));
    for (const path of connectPaths) this.#endpoints.push(keepConnected(path, exchange, greet));
  }

  async stop(deadlineMs: number): Promise<void> {
    if (this.#stopping) return;
    this.#stopping = true;
    for (const seat of [...this.#seats.values()].reverse()) await seat.stop(deadlineMs);
    for (const part of this.#options.parts ?? []) await part.stop?.(deadlineMs);
    for (const endpoint of this.#endpoints.splice(0).reverse()) await endpoint.close();
    for (const outlet of this.#attached.splice(0)) outlet.close();
    await this.#options.loader?.close();
    this.#end(this.#exitCode);
  }

  #seatOf(machine: Machine): Seat {
    const { node, log, loader, builtins, stores } = this.#options;
    const from = { node, service: machine.service };
    const seat: Seat = new Seat({
      machine,
      log,
      store: stores.get(machine.service),
      loader,
      builtins,
      give: (event) => this.#queue.give(seat, event),
      send: ({ to, message }, at) => this.#exchange.forward({ to, from, message }, at),
      stopped: (exitCode) => {
        this.#exitCode ||= exitCode;
        // A machine that ends by itself ends its process: nothing would be left to do.
        void this.stop(endMs);
      },
      failed: (error) => this.#crash(seat, error),
    });
    return seat;
  }

  #attach(part: Part): void {
    const { process, log } = this.#options;
    const exchange = this.#exchange;
    const fail = (why: string) => {
      if (this.#stopping) return;
      log(process, "crit", `ends: ${why}`);
      for (const seat of this.#seats.values()) seat.end();
      this.#fail(new Error(why));
    };
    const link = new Link(part.pipe, {
      onServices: (...said) => exchange.onServices(...said),
      onEnvelope: (...said) => exchange.onEnvelope(...said),
      gather: (take) => exchange.gather(take),
      onClosed: (gone, why) => {
        exchange.onClosed(gone, why);
        fail(`the link to its other part is gone: ${why}`);
      },
    });
    exchange.greet(link);
    void link.read();
    part.ended?.then((exitCode) => {
      this.#exitCode ||= exitCode;
      void this.stop(endMs);
    }, (error) => fail(`its other part failed: ${messageOf(error)}`));
  }

  /** Our own mistake, or a disk that does not take what must be durable: end, and be restarted. */
  #crash(seat: Seat, error: unknown): void {
    if (seat.isOver) return;
    this.#options.log(seat.machine.service, "crit", `failed: ${stackOf(error)}`);
    for (const other of this.#seats.values()) other.end();
    this.#fail(error);
  }
}

const stackOf = (error: unknown): string =>
  error instanceof Error ? error.stack ?? error.message : String(error);
