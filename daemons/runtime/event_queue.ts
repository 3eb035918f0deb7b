/**
 * The events of a process: one after another, each to its machine, until nothing waits. What a
 * machine causes while it steps waits for its turn, so that no step is ever within another.
 *
 * @module
 */
import type { Event } from "./machine.ts";
import type { Seat } from "./seat.ts";

/** Events that machines of a process may owe each other at once at most. */
export const eventQueueMax = 100_000;

/** See the head of the file. */
export class EventQueue {
  readonly #failed: (seat: Seat, error: unknown) => void;
  readonly #events: { readonly seat: Seat; readonly event: Event }[] = [];
  #stepping = false;

  /** @param failed takes what a machine has thrown, or that it owes too much. */
  constructor(failed: (seat: Seat, error: unknown) => void) {
    this.#failed = failed;
  }

  /** Queues an event and, unless a machine is at it already, lets the machines run dry. */
  give(seat: Seat, event: Event): void {
    if (seat.isOver) return;
    if (this.#events.length >= eventQueueMax) {
      this.#failed(seat, new RangeError(`More than ${eventQueueMax} events waiting`));
      return;
    }
    this.#events.push({ seat, event });
    seat.waiting++;
    if (!this.#stepping) this.#runDry();
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

  /** Gives the machines what waits, and what they cause, until nothing waits. */
  #runDry(): void {
    this.#stepping = true;
    try {
      for (let next = 0; next < this.#events.length; next++) {
        const { seat, event } = this.#events[next]!;
        seat.waiting--;
        if (seat.isOver) continue;
        try {
          seat.step(event);
        } catch (error) {
          this.#failed(seat, error);
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
}
