/**
 * The daemon's side of an isolated plugin: calls with deadlines, upcalls, a liveness ping, bounds
 * on all of it, and restarts within bounds. It knows neither workers nor processes, only a `Link`.
 *
 * @module
 */
import { within } from "./clock.ts";
import { errorOf, type FromPlugin, fromPlugin, type ToPlugin } from "./message.ts";
import type { PluginFault } from "./loader_types.ts";
import type { Api } from "./plugin.ts";
import type { Order, Running } from "./running.ts";

/** One running worker or process. */
export interface Link {
  /** Sends in order. Throws if the message cannot cross or too much is waiting. */
  post(message: ToPlugin): void;
  /** Ends it by force; resolves when it is gone, as far as that can be. */
  end(): Promise<void>;
  /** What a forced end leaves behind, for the log; nothing if it leaves nothing. */
  readonly ending?: string;
}

/** What a link tells, never before it was returned. What follows `ended` is not believed. */
export interface LinkEvents {
  message(message: unknown): void;
  /** It is gone, or speaks no sense and must go. */
  ended(why: string): void;
}

/** Starts a worker or a process for a plugin. */
export type Connect = (order: Order, events: LinkEvents) => Link;

/** A call under way. */
interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly cancel: () => void;
}

/** One life of the plugin, from a start to its end; a restart is the next life. */
interface Life {
  readonly link: Link;
  readonly ready: PromiseWithResolvers<readonly string[]>;
  readonly closed: PromiseWithResolvers<void>;
  readonly stopPings: () => void;
  isReady: boolean;
  over: boolean;
  pingsMissed: number;
  emits: number;
  logLines: number;
}

/**
 * Starts a plugin behind `connect`.
 * @throws {Error} if it does not start within the order's deadline
 */
export async function startRemote(order: Order, connect: Connect): Promise<Running> {
  const remote = new Remote(order, connect);
  const methods = await remote.start();
  const api: Api = Object.freeze(
    Object.fromEntries(
      methods.map((name) => [name, (...parameters: unknown[]) => remote.call(name, parameters)]),
    ),
  );
  return { methods, api, close: (deadlineMs) => remote.close(deadlineMs) };
}

class Remote {
  readonly #order: Order;
  readonly #connect: Connect;
  readonly #pending = new Map<number, Pending>();
  #lastCall = 0;
  /** The life there is, or is to come; rejects when there will be none. */
  #life: Promise<Life>;
  #current: Life | undefined;
  /** When the life that ended last is gone. */
  #ended = Promise.resolve();
  #started = false;
  #restartTimes: number[] = [];
  #cancelRestart = () => {};
  #closing = false;

  constructor(order: Order, connect: Connect) {
    this.#order = order;
    this.#connect = connect;
    this.#life = Promise.reject(new Error(`"${order.id}" is not started`));
    this.#life.catch(() => {});
  }

  /** The first life; a plugin that cannot start is not started again. */
  async start(): Promise<readonly string[]> {
    const life = this.#begin();
    try {
      const methods = await this.#readiness(life);
      this.#life = Promise.resolve(life);
      this.#started = true;
      return methods;
    } catch (error) {
      await this.#end(life, "it did not start");
      throw error;
    }
  }

  async call(method: string, parameters: readonly unknown[]): Promise<unknown> {
    const { id, clock, limits, contract } = this.#order;
    if (this.#closing) throw new Error(`"${id}" is closed`);
    if (this.#pending.size >= limits.callsMax) {
      throw new Error(`"${id}" has ${limits.callsMax} calls under way; "${method}" is refused`);
    }
    const deadlineMs = contract.deadlinesMs[method] ?? limits.callMs;
    const number = ++this.#lastCall;
    const answer = Promise.withResolvers<unknown>();
    const cancel = clock.after(deadlineMs, () => {
      this.#pending.delete(number);
      answer.reject(new Error(`"${id}" did not answer "${method}" within ${deadlineMs} ms`));
    });
    this.#pending.set(number, { ...answer, cancel });
    this.#life.then((life) => {
      if (this.#pending.has(number)) {
        life.link.post({ type: "call", id: number, method, parameters });
      }
    }).catch((error: Error) => this.#settle(number)?.reject(error));
    return await answer.promise;
  }

