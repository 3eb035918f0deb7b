/**
 * Fair turns: who asks much waits behind who asks little. One message of each client is taken, then
 * everything else of this thread has its turn, then one of each again.
 *
 * No more is taken from a client whose work is unanswered: however fast it asks, what waits in front of
 * another client's question, or of a heartbeat, is a few messages. And the work for those who ask on and
 * on has a share of the time, which they have among them: the rest is for everybody else.
 *
 * @module
 */
import { setImmediate } from "node:timers";
import { clearTimer, setTimer, type Timer } from "../../metadata/timer.ts";

/** Messages of one client that are not answered at most, and of all of them together. */
export const unansweredMax = 16;
export const allUnansweredMax = 64;
/** Milliseconds of work for clients, after which everything else has its turn. */
const turnMsMax = 2;
/** Milliseconds of work that a message is taken for at least: it may be done in another thread. */
const workMsMin = 0.1;
/** Milliseconds of work that all clients together may ask for at once, and owe then. */
const allOwedMsMax = 40;
/** Work that is paid off in `payEveryMs`, by all who owe some together: a quarter of the time. */
const paidMs = 2.5;
const payEveryMs = 10;

/** Somebody's next message. */
interface Next<C> {
  readonly client: C;
  readonly run: () => void;
}

/** See the head of the file. */
export class Turns<C> {
  /** Those whose turn comes, in order. */
  readonly #queue: Next<C>[] = [];
  /** Those that are to wait for answers first. */
  readonly #held = new Map<C, Next<C>>();
  readonly #unanswered = new Map<C, number>();
  /** Milliseconds of work that each has asked for of late. */
  readonly #owed = new Map<C, number>();
  #paying: Timer | undefined;
  /** Whose turn it is. */
  #running: C | undefined;
  /** Somebody had a turn, and the others of this thread have not had theirs yet. */
  #busy = false;

  /** Calls `run` when it is this client's turn; it waits for one turn at a time. */
  take(client: C, run: () => void): void {
    const next = { client, run };
    if (!this.#mayAsk(client)) this.#held.set(client, next);
    else if (this.#busy) this.#queue.push(next);
    else {
      this.#rest();
      this.#run(next);
    }
  }

  /** The client was sent something: an answer, as far as can be seen here. */
  answered(client: C): void {
    const count = this.#unanswered.get(client);
    if (count === undefined) return;
    if (count > 1) this.#unanswered.set(client, count - 1);
    else this.#unanswered.delete(client);
    this.#release();
  }

  /** What was asked long ago is perhaps never answered: not every message has an answer. */
  forgive(): void {
    this.#unanswered.clear();
    this.#release();
  }

  /** The client has gone; if it waits for its turn, that comes now. */
  gone(client: C): void {
    this.#unanswered.delete(client);
    this.#owed.delete(client);
    if (this.#running === client) this.#running = undefined;
    const at = this.#queue.findIndex((next) => next.client === client);
    const next = at < 0 ? this.#held.get(client) : this.#queue.splice(at, 1)[0];
    this.#held.delete(client);
    next?.run();
    this.#release();
  }

  /** No timer stays behind. */
  close(): void {
    clearTimer(this.#paying);
    this.#paying = undefined;
  }

  #mayAsk(client: C): boolean {
    if ((this.#owed.get(client) ?? 0) > allOwedMsMax / this.#owed.size) return false;
    const unanswered = this.#unanswered.get(client);
    if (unanswered === undefined) return true;
    const share = Math.floor(allUnansweredMax / this.#unanswered.size);
    return unanswered < Math.min(unansweredMax, Math.max(1, share));
  }

  #release(): void {
    for (const [client, next] of this.#held) {
      if (!this.#mayAsk(client)) continue;
      this.#held.delete(client);
      this.#queue.push(next);
    }
    if (this.#queue.length > 0 && !this.#busy) this.#rest();
  }

  #rest(): void {
    this.#busy = true;
    setImmediate(() => this.#round());
  }

  #round(): void {
    this.#busy = false;
    if (this.#queue.length === 0) return;
    this.#rest();
    const until = performance.now() + turnMsMax;
    for (let left = this.#queue.length; left > 0 && performance.now() < until; left--) {
      const next = this.#queue.shift();
      if (next !== undefined) this.#run(next);
    }
  }

  #run({ client, run }: Next<C>): void {
    this.#unanswered.set(client, (this.#unanswered.get(client) ?? 0) + 1);
    const from = performance.now();
    this.#running = client;
    run();
    // It has gone by what it has said.
    if (this.#running === undefined) return;
    this.#running = undefined;
    const workMs = Math.max(workMsMin, performance.now() - from);
    this.#owed.set(client, (this.#owed.get(client) ?? 0) + workMs);
    this.#paying ??= setTimer(() => this.#pay(), payEveryMs);
  }

  #pay(): void {
    const share = paidMs / this.#owed.size;
    for (const [client, owedMs] of this.#owed) {
      if (owedMs > share) this.#owed.set(client, owedMs - share);
      else this.#owed.delete(client);
    }
    this.#paying = this.#owed.size === 0 ? undefined : setTimer(() => this.#pay(), payEveryMs);
    this.#release();
  }
}
