/**
 * A bounded queue of log lines that keeps the place of each line it gives up.
 *
 * Lines have sequence numbers without gaps. Of a full queue the least urgent line goes first, of these
 * the oldest. It leaves a gap in its place, and gaps that touch become one: so there is at most one more
 * gap than lines, and the one who empties the queue in order learns exactly which lines were lost, and where.
 *
 * @example
 * ```ts
 * const queue = new OrderedQueue<string>();
 * queue.line({ first: 1, last: 1, fromMs: 0, toMs: 0, severity: 6, bytes: 2, value: "hi" });
 * queue.giveUp(); // true
 * queue.take(); // a gap from 1 to 1
 * ```
 *
 * @module
 */

/** Severities of syslog, 0 (the system is unusable) to 7 (debug). */
export const severitiesCount = 8;

/** Lines that follow each other: one that is there, or any number that are lost. */
export interface Span {
  /** Sequence number of the first and of the last line. */
  readonly first: number;
  readonly last: number;
  /** When the first and the last of them were written, milliseconds since 1970. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** Lost lines. Between them may have been others that nobody wanted: so their number is kept. */
export interface Gap extends Span {
  readonly count: number;
}

/** A line. */
export interface Line<T> extends Span {
  readonly severity: number;
  readonly bytes: number;
  readonly value: T;
}

/** What a queue gives: a line, or a gap, which has no value. */
export type Item<T> = Line<T> | Gap;

/** Whether it is a line. */
export const isLine = <T>(item: Item<T>): item is Line<T> => "value" in item;

interface Node<T> {
  item: Item<T>;
  before: Node<T> | undefined;
  behind: Node<T> | undefined;
}

/** See the head of the file. */
export class OrderedQueue<T> {
  #first: Node<T> | undefined;
  #last: Node<T> | undefined;
  /** Lines of each severity, the oldest first. */
  readonly #lines = Array.from({ length: severitiesCount }, () => new Fifo<Node<T>>());
  #count = 0;
  #bytes = 0;

  /** Lines that wait. */
  get count(): number {
    return this.#count;
  }

  /** Their bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Sequence number of what comes next; undefined: nothing waits. */
  get next(): number | undefined {
    return this.#first?.item.first;
  }

  /** How urgent the line is that would be given up; undefined: there is none. */
  get leastUrgent(): number | undefined {
    for (let severity = severitiesCount - 1; severity >= 0; severity--) {
      if (this.#lines[severity]!.length > 0) return severity;
    }
    return undefined;
  }

  /** Adds a line at the end. */
  line(item: Line<T>): void {
    const node = this.#append(item);
    this.#lines[item.severity]!.push(node);
    this.#count++;
    this.#bytes += item.bytes;
  }

  /** Adds lines at the end that are lost. */
  lost(gap: Gap): void {
    const before = this.#last;
    if (before === undefined || isLine(before.item)) this.#append(gap);
    else before.item = joined(before.item, gap);
  }

  /** Gives up the least urgent line, of these the oldest. @returns false: there is none */
  giveUp(): boolean {
    const severity = this.leastUrgent;
    const node = severity === undefined ? undefined : this.#lines[severity]!.shift();
    if (node === undefined) return false;
    const { first, last, fromMs, toMs, bytes } = node.item as Line<T>;
    this.#count--;
    this.#bytes -= bytes;
    node.item = { first, last, fromMs, toMs, count: 1 };
    const { before, behind } = node;
    if (behind !== undefined && !isLine(behind.item)) {
      node.item = joined(node.item as Gap, behind.item);
      this.#remove(behind);
    }
    if (before !== undefined && !isLine(before.item)) {
      before.item = joined(before.item, node.item as Gap);
      this.#remove(node);
    }
    return true;
  }

  /** Takes what comes next. */
  take(): Item<T> | undefined {
    const node = this.#first;
    if (node === undefined) return undefined;
    this.#remove(node);
    if (isLine(node.item)) {
      this.#lines[node.item.severity]!.shift();
      this.#count--;
      this.#bytes -= node.item.bytes;
    }
    return node.item;
  }

  /** Takes everything. */
  takeAll(): Item<T>[] {
    const items: Item<T>[] = [];
    for (let item; (item = this.take()) !== undefined;) items.push(item);
    return items;
  }

  #append(item: Item<T>): Node<T> {
    const node: Node<T> = { item, before: this.#last, behind: undefined };
    if (this.#last === undefined) this.#first = node;
    else this.#last.behind = node;
    this.#last = node;
    return node;
  }

  #remove({ before, behind }: Node<T>): void {
    if (before === undefined) this.#first = behind;
    else before.behind = behind;
    if (behind === undefined) this.#last = before;
    else behind.before = before;
  }
}

/** Two gaps that touch. */
const joined = (a: Gap, b: Gap): Gap => ({
  first: a.first,
  last: b.last,
  count: a.count + b.count,
  fromMs: Math.min(a.fromMs, b.fromMs),
  toMs: Math.max(a.toMs, b.toMs),
});

/** First in, first out; `shift` of an array that is long costs its length. */
class Fifo<T> {
  #items: T[] = [];
  #head = 0;

  get length(): number {
    return this.#items.length - this.#head;
  }

  push(item: T): void {
    this.#items.push(item);
  }

  shift(): T | undefined {
    const item = this.#items[this.#head];
    if (item === undefined) return undefined;
    this.#head++;
    if (this.#head >= 256 && this.#head * 2 >= this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }
}