  async close(deadlineMs: number): Promise<void> {
    this.#closing = true;
    this.#cancelRestart();
    const { id, clock } = this.#order;
    const life = this.#current;
    if (life === undefined || life.over) return await this.#ended;
    try {
      life.link.post({ type: "close" });
      await within(clock, deadlineMs, life.closed.promise, () => {
        const left = life.link.ending === undefined ? "" : `; ${life.link.ending}`;
        return new Error(`"${id}" did not close within ${deadlineMs} ms and was ended${left}`);
      });
    } finally {
      await this.#end(life, "it was closed");
    }
  }

  #begin(): Life {
    const { clock, limits } = this.#order;
    const ready = Promise.withResolvers<readonly string[]>();
    ready.promise.catch(() => {});
    const pings = { cancel: () => {} };
    const link = this.#connect(this.#order, {
      message: (message) => this.#take(life, message),
      ended: (why) => this.#lost(life, "died", why),
    });
    const life: Life = {
      link,
      ready,
      closed: Promise.withResolvers(),
      stopPings: () => pings.cancel(),
      isReady: false,
      over: false,
      pingsMissed: 0,
      emits: 0,
      logLines: 0,
    };
    const tick = () => {
      pings.cancel = clock.after(limits.pingMs, tick);
      this.#ping(life);
    };
    pings.cancel = clock.after(limits.pingMs, tick);
    this.#current = life;
    return life;
  }

  async #readiness(life: Life): Promise<readonly string[]> {
    const { id, entry, code, sources, config, contract, clock, deadlineMs } = this.#order;
    const methods = [...contract.methods, ...contract.optional];
    life.link.post({ type: "start", entry: entry.href, sources, config, methods, revoke: code });
    const late = () => new Error(`"${id}" did not start within ${Math.round(deadlineMs)} ms`);
    return await within(clock, deadlineMs, life.ready.promise, late);
  }

  #take(life: Life, input: unknown): void {
    const message = fromPlugin(input);
    if (life.over && message?.type !== "log") return; // its last words are still worth reading
    if (message === undefined) return this.#lost(life, "died", "it broke the protocol");
    if (message.type !== "emit" && message.type !== "log") life.pingsMissed = 0;
    switch (message.type) {
      case "ready":
        life.isReady = true;
        return life.ready.resolve(this.#offered(message));
      case "failed":
        return life.ready.reject(errorOf(this.#order.id, message.error));
      case "value":
        return this.#answered(life, message.id)?.resolve(message.value);
      case "error":
        return this.#answered(life, message.id)
          ?.reject(errorOf(this.#order.id, message.error));
      case "emit":
        return this.#emitted(life, message.event);
      case "log":
        return this.#logged(life, message);
      case "pong":
        return;
      case "closed":
        if (!this.#closing) return this.#lost(life, "died", "it closed itself");
        return life.closed.resolve();
    }
  }

  /** A plugin can offer only what its contract has. */
  #offered({ methods }: FromPlugin & { type: "ready" }): string[] {
    const { contract } = this.#order;
    return [...contract.methods, ...contract.optional].filter((name) => methods.includes(name));
  }

  /** The call that is answered; an answer that comes too late is dropped, to no call is a lie. */
  #answered(life: Life, number: number): Pending | undefined {
    if (!Number.isInteger(number) || number < 1 || number > this.#lastCall) {
      this.#lost(life, "died", `it answered call ${number}, which nobody made`);
    }
    return this.#settle(number);
  }

  #settle(number: number): Pending | undefined {
    const pending = this.#pending.get(number);
    this.#pending.delete(number);
    pending?.cancel();
    return pending;
  }

  #emitted(life: Life, event: unknown): void {
    const { emitsPerSecondMax, pingMs } = this.#order.limits;
    if (++life.emits > emitsPerSecondMax * pingMs / 1_000) {
      return this.#lost(life, "flooded", `more than ${emitsPerSecondMax} upcalls in a second`);
    }
    this.#order.onEmit(event);
  }

  #logged(life: Life, { level, text }: FromPlugin & { type: "log" }): void {
    const { logLinesPerSecondMax, pingMs } = this.#order.limits;
    if (++life.logLines > logLinesPerSecondMax * pingMs / 1_000) return;
    // One line stays one line: no plugin writes those of others.
    // deno-lint-ignore no-control-regex -- control characters are what is replaced
    this.#order.log(level, text.replace(/[\x00-\x1f\x7f\u2028\u2029]+/g, " "));
  }

  #ping(life: Life): void {
    const { limits, log } = this.#order;
    const dropped = life.logLines - limits.logLinesPerSecondMax * limits.pingMs / 1_000;
    if (dropped > 0) log("warning", `${dropped} lines of its log were dropped`);
    life.logLines = 0;
    life.emits = 0;
    if (!life.isReady) return; // a start has a deadline of its own
    if (life.pingsMissed >= limits.pingsMissedMax) {
      const left = life.link.ending === undefined ? "" : `; ${life.link.ending}`;
      return this.#lost(life, "hung", `it answered none of ${life.pingsMissed} pings${left}`);
    }
    life.pingsMissed++;
    try {
      life.link.post({ type: "ping" });
    } catch (error) {
      this.#lost(life, "hung", String(error));
    }
  }

  /** A life is over that should have gone on. */
  #lost(life: Life, what: PluginFault["what"], why: string): void {
    if (life.over) return;
    const { id, onFault, log, clock, limits } = this.#order;
    const ended = this.#end(life, why);
    if (this.#closing || !this.#started) return;
    log("err", `"${id}" ${what}: ${why}`);
    onFault({ plugin: id, what, why });
    const now = clock.now();
    this.#restartTimes = this.#restartTimes.filter((at) => now - at < limits.restartWindowMs);
    const restarts = this.#restartTimes.length;
    if (restarts >= limits.restartsMax) {
      const tooOften = `it was restarted ${restarts} times within ${limits.restartWindowMs} ms`;
      log("err", `"${id}" given up: ${tooOften}`);
      onFault({ plugin: id, what: "given up", why: tooOften });
      this.#none(new Error(`"${id}" is given up: ${tooOften}; the last time ${why}`));
      return;
    }
    this.#restartTimes.push(now);
    this.#restart(ended, limits.restartDelayMs * 2 ** restarts, why);
  }

  #restart(ended: Promise<void>, delayMs: number, why: string): void {
    const { id, clock, onFault } = this.#order;
    const next = Promise.withResolvers<Life>();
    next.promise.catch(() => {});
    this.#life = next.promise;
    const cancel = clock.after(delayMs, async () => {
      await ended;
      if (this.#closing) return next.reject(new Error(`"${id}" is closed`));
      try {
        const life = this.#begin();
        await this.#readiness(life).then(() => next.resolve(life)).catch((error: Error) => {
          next.reject(error);
          this.#lost(life, "died", error.message);
        });
        if (!life.over) onFault({ plugin: id, what: "restarted", why });
      } catch (error) { // not even a worker or a process could be made
        next.reject(error);
        onFault({ plugin: id, what: "given up", why: String(error) });
      }
    });
    this.#cancelRestart = () => {
      cancel();
      next.reject(new Error(`"${id}" is closed`));
    };
  }

  /** There will be no further life. */
  #none(error: Error): void {
    this.#life = Promise.reject(error);
    this.#life.catch(() => {});
  }

  async #end(life: Life, why: string): Promise<void> {
    if (life.over) return;
    life.over = true;
    life.stopPings();
    life.ready.reject(new Error(`"${this.#order.id}" ended while it started: ${why}`));
    life.closed.resolve();
    for (const number of [...this.#pending.keys()]) {
      this.#settle(number)?.reject(
        new Error(`"${this.#order.id}" ended before it answered: ${why}`),
      );
    }
    await (this.#ended = life.link.end());
  }
}
