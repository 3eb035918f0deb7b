/**
 * The kernel of the simulated world: virtual time and the one queue of future events.
 *
 * Time is in integer microseconds. Events at the same time happen in the order in which they were
 * scheduled, so nothing depends on chance. Nothing is scheduled in the past.
 *
 * @module
 */

/** Something that is going to happen; `cancel` it to prevent that. */
export interface Scheduled {
  readonly atUs: number;
  readonly order: number;
  run: (() => void) | undefined;
}

/** Virtual time, and a binary heap of what is scheduled. */
export class Kernel {
  #nowUs = 0;
  #order = 0;
  #events = 0;
  readonly #heap: Scheduled[] = [];

  /** Microseconds since the world began. */
  get nowUs(): number {
    return this.#nowUs;
  }

  /** How much has happened. */
  get events(): number {
    return this.#events;
  }

  /** Lets something happen after `inUs` microseconds. */
  after(inUs: number, run: () => void): Scheduled {
    const atUs = this.#nowUs + Math.max(0, Math.round(inUs));
    const scheduled: Scheduled = { atUs, order: this.#order++, run };
    this.#push(scheduled);
    return scheduled;
  }

  /** Prevents it. Harmless if it has happened. */
  cancel(scheduled: Scheduled): void {
    scheduled.run = undefined;
  }

  /** Runs all that is due until then; afterwards it is that time. */
  runUntil(untilUs: number, stop: () => boolean = () => false): void {
    while (this.#heap.length > 0 && this.#heap[0]!.atUs <= untilUs) {
      const scheduled = this.#pop();
      const { run } = scheduled;
      if (run === undefined) continue;
      this.#nowUs = scheduled.atUs;
      this.#events++;
      scheduled.run = undefined;
      run();
      if (stop()) return;
    }
    this.#nowUs = Math.max(this.#nowUs, untilUs);
  }

  #push(scheduled: Scheduled): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(scheduled);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent]!;
      if (!before(scheduled, above)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = scheduled;
  }

  #pop(): Scheduled {
    const heap = this.#heap;
    const first = heap[0]!;
    const last = heap.pop()!;
    if (heap.length === 0) return first;
    let at = 0;
    while (true) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++;
      if (!before(heap[child]!, last)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
    return first;
  }
}

function before(one: Scheduled, other: Scheduled): boolean {
  return one.atUs < other.atUs || (one.atUs === other.atUs && one.order < other.order);
}
