/**
 * The lives of an isolated plugin, one after another: restarts within bounds, until it is closed or
 * given up.
 *
 * @module
 */
import { messageOf } from "../metadata/message_of.ts";
import { type Answer, beginLife, type Connect, type Life } from "./life.ts";
import type { PluginFault } from "./loader_types.ts";
import type { Questions } from "./questions.ts";
import type { Order } from "./running.ts";
import { quietly, within } from "../metadata/within.ts";

/** See the head of the file. */
export class Lives {
  readonly #order: Order;
  readonly #connect: Connect;
  readonly #questions: Questions;
  /** How often it was restarted. */
  restarts = 0;
  #restartTimes: number[] = [];
  /** The life that began last. */
  #latest: Life | undefined;
  /** Resolves when the last ended life is gone. */
  #gone = Promise.resolve();
  /** The pause before the next life; a close ends it. */
  #pause = Promise.withResolvers<void>();
  /** Whether a close has begun. */
  isClosing = false;
  /** The current or next life; rejects when there will be none. */
  next: Promise<Life>;

  /** Begins the first life; a plugin whose first life does not start is not restarted. */
  constructor(order: Order, connect: Connect, questions: Questions) {
    this.#order = order;
    this.#connect = connect;
    this.#questions = questions;
    this.next = this.#begin();
  }

  /** Asks the last life to close, and ends it. No other begins. */
  async close(deadlineMs: number): Promise<void> {
    this.isClosing = true;
    this.#pause.resolve();
    const life = this.#latest;
    if (life === undefined || life.isOver) return await this.#gone;
    life.methods = undefined;
    const late =
      `"${this.#order.id}" did not close within ${deadlineMs} ms and was ended${life.leaves}`;
    try {
      await this.#questions.ask(life, { type: "close" }, deadlineMs, late);
    } catch (error) {
      if (!life.isOver) throw error; // a plugin that has died meanwhile is closed
    } finally {
      await this.#end(life, "it was closed");
    }
  }

  /** Begins a life; one that does not start is ended. */
  async #begin(): Promise<Life> {
    const { id, contract, found: { entry, sources, code: revoke }, config, deadlineMs } =
      this.#order;
    const life = this.#latest = beginLife(this.#order, this.#connect, {
      answered: (answer) => this.#answered(life, answer),
      lost: (what, why) => this.#lost(life, what, why),
    });
    try {
      const names = [...contract.methods, ...contract.optional];
      const start = { entry: entry.href, sources, config, methods: names, revoke };
      const question = { type: "start", ...start } as const;
      const late = `"${id}" did not start within ${Math.round(deadlineMs)} ms`;
      const offered = await this.#questions.ask(life, question, deadlineMs, late);
      if (life.isOver) throw new Error(`"${id}" ended as soon as it was started`);
      // Only methods of its contract.
      life.methods = names.filter((name) => Array.isArray(offered) && offered.includes(name));
      return life;
    } catch (error) {
      await this.#end(life, "it did not start");
      throw error;
    }
  }

  /** An answer without a request breaks the protocol. */
  #answered(life: Life, answer: Answer): void {
    if (this.#questions.answered(answer)) return;
    this.#lost(life, "died", `it answered call ${answer.id}, which nobody made`);
  }

  /** A life cannot continue. */
  #lost(life: Life, what: PluginFault["what"], why: string): void {
    if (life.isOver) return;
    void this.#end(life, why);
    if (life.methods !== undefined) this.#again(what, why);
  }

  async #end(life: Life, why: string): Promise<void> {
    if (life.isOver) return;
    this.#gone = life.end();
    this.#questions.ended(why);
    await this.#gone;
  }

  /** Begins the next life after a pause, unless there were too many. */
  #again(what: PluginFault["what"], why: string): void {
    if (this.isClosing) return;
    this.#report(what, why);
    const { id, limits } = this.#order;
    const now = performance.now();
    this.#restartTimes = this.#restartTimes.filter((at) => now - at < limits.restartWindowMs);
    if (this.#restartTimes.length < limits.restartsMax) {
      this.next = this.#restart(limits.restartDelayMs * 2 ** this.#restartTimes.length, why);
      this.#restartTimes.push(now);
    } else {
      const times = `${this.#restartTimes.length} times within ${limits.restartWindowMs} ms`;
      this.#report("given up", `it was restarted ${times}`);
      const none = `"${id}" is given up: it was restarted ${times}; the last time ${why}`;
      this.next = Promise.reject(new Error(none));
    }
    void quietly(this.next);
  }

  async #restart(pauseMs: number, why: string): Promise<Life> {
    this.#pause = Promise.withResolvers(); // one for all restarts would keep what each waited with
    await quietly(within(pauseMs, this.#pause.promise, () => new Error("the pause is over")));
    await this.#gone;
    if (this.isClosing) throw new Error(`"${this.#order.id}" is closed`);
    const life = await this.#begin().catch((error) => {
      this.#again("died", messageOf(error));
      throw error;
    });
    this.restarts++;
    this.#report("restarted", why);
    return life;
  }

  #report(what: PluginFault["what"], why: string): void {
    const { id, hide, log, onFault } = this.#order;
    log(what === "restarted" ? "notice" : "err", `"${id}" ${what}: ${why}`);
    onFault({ plugin: id, what, why: hide(why) });
  }
}
