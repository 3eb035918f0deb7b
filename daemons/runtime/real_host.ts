/**
 * The real world, as a process of machines sees it: Deno's clock and timers, durable files, and the
 * loader of plugins.
 *
 * @module
 */
import { messageOf } from "../../metadata/message_of.ts";
import { clearTimer, setTimer } from "../../metadata/timer.ts";
import type { Loader } from "../../pils/loader_types.ts";
import type { Api } from "../../pils/plugin.ts";
import type { Host, HostPlugin, HostStore, LoadRequest, Timer } from "./host.ts";
import type { Log } from "./log.ts";
import type { Result } from "./machine.ts";
import type { Store } from "./store.ts";

/** What is loaded by name but is no plugin. */
export type Builtins = Readonly<Record<string, (emit: (event: unknown) => void) => Api>>;

/** What a process has of the world. */
export interface RealHostOptions {
  readonly log: Log;
  /** Where each machine's `save` goes, by service. */
  readonly stores: ReadonlyMap<string, Store>;
  /** Absent: this process has no plugins. */
  readonly loader?: Loader | undefined;
  readonly builtins?: Builtins | undefined;
}

/** Makes the host of a process. */
export function realHost(options: RealHostOptions): Host {
  const { log, stores, loader, builtins = {} } = options;
  return {
    log,
    now: () => performance.now(),
    wallMs: () => Date.now(),
    seed: () => crypto.getRandomValues(new Uint32Array(1))[0] ?? 0,
    after,
    store(service) {
      const store = stores.get(service);
      return store && storeOf(store);
    },
    load(request, done) {
      const builtin = Object.hasOwn(builtins, request.plugin)
        ? builtins[request.plugin]
        : undefined;
      if (builtin !== undefined) {
        const api = builtin(request.onEmit);
        const close = async () => void await api["close"]?.();
        done({ ok: true, plugin: pluginOf("inline", api, close) });
        return;
      }
      loadPlugin(loader, request).then(
        (plugin) => done({ ok: true, plugin }),
        (error) => done({ ok: false, error: messageOf(error) }),
      );
    },
  };
}

function after(inMs: number, run: () => void): Timer {
  const timer = setTimer(run, inMs);
  return { cancel: () => clearTimer(timer) };
}

const storeOf = (store: Store): HostStore => ({
  saved: store.saved,
  save(key, value, done) {
    store.save(key, value).then(() => done(), done);
  },
});

async function loadPlugin(loader: Loader | undefined, request: LoadRequest): Promise<HostPlugin> {
  if (loader === undefined) throw new Error("this process has no loader");
  const { plugin, config, onEmit, onFault } = request;
  const loaded = await loader.load<Api>(plugin, {
    config,
    onEmit,
    onFault: ({ what, why }) => onFault({ why: `${what}: ${why}`, givenUp: what === "given up" }),
  });
  return pluginOf(
    loaded.isolation,
    loaded.api,
    async () => await loaded[Symbol.asyncDispose](),
  );
}

const pluginOf = (isolation: string, api: Api, close: () => Promise<void>): HostPlugin => ({
  isolation,
  call(method, args, answer) {
    const callee = api[method];
    if (callee === undefined) {
      answer({ ok: false, error: `it has no method "${method}"` });
      return;
    }
    let value: unknown;
    try {
      value = callee(...args);
    } catch (error) {
      answer({ ok: false, error: messageOf(error) });
      return;
    }
    if (value instanceof Promise) value.then((got) => answer(good(got)), (e) => answer(bad(e)));
    else answer(good(value));
  },
  close(done) {
    close().then(() => done(), (error) => done(messageOf(error)));
  },
});

const good = (value: unknown): Result => ({ ok: true, value });
const bad = (error: unknown): Result => ({ ok: false, error: messageOf(error) });
