/**
 * A plugin handler: the plugin that manages one kind (`handler/stonith` manages `stonith`).
 *
 * `handler` is the only kind that the loader knows by itself. Every other kind is defined by a
 * folder `plugins/handler/<kind>/`. The loader loads that handler with the first plugin of the kind
 * and closes it with the last. A handler's `mod.ts` is:
 *
 * @example
 * ```ts
 * import { handler } from "../../../pils/handler.ts";
 * import type { Auth } from "./contract.ts";
 *
 * export default handler<Auth>("auth/1", { sign: "required", verify: "required" });
 * ```
 *
 * @module
 */
import { apiVersion, type Manifest } from "./manifest.ts";
import type { Plugin } from "./plugin.ts";

/**
 * The methods that plugins of a kind must have. Plain data, since it crosses from an isolated
 * handler.
 */
export interface Contract {
  /** The newest supported version of the contract: `stonith/1`. */
  readonly api: string;
  /** The oldest supported version; plugins for it or a newer one up to `api` are accepted. */
  readonly oldest: number;
  /** Methods that every plugin of the kind has. */
  readonly methods: readonly string[];
  /** Methods that a plugin may have. Any other is not reachable through the loader. */
  readonly optional: readonly string[];
  /** Milliseconds that a call of a method may take, if they differ from the loader's default. */
  readonly deadlinesMs: Readonly<Partial<Record<string, number>>>;
}

/** One instance that is registered with its handler. */
export interface Registration {
  /** `kind/name`. */
  readonly id: string;
  /** Number of the instance within its loader; never used twice. */
  readonly instance: number;
  /** Semantic version of the plugin. */
  readonly version: string;
  /** The contract version that it implements: `stonith/1`. */
  readonly api: string;
  /** The contract's methods that it has. */
  readonly methods: readonly string[];
}

/** The API of a plugin of kind `handler`. */
export interface Handler {
  /** The methods that plugins of the kind must have. */
  contract(): Contract | Promise<Contract>;
  /**
   * Registers an instance that fulfils the contract.
   * @throws {Error} to refuse it; the loading fails with the error's text.
   */
  register(plugin: Registration): void | Promise<void>;
  /** Unregisters an instance; it is closed after this returns. */
  unregister(plugin: Registration): void | Promise<void>;
}

/** The contract of the one built-in kind. */
export const handlerContract: Contract = {
  api: "handler/1",
  oldest: 1,
  methods: ["contract", "register", "unregister"],
  optional: ["close"],
  deadlinesMs: {},
};

/**
 * Says for every member of an API whether each plugin must have it. The compiler compares it with
 * the contract's type, so that a method can neither be forgotten nor misspelt. `close` is always
 * optional and is not named here: only the loader calls it.
 */
export type Methods<A> = {
  readonly [M in Exclude<keyof A, "close">]-?: undefined extends A[M] ? "optional" : "required";
};

/** Options of a handler. */
export interface HandlerOptions<A> {
  /** The oldest supported version of the contract (default: only the newest). */
  readonly oldest?: number;
  /**
   * Milliseconds that a call may take, for methods that need more (or less) than the loader's
   * default.
   */
  readonly deadlinesMs?: { readonly [M in keyof A]?: number };
  /** Additional checks of the kind; throws to reject. */
  readonly register?: (plugin: Registration) => void;
}

/**
 * Creates the default export of a handler's `mod.ts`.
 *
 * @param api the contract's newest version, `kind/number`
 * @param methods each method of `A`: `required` or `optional`
 * @throws {TypeError} if `api` is not `kind/number`: a mistake of the handler's author
 */
export function handler<A>(
  api: string,
  methods: Methods<A>,
  options: HandlerOptions<A> = {},
): Plugin<Manifest, Handler> {
  const newest = apiVersion(api);
  if (newest === undefined) throw new TypeError(`"${api}" is not an api: write kind/number`);
  const named = (wanted: string) =>
    Object.entries<string>(methods).filter(([, need]) => need === wanted).map(([name]) => name);
  const contract: Contract = {
    api,
    oldest: options.oldest ?? newest,
    methods: named("required"),
    optional: [...named("optional"), "close"],
    deadlinesMs: options.deadlinesMs ?? {},
  };
  return () => ({
    contract: () => contract,
    register: (plugin) => options.register?.(plugin),
    unregister: () => {},
  });
}
