/**
 * A client of `logd`: takes lines without ever waiting, and brings them there when it can.
 *
 * A line goes into a bounded outbox. What does not fit is counted, and the count is written where the
 * lines are missing. A client survives `logd`: it goes on while nobody listens, connects again after a
 * pause that doubles, and sends again what `logd` has not settled.
 *
 * @example
 * ```ts
 * const client = new LogClient({ path: "/run/ha/logd.log", name: "backup" });
 * client.write("backup", 6, "copied 12 files");
 * await client.settled(1_000);
 * client.close();
 * ```
 *
 * @module
 */
import { Pause } from "../../../metadata/pause.ts";
import { clearTimer, setTimer } from "../../../metadata/timer.ts";
import { isLine, type Item } from "./ordered.ts";
import { Outbox, type OutboxBounds, type OutboxCounts, type Pending } from "./outbox.ts";
import {
  helloFrame,
  type Levels,
  lineFrame,
  lostFrame,
  PayloadReader,
  readServerFrame,
} from "./wire.ts";

/** What a client keeps at most, unless its maker says otherwise. */
export const outboxBounds: OutboxBounds = { linesMax: 4_000, bytesMax: 1024 * 1024 };
/** Lines that are sent at once. */
const batchLines = 256;
/** Milliseconds until another attempt to connect. */
const firstPauseMs = 50;
const pauseMsMax = 5_000;
/** Milliseconds a connection must last for the next pause to be short again. */
const lastedMs = 1_000;
/** Facility of syslog: daemons. */
const daemonFacility = 3 << 3;

/** What a client is made of. */
export interface LogClientOptions {
  /** The socket of `logd`. */
  readonly path: string;
  /** Under which name its lost lines are counted. */
  readonly name: string;
  readonly bounds?: OutboxBounds;
  /** Takes the levels that are wanted from now on. */
  readonly onLevels?: (levels: Levels) => void;
}

/** See the head of the file. */
export class LogClient {
  readonly #options: LogClientOptions;
  readonly #outbox: Outbox;
  readonly #id = crypto.getRandomValues(new BigUint64Array(1))[0]!.toString(16).padStart(16, "0");
  #closed = false;
  #connection: Deno.UnixConn | undefined;
  #wake = () => {};
  #settledWaiters: (() => void)[] = [];

  constructor(options: LogClientOptions) {
    this.#options = options;
    this.#outbox = new Outbox(options.bounds ?? outboxBounds);
    void this.#run();
  }

  /** What became of the lines so far. */
  get counts(): OutboxCounts {
    return this.#outbox.counts;
  }

  /** Takes a line. It never waits and never throws. */
  write(entity: string, severity: number, text: string): void {
    this.#outbox.submit(severity, Date.now(), { entity, text });
    this.#wake();
  }

  /** Waits until `logd` has settled all lines, for so long at most. @returns whether it has */
  async settled(ms: number): Promise<boolean> {
    if (this.#outbox.isEmpty) return true;
    const done = Promise.withResolvers<void>();
    const timer = setTimer(done.resolve, ms);
    this.#settledWaiters.push(done.resolve);
    await done.promise;
    clearTimer(timer);
    return this.#outbox.isEmpty;
  }

  /** Ends it. @returns the lines that `logd` has not settled: it may have some of them all the same */
  close(): Item<Pending>[] {
    this.#closed = true;
    closeQuietly(this.#connection);
    this.#wake();
    return this.#outbox.rest();
  }

  async #run(): Promise<void> {
    const pause = new Pause(firstPauseMs, pauseMsMax);
    while (!this.#closed) {
      const since = performance.now();
      try {
        const connection = await Deno.connect({ transport: "unix", path: this.#options.path });
        this.#connection = connection;
        if (this.#closed) return closeQuietly(connection);
        await this.#serve(connection);
      } catch {
        // Nobody listens, or it is gone: the lines wait.
      }
      closeQuietly(this.#connection);
      this.#connection = undefined;
      if (performance.now() - since >= lastedMs) pause.over();
      if (!this.#closed) await this.#sleep(pause.nextMs());
    }
  }

  /** Waits for so long, or until the client is closed. */
  async #sleep(ms: number): Promise<void> {
    const until = performance.now() + ms;
    for (let left = ms; left > 0 && !this.#closed; left = until - performance.now()) {
      await this.#awake(left);
    }
  }

  /** Waits until there is something to do. */
  #awake(ms?: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = ms === undefined ? undefined : setTimer(resolve, ms);
      this.#wake = () => {
        // While it sleeps only its end wakes it: a line must not cost a turn of the loop each.
        if (ms !== undefined && !this.#closed) return;
        clearTimer(timer);
        this.#wake = () => {};
        resolve();
      };
    });
  }

  async #serve(connection: Deno.UnixConn): Promise<void> {
    await writeAll(connection, helloFrame(this.#id, this.#outbox.next, this.#options.name));
    let ended = false;
    const reading = this.#read(connection).catch(() => {}).finally(() => {
      ended = true;
      closeQuietly(connection);
      this.#wake();
    });
    try {
      while (!ended && !this.#closed) {
        const items = this.#greeted === connection ? this.#outbox.take(batchLines) : [];
        if (items.length === 0) await this.#awake();
        else await writeAll(connection, framesOf(items));
      }
    } finally {
      closeQuietly(connection);
      await reading;
    }
  }

  /** The connection on which `logd` has said how far it has come. */
  #greeted: Deno.UnixConn | undefined;

  async #read(connection: Deno.UnixConn): Promise<void> {
    const reader = new PayloadReader();
    const buffer = new Uint8Array(4_096);
    for (let count; (count = await connection.read(buffer)) !== null;) {
      for (const payload of reader.take(buffer.subarray(0, count))) {
        const frame = readServerFrame(payload);
        if (frame.type === "levels") this.#options.onLevels?.(frame.levels);
        else if (frame.type === "settled") this.#outbox.settled(frame.upTo);
        else {
          this.#outbox.again(frame.upTo);
          this.#greeted = connection;
        }
      }
      if (this.#outbox.isEmpty) { for (const wake of this.#settledWaiters.splice(0)) wake(); }
      this.#wake();
    }
  }
}

/** Bytes of items as they are sent. */
function framesOf(items: readonly Item<Pending>[]): Uint8Array<ArrayBuffer> {
  const frames = items.map((item) =>
    isLine(item)
      ? lineFrame({
        facility: daemonFacility,
        severity: item.severity,
        pid: Deno.pid,
        entity: item.value.entity,
        time: item.fromMs,
        text: item.value.text,
      })
      : lostFrame(item)
  );
  const bytes = new Uint8Array(frames.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const frame of frames) {
    bytes.set(frame, at);
    at += frame.length;
  }
  return bytes;
}

async function writeAll(connection: Deno.UnixConn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
}

function closeQuietly(connection: Deno.UnixConn | undefined): void {
  try {
    connection?.close();
  } catch {
    // It is closed.
  }
}
