/**
 * The lines of one client that `logd` has not settled: those that wait, and those that are on their way.
 * Pure: no clock, no IO.
 *
 * Every line gets the next sequence number. A full outbox gives up the least urgent waiting line, of
 * these the oldest, and keeps its place as a gap. What is on its way is not given up, since `logd` may
 * have written it. After a lost connection `logd` says how far it has come: what is behind that waits
 * again.
 *
 * @module
 */
import { isLine, type Item, OrderedQueue } from "./ordered.ts";

/** Lines and bytes that a client keeps at most. */
export interface OutboxBounds {
  readonly linesMax: number;
  readonly bytesMax: number;
}

/** A line that waits. */
export interface Pending {
  readonly entity: string;
  readonly text: string;
}

/** What is counted. In every run: submitted = settled lines + lost + waiting. */
export interface OutboxCounts {
  readonly submitted: number;
  readonly lost: number;
  readonly waiting: number;
}

/** See the head of the file. */
export class Outbox {
  readonly #bounds: OutboxBounds;
  #waiting = new OrderedQueue<Pending>();
  /** On their way, in order. */
  #sent: Item<Pending>[] = [];
  #sentLines = 0;
  #sentBytes = 0;
  #last = 0;
  #lost = 0;

  constructor(bounds: OutboxBounds) {
    this.#bounds = bounds;
  }

  /** Sequence number of the first line that is not settled. */
  get next(): number {
    return this.#sent[0]?.first ?? this.#waiting.next ?? this.#last + 1;
  }

  /** Whether everything is settled. */
  get isEmpty(): boolean {
    return this.#sent.length === 0 && this.#waiting.next === undefined;
  }

  get counts(): OutboxCounts {
    return {
      submitted: this.#last,
      lost: this.#lost,
      waiting: this.#waiting.count + this.#sentLines,
    };
  }

  /** Takes a line. */
  submit(severity: number, atMs: number, value: Pending): void {
    const bytes = value.text.length + value.entity.length + 64;
    const at = ++this.#last;
    const span = { first: at, last: at, fromMs: atMs, toMs: atMs };
    while (this.#isFull(bytes)) {
      const least = this.#waiting.leastUrgent;
      if (least === undefined || least < severity) {
        this.#waiting.lost({ ...span, count: 1 });
        this.#lost++;
        return;
      }
      this.#waiting.giveUp();
      this.#lost++;
    }
    this.#waiting.line({ ...span, severity, bytes, value });
  }

  /** The next ones to send; half of the bounds may be on their way. */
  take(linesMax: number): Item<Pending>[] {
    const items: Item<Pending>[] = [];
    const { linesMax: all, bytesMax } = this.#bounds;
    while (
      items.length < linesMax && this.#sentLines < all / 2 && this.#sentBytes < bytesMax / 2 &&
      this.#sent.length < all
    ) {
      const item = this.#waiting.take();
      if (item === undefined) break;
      items.push(item);
      this.#sent.push(item);
      this.#count(item, 1);
    }
    return items;
  }

  /** `logd` has settled all up to this number. */
  settled(upTo: number): void {
    let count = 0;
    for (const item of this.#sent) {
      if (item.last > upTo) break;
      this.#count(item, -1);
      count++;
    }
    if (count > 0) this.#sent = this.#sent.slice(count);
  }

  /** A new connection: what `logd` has not settled waits again. */
  again(upTo: number): void {
    // What waits may have been on its way before: over the connection before the last one.
    const items = this.#sent.concat(this.#waiting.takeAll()).filter(({ last }) => last > upTo);
    [this.#sent, this.#sentLines, this.#sentBytes] = [[], 0, 0];
    this.#waiting = new OrderedQueue();
    for (const item of items) isLine(item) ? this.#waiting.line(item) : this.#waiting.lost(item);
  }

  /** All that is not settled, for a process that ends. */
  rest(): Item<Pending>[] {
    const items = this.#sent.concat(this.#waiting.takeAll());
    [this.#sent, this.#sentLines, this.#sentBytes] = [[], 0, 0];
    return items;
  }

  #isFull(bytes: number): boolean {
    const { linesMax, bytesMax } = this.#bounds;
    return this.#waiting.count + this.#sentLines >= linesMax ||
      this.#waiting.bytes + this.#sentBytes + bytes > bytesMax;
  }

  #count(item: Item<Pending>, sign: 1 | -1): void {
    if (!isLine(item)) return;
    this.#sentLines += sign;
    this.#sentBytes += sign * item.bytes;
  }
}
