/**
 * A client of the database, outside of the cluster: it writes a row every 10 ms and notes which of them
 * the server acknowledged. A row that it has no answer for is not written again: whether it is there
 * nobody knows. It waits for no node: where nothing answers, it connects again and again.
 *
 * @module
 */
import { pause } from "../../../../metadata/timer.ts";
import { Postgres, type Server } from "./postgres.ts";

/** Milliseconds from one row to the next. */
const everyMs = 10;
/** Milliseconds that a server may take for a row before the client turns to another connection. */
const answerMs = 500;
/** Milliseconds that a server may take to accept a connection. */
const connectMs = 200;
/** Milliseconds that the final count may take. */
const countMs = 30_000;
/** Rows that are noted at most: 100 a second, for some hours. */
const rowsMax = 1_000_000;
/** Times that are kept: those of the last minute and more. */
const timesMax = 20_000;

const table = "written";

/** Milliseconds since 1970, with fractions. */
const now = (): number => performance.timeOrigin + performance.now();

/** What the client knows, once it has compared. */
export interface Comparison {
  /** Rows that were acknowledged. */
  readonly acknowledged: number;
  /** Rows that are in the database. */
  readonly found: number;
  /** Rows that were acknowledged and are not in the database. */
  readonly lost: readonly number[];
}

/** A row that was acknowledged. */
export interface Accepted {
  /** Milliseconds since 1970. */
  readonly atMs: number;
  /** The name that the server has (its `cluster_name`). */
  readonly host: string;
}

/** Somebody who waits for a row. */
interface Waiting {
  readonly afterMs: number;
  readonly not: string | undefined;
  done(accepted: Accepted): void;
}

/** See the head of the file. */
export class Writer {
  readonly #server: Server;
  readonly #acknowledged: number[] = [];
  /** When the last rows were acknowledged. */
  readonly #times: number[] = [];
  readonly #waiting: Waiting[] = [];
  #connection: Postgres | undefined;
  #host = "";
  #last = 0;
  #stopped = false;
  #running: Promise<void> = Promise.resolve();
  /** Why the last row was not acknowledged. */
  trouble = "";

  constructor(server: Server) {
    this.#server = server;
  }

  /** Begins to write. */
  start(): void {
    this.#running = this.#run();
  }

  /** Stops writing. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
    this.#connection?.close();
  }

  /** The first row that was sent after `afterMs` and acknowledged, by a server other than `not`. */
  accepted(afterMs: number, not?: string): Promise<Accepted> {
    return new Promise((done) => this.#waiting.push({ afterMs, not, done }));
  }

  /** The longest time without an acknowledged row since then, in milliseconds. */
  longestGap(sinceMs: number): number {
    const times = [sinceMs, ...this.#times.filter((atMs) => atMs > sinceMs), now()];
    return Math.round(Math.max(...times.map((atMs, at) => atMs - (times[at - 1] ?? atMs))));
  }

  /** Counts what is in the database. */
  async compare(): Promise<Comparison> {
    const acknowledged = [...this.#acknowledged];
    const connection = await Postgres.connect(this.#server, countMs);
    try {
      const rows = await connection.query(`SELECT id FROM ${table}`, countMs);
      const there = new Set(rows.map(([id]) => Number(id)));
      return {
        acknowledged: acknowledged.length,
        found: there.size,
        lost: acknowledged.filter((id) => !there.has(id)),
      };
    } finally {
      connection.close();
    }
  }

  async #run(): Promise<void> {
    for (let due = now(); !this.#stopped && this.#acknowledged.length < rowsMax;) {
      await this.#one().catch((error: unknown) => {
        this.trouble = error instanceof Error ? error.message : String(error);
        this.#connection?.close();
        this.#connection = undefined;
      });
      // Rows that were missed are not made up for.
      due = Math.max(due + everyMs, now());
      await pause(Math.max(0, due - now()));
    }
  }

  async #one(): Promise<void> {
    if (this.#connection === undefined) {
      const connection = await Postgres.connect(this.#server, connectMs);
      this.#connection = connection;
      await connection.query(
        `CREATE TABLE IF NOT EXISTS ${table} (id bigint PRIMARY KEY)`,
        answerMs,
      );
      const [[name = ""] = []] = await connection.query("SHOW cluster_name", answerMs);
      this.#host = name;
    }
    const id = ++this.#last;
    const sentMs = now();
    await this.#connection.query(`INSERT INTO ${table} VALUES (${id})`, answerMs);
    this.#acknowledged.push(id);
    const atMs = now();
    if (this.#times.push(atMs) > timesMax) this.#times.splice(0, timesMax / 2);
    for (let at = this.#waiting.length - 1; at >= 0; at--) {
      const waiting = this.#waiting[at];
      if (waiting === undefined || waiting.afterMs > sentMs || waiting.not === this.#host) continue;
      this.#waiting.splice(at, 1);
      waiting.done({ atMs, host: this.#host });
    }
  }
}
