/**
 * The machines of one process: their seats, the queue of their events, the exchange of their
 * messages, and the order in which they start, stop and fail. It is the same in every world; what
 * the world is, its `Host` says.
 *
 * @module
 */
import type { Loader } from "../../pils/loader_types.ts";
import { EventQueue } from "./event_queue.ts";
import { Exchange, type ExchangeOptions } from "./exchange.ts";
import type { Host } from "./host.ts";
import type { Machine } from "./machine.ts";
import type { Protocol } from "./protocol.ts";
import { Seat, type Send } from "./seat.ts";

/** Milliseconds each machine may take when one of them has ended by itself, which ends its process. */
export const endMs = 3_000;

/** What it is made of. */
export interface MachineProcessOptions {
  /** Name of the process, for logs and links. */
  readonly process: string;
  /** Name of the node. */
  readonly node: string;
  /** In the order of their starts. */
  readonly machines: readonly Machine[];
  readonly host: Host;
  /** Whose plugins the exchange reports, if anybody asks. */
  readonly loader?: Loader | undefined;
  /** What may be said to the machines, by whom; undefined: anything. */
  readonly protocol?: Protocol | undefined;
  /** A machine has stopped, asked or not. */
  readonly stopped: (service: string, exitCode: number) => void;
  /** A machine cannot go on; all of them have ended where they stood. */
  readonly failed: (service: string, error: unknown) => void;
  /** Sees what is refused at the door. */
  readonly refused?: ExchangeOptions["refused"];
  /** Sees what is sent, when it is: for those who judge a simulated world. */
  readonly sent?: (service: string, said: Send) => void;
}

/** See the head of the file. */
export class MachineProcess {
  readonly exchange: Exchange;
  readonly #options: MachineProcessOptions;
  readonly #queue = new EventQueue((seat, error) => this.#fail(seat, error));
  readonly #seats: ReadonlyMap<string, Seat>;

  constructor(options: MachineProcessOptions) {
    const { process, node, machines, host, loader, protocol, refused } = options;
    this.#options = options;
    this.#seats = new Map(machines.map((machine) => [machine.service, this.#seatOf(machine)]));
    this.exchange = new Exchange({
      process,
      node,
      services: this.services,
      log: host.log,
      now: () => host.now(),
      loader,
      protocol,
      refused,
      take: (service, from, message, at) => {
        const seat = this.#seats.get(service);
        if (seat !== undefined) this.#queue.give(seat, { type: "message", at, from, message });
      },
      changed: (came, went, at) => this.#changed(came, went, at),
      gather: (take) => this.#queue.gather(take),
    });
  }

  /** The services of its machines. */
  get services(): readonly string[] {
    return [...this.#seats.keys()];
  }

  /** A machine's state, for tests that look at it. */
  state(service: string): unknown {
    return this.#seats.get(service)?.machine.state;
  }

  /** Gives every machine its `start`. */
  start(): void {
    for (const seat of this.#seats.values()) seat.start(this.#options.node);
  }

  /**
   * Stops the machines, the last one first, each within `deadlineMs`.
   *
   * @param done called when all have ended.
   */
  stop(deadlineMs: number, done: () => void): void {
    const left = [...this.#seats.values()];
    const next = () => {
      const seat = left.pop();
      if (seat === undefined) done();
      else seat.stop(deadlineMs, next);
    };
    next();
  }

  /** Ends all machines where they stand. */
  end(): void {
    for (const seat of this.#seats.values()) seat.end();
  }

  #seatOf(machine: Machine): Seat {
    const { node, host, sent, stopped } = this.#options;
    const { service } = machine;
    const from = { node, service };
    const seat: Seat = new Seat({
      machine,
      host,
      give: (event) => this.#queue.give(seat, event),
      send: (said, at) => {
        sent?.(service, said);
        this.exchange.forward({ to: said.to, from, message: said.message }, at);
      },
      stopped: (exitCode) => stopped(service, exitCode),
      failed: (error) => this.#fail(seat, error),
    });
    return seat;
  }

  /** Services of other processes came or went: every machine is given that. */
  #changed(came: readonly string[], went: readonly string[], at: number): void {
    for (const seat of this.#seats.values()) {
      for (const service of went) this.#queue.give(seat, { type: "peer", at, service, up: false });
      for (const service of came) this.#queue.give(seat, { type: "peer", at, service, up: true });
    }
  }

  /** Our own mistake, or a disk that does not take what must be durable: end, and be restarted. */
  #fail(seat: Seat, error: unknown): void {
    if (seat.isOver) return;
    this.end();
    this.#options.failed(seat.machine.service, error);
  }
}
