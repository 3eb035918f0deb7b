/**
 * What waits for one output: a queue for each client, in fair turns. Pure: no clock, no IO.
 *
 * Daemons and local applications have the turns alternately, and so have the clients of each. Where one
 * client has too many lines, its least urgent one is given up, of these the oldest. Where all together
 * have too many, that client of the larger side pays that has most.
 *
 * In every run, for each client: submitted = delivered + lost, as soon as nothing waits.
 *
 * @module
 */
import {
  type Gap,
  isLine,
  type Item,
  type Line,
  OrderedQueue,
} from "../runtime/logging/ordered.ts";
import { batchCharactersMax, batchLinesMax, giveUpAtOnce, knownMax, turnLines } from "./limits.ts";
import type { Door, LogLine, Progress, QueueBounds } from "./types.ts";

/** A client, for all outputs. */
export interface Client {
  /** Unique among all that are known. */
  readonly id: string;
  readonly name: string;
  readonly door: Door;
  /** Its lines are acknowledged, and it may come back under this id. */
  readonly returns: boolean;
}

/** What an output knows of a client. */
interface Place {
  readonly client: Client;
  readonly queue: OrderedQueue<LogLine>;
  /** The last line that was taken in. */
  seen: number;
  /** All up to this one is written, or its loss is. */
  settled: number;
  submitted: number;
  delivered: number;
  lost: number;
  /** Lines whose loss waits to be written. */
  owed: number;
  /** What is being written. */
  underWay: { readonly upTo: number; lines: number; lost: number } | undefined;
  left: boolean;
}

/** What is counted of a client. */
export interface Counts {
  readonly submitted: number;
  readonly delivered: number;
  readonly lost: number;
  readonly waiting: number;
}

/** What is to be written at once. */
export interface Taken {
  readonly items: readonly { readonly client: Client; readonly item: Item<LogLine> }[];
  readonly progress: Progress;
}

/** See the head of the file. */
export class OutputQueue {
  readonly #bounds: QueueBounds;
  readonly #wants: (line: LogLine) => boolean;
  readonly #places = new Map<string, Place>();
  /** Places with something to write, the next one first. */
  readonly #turns: Readonly<Record<Door, Set<Place>>> = { node: new Set(), local: new Set() };
  readonly #restored = new Map<string, number>();
  /** Of a client that is not among these, nothing was ever written. */
  #restoredAll = false;
  #turn: Door = "node";
  #lines = 0;
  #bytes = 0;
  /** Someone's progress is not written down. */
  #changed = false;

  constructor(bounds: QueueBounds, wants: (line: LogLine) => boolean) {
    this.#bounds = bounds;
    this.#wants = wants;
  }

  /** What earlier lives have written; those of all clients, if they were not too many. */
  restore(progress: Progress): void {
    this.#restoredAll = progress.length < knownMax;
    for (const [id, upTo] of progress) this.#restored.set(id, upTo);
  }

  /**
   * A client comes, or comes back.
   *
   * @param next the first line that it may send
   * @param wallMs the time, milliseconds since 1970
   */
  came(client: Client, next: number, wallMs: number): void {
    const known = this.#places.get(client.id);
    if (known !== undefined) {
      known.left = false;
      return;
    }
    const after = this.#restored.get(client.id) ?? (this.#restoredAll ? 0 : next - 1);
    const place: Place = {
      client,
      queue: new OrderedQueue(),
      seen: after,
      settled: after,
      submitted: 0,
      delivered: 0,
      lost: 0,
      owed: 0,
      underWay: undefined,
      left: false,
    };
    this.#places.set(client.id, place);
    this.#restored.delete(client.id);
    // What is missing was lost with an earlier life, which did not wait for this output.
    if (next > after + 1) this.#miss(place, next - 1, wallMs);
  }

  /** Its connection is gone. What it sent is still written. */
  left(id: string): void {
    const place = this.#places.get(id);
    if (place === undefined) return;
    place.left = true;
    // The newest of those that left is last.
    this.#places.delete(id);
    if (isIdle(place) && !place.client.returns) return;
    this.#places.set(id, place);
    this.#trim();
  }

