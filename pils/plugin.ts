/**
 * The export of a plugin's `mod.ts`: one function from checked configuration to its API.
 *
 * @module
 */
import type { Config, Manifest } from "./manifest.ts";

/** The second argument of a plugin's function, after its configuration. */
export interface Host<Event = unknown> {
  /** Sends an event to the caller that loaded the plugin. The event is structured-cloneable. */
  emit(event: Event): void;
  /** Writes one line to the log, at a level of syslog. */
  log(level: "err" | "warning" | "notice" | "info" | "debug", text: string): void;
}

/** A method of a plugin: cloneable values in, a cloneable value or a promise of one out. */
// deno-lint-ignore no-explicit-any -- parameters of methods are contravariant; contracts narrow them
export type Method = (...parameters: any[]) => unknown;

/** An API: methods by name. `close`, if there is one, ends everything that the plugin started. */
export type Api = { readonly [name: string]: Method };

/**
 * The default export of a plugin's `mod.ts`. The returned API must be ready for use.
 *
 * @example
 * ```ts
 * import type { Plugin } from "../../../pils/plugin.ts";
 * import type { Notifier } from "../../handler/notifier/contract.ts";
 * import type manifest from "./manifest.ts";
 *
 * const log: Plugin<typeof manifest, Notifier> = (_config, host) => ({
 *   notify(alert) {
 *     host.log("notice", `${alert.what}: ${alert.why}`);
 *   },
 * });
 * export default log;
 * ```
 */
export type Plugin<M extends Manifest, A, Event = unknown> = (
  config: Config<M>,
  host: Host<Event>,
) => A | Promise<A>;
