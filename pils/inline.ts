/**
 * Isolation level `inline`: the plugin is imported into the daemon. It is as trusted as the daemon;
 * its synchronous methods stay synchronous.
 *
 * @module
 */
import { offered, open } from "./boot.ts";
import { within } from "./clock.ts";
import type { Order, Running } from "./running.ts";

/** Starts a plugin in the daemon itself. */
export async function startInline(order: Order): Promise<Running> {
  const { id, clock, contract, deadlineMs } = order;
  const late = () => new Error(`"${id}" did not start within ${Math.round(deadlineMs)} ms`);
  const api = await within(clock, deadlineMs, begin(order), late);
  return {
    methods: offered(api, [...contract.methods, ...contract.optional]),
    api,
    async close(closeMs) {
      const closing = Promise.resolve(api["close"]?.());
      const hung = () => new Error(`"${id}" did not close within ${closeMs} ms`);
      await within(clock, closeMs, closing.then(() => {}), hung);
    },
  };
}

async function begin({ entry, config, onEmit, log }: Order) {
  const module: { readonly default?: unknown } = await import(entry.href);
  return await open(module.default, config, { emit: onEmit, log });
}
