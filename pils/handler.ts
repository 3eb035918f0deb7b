/**
 * A plugin handler: the plugin that manages one kind (`handler/stonith` manages `stonith`).
 *
 * `handler` is the only kind the loader knows by itself. Every other kind exists because a folder
 * `plugins/handler/<kind>/` says what its plugins must offer; the loader loads that handler when
 * the first plugin of the kind is loaded and closes it with the last. A handler's `mod.ts` is:
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

/** What plugins of a kind must offer. Plain data: it crosses from an isolated handler. */
export interface Contract {
  /** The contract's newest version that is served: `stonith/1`. */
  readonly api: string;
  /** The oldest version still served; plugins written for it or a newer one up to `api` are taken. */
  readonly oldest: number;
  /** Methods that every plugin of the kind has. */
  readonly methods: readonly string[];
  /** Methods that a plugin may have. Any other is not reachable through the loader. */
  readonly optional: readonly string[];
  /** How long a call of a method may take, in milliseconds, where it differs from the loader's default. */
  readonly deadlinesMs: Readonly<Partial<Record<string, number>>>;
}

/** One instance that comes to its handler, or leaves it. */
export interface Registration {
  /** `kind/name`. */
  readonly id: string;
  /** Number of the instance within its loader; never used twice. */
  readonly instance: number;
  /** Semantic version of the plugin. */
  readonly version: string;
  /** The contract it was written for: `stonith/1`. */
  readonly api: string;
  /** What it offers of the contract's methods. */
  readonly methods: readonly string[];
}

/** The API of a plugin of kind `handler`. */
export interface Handler {
  /** What plugins of the kind must offer. */
  contract(): Contract | Promise<Contract>;
  /**
   * An instance that keeps the contract is there.
   * @throws {Error} to refuse it; the loading fails with the error's text.
   */
  register(plugin: Registration): void | Promise<void>;
  /** The instance leaves; it is closed when this is answered. */
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
 * Says of every member of an API whether each plugin has it. The compiler compares it with the
 * contract's type, so that a method can neither be forgotten nor misspelt. `close` is always
 * optional and is not named here: the loader calls it, nobody else.
 */
export type Methods<A> = {
  readonly [M in Exclude<keyof A, "close">]-?: undefined extends A[M] ? "optional" : "required";
};

/** What a handler may say beside its methods. */
export interface HandlerOptions<A> {
  /** The oldest version of the contract that is still served; the newest alone if left out. */
  readonly oldest?: number;
  /** Milliseconds a call may take, for methods that need longer (or shorter) than the loader's default. */
  readonly deadlinesMs?: { readonly [M in keyof A]?: number };
  /** Checks of the kind's own; throws to refuse. */
  readonly register?: (plugin: Registration) => void;
}

/**
 * Makes the default export of a handler's `mod.ts`.
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
