/**
 * The daemon's side of an isolated plugin, over all of its lives: calls with deadlines, and restarts
 * within bounds.
 *
 * @module
 */
import { messageOf } from "../metadata/message_of.ts";
import { errorOf } from "./errors.ts";
import { type Answer, beginLife, type Connect, type Life } from "./life.ts";
import type { PluginFault } from "./loader_types.ts";
import type { Question } from "./message.ts";
import type { Order, Running } from "./running.ts";
import { quietly, within } from "./within.ts";

/**
 * Starts a plugin behind `connect`; one that cannot start is not restarted.
 * @throws {Error} if it does not start within the order's deadline
 */
export async function startRemote(order: Order, connect: Connect): Promise<Running> {
  const { id, limits, contract, hide, hideIn } = order;
  /** Requests without an answer yet, by number. */
  const asked = new Map<number, PromiseWithResolvers<unknown>>();
  let lastAsked = 0;
  let restarts = 0;
  let restartTimes: number[] = [];
  /** The life that began last. */
  let latest: Life | undefined;
  /** Resolves when the last ended life is gone. */
  let gone = Promise.resolve();
  /** The pause before the next life; a close ends it. */
  let pause = Promise.withResolvers<void>();
  let isClosing = false;
  /** The current or next life; rejects when there will be none. */
  let next = begin();

  const { methods = [] } = await next;
  const api = Object.fromEntries(
    methods.map((name) => [name, (...parameters: unknown[]) => call(name, parameters)]),
  );
  return { methods, api: Object.freeze(api), restarts: () => restarts, close };

  async function call(method: string, parameters: readonly unknown[]): Promise<unknown> {
    if (isClosing) throw new Error(`"${id}" is closed`);
    if (asked.size >= limits.callsMax) {
      throw new Error(`"${id}" has ${limits.callsMax} calls under way; "${method}" is refused`);
    }
    const deadlineMs = contract.deadlinesMs[method] ?? limits.callMs;
    const late = `"${id}" did not answer "${method}" within ${deadlineMs} ms`;
    // A call at the very moment of a fault is answered by the next life.
    const life = Promise.resolve().then(() => next);
    return await ask(life, { type: "call", method, parameters }, deadlineMs, late);
  }

  async function close(deadlineMs: number): Promise<void> {
    isClosing = true;
    pause.resolve();
    const life = latest;
    if (life === undefined || life.isOver) return await gone;
    life.methods = undefined;
    const late = `"${id}" did not close within ${deadlineMs} ms and was ended${life.leaves}`;
    try {
      await ask(life, { type: "close" }, deadlineMs, late);
    } catch (error) {
      if (!life.isOver) throw error; // a plugin that has died meanwhile is closed
    } finally {
      await end(life, "it was closed");
    }
  }

  /** Sends a request to the plugin, in this life or the next; the wait has a bound. */
  async function ask(
    life: Life | Promise<Life>,
    question: Question,
    deadlineMs: number,
    late: string,
  ): Promise<unknown> {
    const number = ++lastAsked;
    const answer = Promise.withResolvers<unknown>();
    asked.set(number, answer);
    Promise.resolve(life).then(({ post }) => {
      if (asked.has(number)) post({ ...question, id: number });
    }).catch(answer.reject);
    return await within(deadlineMs, answer.promise, () => new Error(late))
      .finally(() => asked.delete(number));
  }

  /** A late answer is dropped; an answer without a request breaks the protocol. */
  function answered(life: Life, answer: Answer): void {
    if (answer.id > lastAsked) {
      return lost(life, "died", `it answered call ${answer.id}, which nobody made`);
    }
    const question = asked.get(answer.id);
    if (answer.type === "value") return question?.resolve(hideIn(answer.value));
    question?.reject(errorOf(id, {
      name: hide(answer.error.name),
      message: hide(answer.error.message),
    }));
  }

  /** Begins a life; one that does not start is ended. */
  async function begin(): Promise<Life> {
    const { found: { entry, sources, code: revoke }, config, deadlineMs } = order;
    const life = latest = beginLife(order, connect, {
      answered: (answer) => answered(life, answer),
      lost: (what, why) => lost(life, what, why),
    });
    try {
      const names = [...contract.methods, ...contract.optional];
      const start = { entry: entry.href, sources, config, methods: names, revoke };
      const late = `"${id}" did not start within ${Math.round(deadlineMs)} ms`;
      const offered = await ask(life, { type: "start", ...start }, deadlineMs, late);
      if (life.isOver) throw new Error(`"${id}" ended as soon as it was started`);
      // Only methods of its contract.
      life.methods = names.filter((name) => Array.isArray(offered) && offered.includes(name));
      return life;
    } catch (error) {
      await end(life, "it did not start");
      throw error;
    }
  }

  /** A life cannot continue. */
  function lost(life: Life, what: PluginFault["what"], why: string): void {
    if (life.isOver) return;
    void end(life, why);
    if (life.methods !== undefined) again(what, why);
  }

  async function end(life: Life, why: string): Promise<void> {
    if (life.isOver) return;
    gone = life.end();
    for (const { reject } of asked.values()) {
      reject(new Error(`"${id}" ended before it answered: ${why}`));
    }
    await gone;
  }

  /** Begins the next life after a pause, unless there were too many. */
  function again(what: PluginFault["what"], why: string): void {
    if (isClosing) return;
    tell(what, why);
    const now = performance.now();
    restartTimes = restartTimes.filter((at) => now - at < limits.restartWindowMs);
    if (restartTimes.length < limits.restartsMax) {
      next = restart(limits.restartDelayMs * 2 ** restartTimes.length, why);
      restartTimes.push(now);
    } else {
      const times = `${restartTimes.length} times within ${limits.restartWindowMs} ms`;
      tell("given up", `it was restarted ${times}`);
      const none = `"${id}" is given up: it was restarted ${times}; the last time ${why}`;
      next = Promise.reject(new Error(none));
    }
    void quietly(next);
  }

  async function restart(pauseMs: number, why: string): Promise<Life> {
    pause = Promise.withResolvers(); // one for all restarts would keep what each has waited with
    await quietly(within(pauseMs, pause.promise, () => new Error("the pause is over")));
    await gone;
    if (isClosing) throw new Error(`"${id}" is closed`);
    const life = await begin().catch((error) => {
      again("died", messageOf(error));
      throw error;
    });
    restarts++;
    tell("restarted", why);
    return life;
  }

  function tell(what: PluginFault["what"], why: string): void {
    order.log(what === "restarted" ? "notice" : "err", `"${id}" ${what}: ${why}`);
    order.onFault({ plugin: id, what, why: hide(why) });
  }
}
