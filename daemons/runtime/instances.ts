/**
 * The plugins that one machine has loaded: what its `load`, `unload` and `call` effects order.
 *
 * @module
 */
import { messageOf } from "../../metadata/message_of.ts";
import type { Loaded, Loader } from "../../pils/loader_types.ts";
import type { Api } from "../../pils/plugin.ts";
import type { Log } from "./log.ts";
import type { Effect, Event, Result } from "./machine.ts";

/** What is loaded by name but is no plugin. */
export type Builtins = Readonly<Record<string, (emit: (event: unknown) => void) => Api>>;

/** Whose plugins they are. */
export interface InstancesOptions {
  /** The machine's, for the log. */
  readonly service: string;
  readonly log: Log;
  /** Absent: this process has no plugins. */
  readonly loader?: Loader | undefined;
  readonly builtins?: Builtins | undefined;
  /** Takes what a plugin answers and emits. */
  readonly give: (event: Event) => void;
  /** Whether nobody takes anything any more. */
  readonly isOver: () => boolean;
}

/** See the head of the file. */
export class Instances {
  readonly #options: InstancesOptions;
  readonly #loaded = new Map<string, Loaded<Api> | "loading">();

  constructor(options: InstancesOptions) {
    this.#options = options;
  }

  /** Loads an instance; the machine hears of it by `loaded`. */
  async load({ instance, plugin, config }: Extract<Effect, { type: "load" }>): Promise<void> {
    const { loader, builtins = {}, give } = this.#options;
    const onEmit = (event: unknown) =>
      give({ type: "emit", at: performance.now(), instance, event });
    const builtin = Object.hasOwn(builtins, plugin) ? builtins[plugin] : undefined;
    if (builtin !== undefined) {
      this.#loaded.set(instance, loadedAs(plugin, builtin(onEmit)));
      this.#tell(instance, { ok: true, value: "inline" });
      return;
    }
    this.#loaded.set(instance, "loading");
    let result: Result;
    try {
      if (loader === undefined) throw new Error("this process has no loader");
      const loaded = await loader.load<Api>(plugin, {
        config,
        onEmit,
        onFault: ({ what, why }) =>
          give({
            type: "fault",
            at: performance.now(),
            instance,
            why: `${what}: ${why}`,
            givenUp: what === "given up",
          }),
      });
      if (this.#options.isOver() || this.#loaded.get(instance) !== "loading") {
        // Unloaded before it was there.
        await loaded[Symbol.asyncDispose]();
        return;
      }
      this.#loaded.set(instance, loaded);
      result = { ok: true, value: loaded.isolation };
    } catch (error) {
      this.#loaded.delete(instance);
      result = { ok: false, error: messageOf(error) };
    }
    this.#tell(instance, result);
  }

  /** Gives an instance back. */
  async unload(instance: string): Promise<void> {
    const loaded = this.#loaded.get(instance);
    this.#loaded.delete(instance);
    if (loaded === undefined || loaded === "loading") return;
    try {
      await loaded[Symbol.asyncDispose]();
    } catch (error) {
      const { log, service } = this.#options;
      log(service, "warning", `Cannot unload ${loaded.id}: ${messageOf(error)}`);
    }
  }

  /** Calls a method; the machine hears the answer by `reply`, if it gave the call a number. */
  call({ id, instance, method, args, deadlineMs }: Extract<Effect, { type: "call" }>): void {
    const { give, log, service } = this.#options;
    const answer = (result: Result) => {
      if (id !== undefined) give({ type: "reply", at: performance.now(), id, result });
      else if (!result.ok) log(service, "debug", `${instance}.${method}: ${result.error}`);
    };
    const loaded = this.#loaded.get(instance);
    const callee = loaded === undefined || loaded === "loading" ? undefined : loaded.api[method];
    if (callee === undefined) {
      answer({ ok: false, error: `"${instance}" is not loaded, or has no method "${method}"` });
      return;
    }
    let value: unknown;
    try {
      value = callee(...args);
    } catch (error) {
      answer({ ok: false, error: messageOf(error) });
      return;
    }
    if (value instanceof Promise) settled(value, deadlineMs, answer);
    else answer({ ok: true, value });
  }

  #tell(instance: string, result: Result): void {
    this.#options.give({ type: "loaded", at: performance.now(), instance, result });
  }
}

function loadedAs(id: string, api: Api): Loaded<Api> {
  return {
    id,
    isolation: "inline",
    permissions: {},
    api,
    async [Symbol.asyncDispose]() {
      await api["close"]?.();
    },
  };
}

/** Answers once: with what a promise comes to, or that it did not come in time. */
function settled(
  promise: Promise<unknown>,
  deadlineMs: number,
  answer: (result: Result) => void,
): void {
  let isOver = false;
  const settle = (result: Result) => {
    if (isOver) return;
    isOver = true;
    clearTimeout(timer);
    answer(result);
  };
  const timer = setTimeout(
    () => settle({ ok: false, error: `no answer within ${deadlineMs} ms` }),
    deadlineMs,
  );
  promise.then(
    (value) => settle({ ok: true, value }),
    (error) => settle({ ok: false, error: messageOf(error) }),
  );
}
