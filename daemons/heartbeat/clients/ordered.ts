/**
 * Puts messages between clients in order, as the receiving library of the original does: by `oseq`,
 * for each sending node, with separate sequences for messages to all and to one node. Heartbeat
 * itself delivers messages in the order of arrival.
 *
 * @module
 */
import type { WireMessage } from "../../../plugins/handler/encoding/contract.ts";
import { decimalOf, hexOf, stringOf } from "../fields.ts";

/** Messages of one queue that wait for an earlier one at most; a greater jump starts again. */
export const jumpMax = 500;

/** What is known of one sender's numbers. */
interface Queue {
  readonly life: string;
  /** The number that comes next. */
  next: number;
  readonly held: Map<number, WireMessage>;
}

/** The order of all messages that one client receives. */
export class Ordered {
  readonly #queues = new Map<string, Queue>();
  /** Senders whose coming we heard of: their first message has number one. */
  readonly #joined = new Set<string>();
  /** Messages that came a second time, or too late to be delivered in order. */
  dropped = 0;

  /** Takes a message; gives those that may be delivered now, in order. */
  take(message: WireMessage): readonly WireMessage[] {
    const source = stringOf(message, "src") ?? "";
    const life = `${hexOf(message, "hg") ?? 0}/${decimalOf(message, "client_gen") ?? 0}`;
    if (stringOf(message, "t") === "hbapi-clstat") return this.#presence(source, life, message);
    const number = hexOf(message, "oseq");
    if (number === undefined) return [message];
    const key = `${source} ${stringOf(message, "dest") === undefined ? "all" : "one"}`;
    let queue = this.#queues.get(key);
    if (queue === undefined || queue.life !== life || number - queue.next >= jumpMax) {
      const next = this.#joined.has(`${source} ${life}`) && number < jumpMax ? 1 : number;
      this.#queues.set(key, queue = { life, next, held: new Map() });
    }
    if (number < queue.next || queue.held.has(number)) {
      this.dropped++;
      return [];
    }
    queue.held.set(number, message);
    const ready: WireMessage[] = [];
    for (let next = queue.held.get(queue.next); next !== undefined;) {
      queue.held.delete(queue.next++);
      ready.push(next);
      next = queue.held.get(queue.next);
    }
    return ready;
  }

  /** Messages that wait for earlier ones. */
  get held(): number {
    return [...this.#queues.values()].reduce((sum, { held }) => sum + held.size, 0);
  }

  /** Who leaves sends nothing more: what is missing will not come, what was held is delivered. */
  #presence(source: string, life: string, message: WireMessage): readonly WireMessage[] {
    if (stringOf(message, "st") === "join") {
      this.#joined.add(`${source} ${life}`);
      return [message];
    }
    this.#joined.delete(`${source} ${life}`);
    const rest: WireMessage[] = [];
    for (const kind of ["all", "one"]) {
      const queue = this.#queues.get(`${source} ${kind}`);
      if (queue?.life !== life) continue;
      for (const number of [...queue.held.keys()].sort((a, b) => a - b)) {
        rest.push(queue.held.get(number)!);
      }
      this.#queues.delete(`${source} ${kind}`);
    }
    return [...rest, message];
  }
}
