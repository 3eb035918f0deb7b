/**
 * The daemon's side of an isolated plugin: calls with deadlines, upcalls, a liveness ping, bounds
 * on all of it, and restarts within bounds. It knows neither workers nor processes, only a `Link`.
 *
 * @module
 */
import { type ErrorData, errorOf, messageOf } from "./errors.ts";
import { fromPlugin } from "./from_plugin.ts";
import type { PluginFault } from "./loader_types.ts";
import type { FromPlugin, ToPlugin } from "./message.ts";
import type { Order, Running } from "./running.ts";
import { within } from "./within.ts";

/** One running worker or process. */
export interface Link {
  /** Sends in order. Throws if the message cannot cross or too much is waiting. */
  post(message: ToPlugin): void;
  /** Ends it by force; resolves when it is gone, as far as that can be. */
  end(): Promise<void>;
  /** What a forced end leaves behind, for the log; nothing if it leaves nothing. */
  readonly leaves?: string;
}

/** What a link tells, never before it was returned. What follows `ended` is not believed. */
export interface LinkEvents {
  message(message: unknown): void;
  /** It is gone, or speaks no sense and must go. */
  ended(why: string): void;
}

/** Starts a worker or a process for a plugin. */
export type Connect = (order: Order, events: LinkEvents) => Link;

/** One life of the plugin, from a start to its end; a restart is the next life. */
interface Life {
  readonly link: Link;
  readonly ready: PromiseWithResolvers<readonly string[]>;
  readonly closed: PromiseWithResolvers<void>;
  pings: ReturnType<typeof setInterval> | undefined;
  isReady: boolean;
  pingsMissed: number;
  emits: number;
  logLines: number;
  over: boolean;
}

/**
 * Starts a plugin behind `connect`.
 * @throws {Error} if it does not start within the order's deadline
 */
export async function startRemote(order: Order, connect: Connect): Promise<Running> {
  const remote = new Remote(order, connect);
  const methods = await remote.start();
  const api = Object.fromEntries(
    methods.map((name) => [name, (...parameters: unknown[]) => remote.call(name, parameters)]),
  );
  return {
    methods,
    api: Object.freeze(api),
    restarts: () => remote.restarts,
    close: (deadlineMs) => remote.close(deadlineMs),
  };
}

class Remote {
  restarts = 0;
  readonly #order: Order;
  readonly #connect: Connect;
  /** Calls under way, by number. */
  readonly #calls = new Map<number, PromiseWithResolvers<unknown>>();
  #lastCall = 0;
  /** The life there is, or is to come; rejects when there will be none. */
  #next: Promise<Life> = Promise.withResolvers<Life>().promise;
  #life: Life | undefined;
  /** When the life that ended last is gone. */
  #gone = Promise.resolve();
  #started = false;
  #restartTimes: number[] = [];
  #hurry = () => {};
  #closing = false;

  constructor(order: Order, connect: Connect) {
    this.#order = order;
    this.#connect = connect;
  }

  /** The first life; a plugin that cannot start is not started again. */
  async start(): Promise<readonly string[]> {
    const life = this.#begin();
    try {
      const methods = await this.#readiness(life);
      this.#next = Promise.resolve(life);
      this.#started = true;
      return methods;
    } catch (error) {
      await this.#end(life, "it did not start");
      throw error;
    }
  }