  /** Takes what a client sent. */
  offer(id: string, item: Item<LogLine>): void {
    const place = this.#places.get(id);
    if (place === undefined || item.last <= place.seen) return; // sent again
    const { fromMs, toMs } = item;
    if (item.first > place.seen + 1) this.#miss(place, item.first - 1, fromMs);
    const first = Math.max(item.first, place.seen + 1);
    place.seen = item.last;
    this.#changed = true;
    if (!isLine(item)) {
      const count = item.last - first + 1;
      this.#lose(place, { first, last: item.last, fromMs, toMs, count }, true);
    } else if (this.#wants(item.value)) this.#add(place, item);
  }

  /** What is to be written next; undefined: nothing. It is under way until `done`. */
  take(): Taken | undefined {
    const items: { readonly client: Client; readonly item: Item<LogLine> }[] = [];
    let characters = 0;
    while (items.length < batchLinesMax && characters < batchCharactersMax) {
      const place = this.#nextPlace();
      if (place === undefined) break;
      for (let count = 0; count < turnLines; count++) {
        const item = place.queue.take();
        if (item === undefined) break;
        this.#took(place, item);
        items.push({ client: place.client, item });
        characters += isLine(item) ? item.bytes : 100;
      }
      if (place.queue.next !== undefined) this.#turns[place.client.door].add(place);
    }
    if (items.length === 0 && !this.#changed) return undefined;
    this.#changed = false;
    for (const place of this.#places.values()) {
      const upTo = (place.queue.next ?? place.seen + 1) - 1;
      place.underWay ??= { upTo, lines: 0, lost: 0 };
      place.underWay = { ...place.underWay, upTo };
    }
    return { items, progress: this.#progress() };
  }

  /** What was taken is written. */
  done(): void {
    for (const place of [...this.#places.values()]) {
      if (place.underWay === undefined) continue;
      const { upTo, lines, lost } = place.underWay;
      place.settled = upTo;
      place.delivered += lines;
      place.lost += lost;
      place.underWay = undefined;
      if (isIdle(place) && !place.client.returns) this.#places.delete(place.client.id);
    }
  }

  /** Up to where the lines of a client are settled. */
  settled(id: string): number {
    return this.#places.get(id)?.settled ?? 0;
  }

  /** What is counted, by client. */
  counts(): ReadonlyMap<string, Counts> {
    return new Map(
      [...this.#places].map(([id, place]) => {
        const { submitted, delivered, lost, owed, queue, underWay } = place;
        const waiting = queue.count + owed + (underWay?.lines ?? 0) + (underWay?.lost ?? 0);
        return [id, { submitted, delivered, lost, waiting }];
      }),
    );
  }

  /** Lines that wait. */
  get lines(): number {
    return this.#lines;
  }

  #nextPlace(): Place | undefined {
    const other = this.#turn === "node" ? "local" : "node";
    const [place] = this.#turns[this.#turn].size > 0 ? this.#turns[this.#turn] : this.#turns[other];
    this.#turn = other;
    if (place !== undefined) this.#turns[place.client.door].delete(place);
    return place;
  }

  #took(place: Place, item: Item<LogLine>): void {
    place.underWay ??= { upTo: 0, lines: 0, lost: 0 };
    if (isLine(item)) {
      this.#lines--;
      this.#bytes -= item.bytes;
      place.underWay.lines++;
    } else {
      place.owed -= item.count;
      place.underWay.lost += item.count;
    }
  }

  #add(place: Place, item: Line<LogLine>): void {
    place.submitted++;
    const { linesMax } = this.#bounds;
    if (place.queue.count >= linesMax && !this.#giveUp(place, item.severity, 1)) {
      return this.#lose(place, gapOf(item), false);
    }
    if (!this.#roomForAll(place, item.severity, item.bytes)) {
      return this.#lose(place, gapOf(item), false);
    }
    place.queue.line(item);
    this.#lines++;
    this.#bytes += item.bytes;
    this.#turns[place.client.door].add(place);
  }

  #roomForAll(place: Place, severity: number, bytes: number): boolean {
    const { allLinesMax, allBytesMax } = this.#bounds;
    while (this.#lines >= allLinesMax || this.#bytes + bytes > allBytesMax) {
      const longest = this.#longest();
      if (longest === undefined) return false;
      const isOwn = longest === place;
      if (!this.#giveUp(longest, isOwn ? severity : 0, isOwn ? 1 : giveUpAtOnce)) return false;
    }
    return true;
  }

  /** Gives up lines that are no more urgent than one. @returns whether any was given up */
  #giveUp(place: Place, severity: number, countMax: number): boolean {
    let count = 0;
    for (; count < countMax; count++) {
      const least = place.queue.leastUrgent;
      if (least === undefined || least < severity) break;
      const before = place.queue.bytes;
      place.queue.giveUp();
      this.#bytes -= before - place.queue.bytes;
    }
    place.owed += count;
    this.#lines -= count;
    return count > 0;
  }

  /** The client of the larger side that has most lines. */
  #longest(): Place | undefined {
    const sums = { node: 0, local: 0 };
    const most: Partial<Record<Door, Place>> = {};
    for (const door of ["node", "local"] as const) {
      for (const place of this.#turns[door]) {
        sums[door] += place.queue.count;
        if (place.queue.count > (most[door]?.queue.count ?? 0)) most[door] = place;
      }
    }
    return sums.node > sums.local ? most.node : most.local;
  }

  /** Lines that never came. */
  #miss(place: Place, last: number, atMs: number): void {
    const first = place.seen + 1;
    place.seen = last;
    this.#changed = true;
    this.#lose(place, { first, last, fromMs: atMs, toMs: atMs, count: last - first + 1 }, true);
  }

  #lose(place: Place, gap: Gap, isNew: boolean): void {
    if (isNew) place.submitted += gap.count;
    place.owed += gap.count;
    place.queue.lost(gap);
    this.#turns[place.client.door].add(place);
  }

  #progress(): Progress {
    const known = [...this.#places.values()].filter(({ client }) => client.returns);
    return [
      ...known.map(({ client, underWay, settled }) =>
        [client.id, underWay?.upTo ?? settled] as const
      ),
      ...this.#restored,
    ].slice(0, knownMax);
  }

  /** Forgets the oldest of those that left and may come back, where they are too many. */
  #trim(): void {
    const returning = [...this.#places.values()].filter(({ client }) => client.returns);
    let over = returning.length - knownMax;
    for (const one of returning) {
      if (over <= 0) return;
      if (!isIdle(one)) continue;
      this.#places.delete(one.client.id);
      over--;
    }
  }
}

/** Whether a client has left, and nothing of it waits. */
const isIdle = ({ left, queue, underWay }: Place): boolean =>
  left && queue.next === undefined && underWay === undefined;

const gapOf = ({ first, last, fromMs, toMs }: Item<LogLine>): Gap => ({
  first,
  last,
  fromMs,
  toMs,
  count: last - first + 1,
});
