/**
 * Requests to an isolated plugin that have no answer yet: their numbers, deadlines and answers, over
 * all lives of the plugin.
 *
 * @module
 */
import { errorOf } from "./errors.ts";
import type { Answer, Life } from "./life.ts";
import type { Question } from "./message.ts";
import type { Order } from "./running.ts";
import { within } from "../metadata/within.ts";

/** See the head of the file. */
export class Questions {
  readonly #order: Pick<Order, "id" | "hide" | "hideIn">;
  /** Requests without an answer yet, by number. */
  readonly #asked = new Map<number, PromiseWithResolvers<unknown>>();
  #lastAsked = 0;

  constructor(order: Pick<Order, "id" | "hide" | "hideIn">) {
    this.#order = order;
  }

  /** Requests without an answer yet. */
  get size(): number {
    return this.#asked.size;
  }

  /** Sends a request to the plugin, in this life or the next; the wait has a bound. */
  async ask(
    life: Life | Promise<Life>,
    question: Question,
    deadlineMs: number,
    late: string,
  ): Promise<unknown> {
    const number = ++this.#lastAsked;
    const answer = Promise.withResolvers<unknown>();
    this.#asked.set(number, answer);
    Promise.resolve(life).then(({ post }) => {
      if (this.#asked.has(number)) post({ ...question, id: number });
    }).catch(answer.reject);
    return await within(deadlineMs, answer.promise, () => new Error(late))
      .finally(() => this.#asked.delete(number));
  }

  /** Whether somebody asked for it. A late answer is dropped. */
  answered(answer: Answer): boolean {
    if (answer.id > this.#lastAsked) return false;
    const { id, hide, hideIn } = this.#order;
    const question = this.#asked.get(answer.id);
    if (answer.type === "value") question?.resolve(hideIn(answer.value));
    else {
      question?.reject(errorOf(id, {
        name: hide(answer.error.name),
        message: hide(answer.error.message),
      }));
    }
    return true;
  }

  /** The life that was asked has ended. */
  ended(why: string): void {
    for (const { reject } of this.#asked.values()) {
      reject(new Error(`"${this.#order.id}" ended before it answered: ${why}`));
    }
  }
}