  async call(method: string, parameters: readonly unknown[]): Promise<unknown> {
    const { id, limits, contract } = this.#order;
    if (this.#closing) throw new Error(`"${id}" is closed`);
    if (this.#calls.size >= limits.callsMax) {
      throw new Error(`"${id}" has ${limits.callsMax} calls under way; "${method}" is refused`);
    }
    const number = ++this.#lastCall;
    const answer = Promise.withResolvers<unknown>();
    this.#calls.set(number, answer);
    this.#next.then(({ link }) => {
      if (this.#calls.has(number)) link.post({ type: "call", id: number, method, parameters });
    }).catch(answer.reject);
    const deadlineMs = contract.deadlinesMs[method] ?? limits.callMs;
    const late = () => new Error(`"${id}" did not answer "${method}" within ${deadlineMs} ms`);
    return await within(deadlineMs, answer.promise, late)
      .finally(() => this.#calls.delete(number));
  }

  async close(deadlineMs: number): Promise<void> {
    this.#closing = true;
    this.#hurry();
    const life = this.#life;
    if (life === undefined || life.over) return await this.#gone;
    try {
      life.link.post({ type: "close" });
      const hung = `"${this.#order.id}" did not close within ${deadlineMs} ms and was ended`;
      await within(deadlineMs, life.closed.promise, () => new Error(hung + left(life)));
    } finally {
      await this.#end(life, "it was closed");
    }
  }

  #begin(): Life {
    const link = this.#connect(this.#order, {
      message: (message) => this.#take(life, message),
      ended: (why) => this.#lost(life, "died", why),
    });
    const life: Life = {
      link,
      ready: Promise.withResolvers(),
      closed: Promise.withResolvers(),
      pings: undefined,
      isReady: false,
      pingsMissed: 0,
      emits: 0,
      logLines: 0,
      over: false,
    };
    life.ready.promise.catch(() => {});
    life.pings = setInterval(() => this.#ping(life), this.#order.limits.pingMs);
    this.#life = life;
    return life;
  }

  async #readiness({ link, ready }: Life): Promise<readonly string[]> {
    const { id, found: { entry, code, sources }, config, contract, deadlineMs } = this.#order;
    const methods = [...contract.methods, ...contract.optional];
    link.post({ type: "start", entry: entry.href, sources, config, methods, revoke: code });
    const late = () => new Error(`"${id}" did not start within ${Math.round(deadlineMs)} ms`);
    const offered = await within(deadlineMs, ready.promise, late);
    return methods.filter((name) => offered.includes(name)); // only what its contract has
  }

  #take(life: Life, input: unknown): void {
    const message = fromPlugin(input);
    if (life.over && message?.type !== "log") return; // its last words are still worth reading
    if (message === undefined) return this.#lost(life, "died", "it broke the protocol");
    if (message.type !== "emit" && message.type !== "log") life.pingsMissed = 0;
    switch (message.type) {
      case "ready":
        life.isReady = true;
        return life.ready.resolve(message.methods);
      case "failed":
        return life.ready.reject(this.#error(message.error));
      case "value":
      case "error":
        return this.#answered(life, message);
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

  /** An answer that comes too late is dropped, one to no call is a lie. */
  #answered(life: Life, message: FromPlugin & { type: "value" | "error" }): void {
    if (message.id > this.#lastCall) {
      return this.#lost(life, "died", `it answered call ${message.id}, which nobody made`);
    }
    const call = this.#calls.get(message.id);
    if (message.type === "value") call?.resolve(message.value);
    else call?.reject(this.#error(message.error));
  }

  #error({ name, message }: ErrorData): Error {
    return errorOf(this.#order.id, { name, message: this.#order.hide(message) });
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
      return this.#lost(life, "hung", `it answered none of ${life.pingsMissed} pings${left(life)}`);
    }
    life.pingsMissed++;
    try {
      life.link.post({ type: "ping" });
    } catch (error) {
      this.#lost(life, "hung", messageOf(error));
    }
  }

  /** A life is over that should have gone on. */
  #lost(life: Life, what: PluginFault["what"], why: string): void {
    if (life.over) return;
    const { id, limits } = this.#order;
    void this.#end(life, why);
    if (this.#closing || !this.#started) return;
    this.#tell(what, why);
    const now = performance.now();
    this.#restartTimes = this.#restartTimes.filter((at) => now - at < limits.restartWindowMs);
    const restarts = this.#restartTimes.length;
    if (restarts < limits.restartsMax) {
      this.#restartTimes.push(now);
      this.#next = this.#restart(limits.restartDelayMs * 2 ** restarts, why);
    } else {
      const tooOften = `it was restarted ${restarts} times within ${limits.restartWindowMs} ms`;
      this.#tell("given up", tooOften);
      const none = `"${id}" is given up: ${tooOften}; the last time ${why}`;
      this.#next = Promise.reject(new Error(none));
    }
    this.#next.catch(() => {});
  }

  async #restart(delayMs: number, why: string): Promise<Life> {
    const pause = Promise.withResolvers<void>();
    const timer = setTimeout(pause.resolve, delayMs);
    this.#hurry = () => (clearTimeout(timer), pause.resolve());
    await pause.promise;
    await this.#gone;
    if (this.#closing) throw new Error(`"${this.#order.id}" is closed`);
    let life: Life | undefined;
    try {
      life = this.#begin();
      await this.#readiness(life);
    } catch (error) {
      if (life === undefined) this.#tell("given up", messageOf(error)); // not even a process
      else this.#lost(life, "died", messageOf(error));
      throw error;
    }
    this.restarts++;
    this.#tell("restarted", why);
    return life;
  }

  #tell(what: PluginFault["what"], why: string): void {
    const { id, log, onFault } = this.#order;
    log(what === "restarted" ? "notice" : "err", `"${id}" ${what}: ${why}`);
    onFault({ plugin: id, what, why: this.#order.hide(why) });
  }

  async #end(life: Life, why: string): Promise<void> {
    if (life.over) return;
    life.over = true;
    clearInterval(life.pings);
    const { id } = this.#order;
    life.ready.reject(new Error(`"${id}" ended while it started: ${why}`));
    life.closed.resolve();
    for (const { reject } of this.#calls.values()) {
      reject(new Error(`"${id}" ended before it answered: ${why}`));
    }
    await (this.#gone = life.link.end());
  }
}

function left({ link: { leaves } }: Life): string {
  return leaves === undefined ? "" : `; ${leaves}`;
}
