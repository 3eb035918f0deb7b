/**
 * Fair turns: who asks much waits behind who asks little. One message of each client is taken, then
 * everything else of this thread has its turn, then one of each again. And no more is taken from a
 * client whose work is unanswered: however fast it asks, what waits in front of another client's
 * question, or of a heartbeat, is a few messages.
 *
 * @module
 */
import { setImmediate } from "node:timers";

/** Messages of one client that are not answered at most, and of all of them together. */
export const unansweredMax = 16;
export const allUnansweredMax = 64;
/** Milliseconds of work for clients, after which everything else has its turn. */
const turnMsMax = 2;

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
    const at = this.#queue.findIndex((next) => next.client === client);
    const next = at < 0 ? this.#held.get(client) : this.#queue.splice(at, 1)[0];
    this.#held.delete(client);
    next?.run();
    this.#release();
  }

  #mayAsk(client: C): boolean {
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
    run();
  }
}
