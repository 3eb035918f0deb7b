/**
 * Isolation level `inline`: the plugin is imported into the daemon. It is as trusted as the daemon;
 * its synchronous methods stay synchronous.
 *
 * @module
 */
import { offered, open } from "./boot.ts";
import type { Order, Running } from "./running.ts";
import { within } from "../metadata/within.ts";

/** Starts a plugin in the daemon itself. */
export async function startInline(order: Order): Promise<Running> {
  const { id, found: { entry }, config, contract, deadlineMs, onEmit: emit, log } = order;
  const begun = import(entry.href).then((module) => open(module.default, config, { emit, log }));
  const late = () => new Error(`"${id}" did not start within ${Math.round(deadlineMs)} ms`);
  const api = await within(deadlineMs, begun, late);
  return {
    methods: offered(api, [...contract.methods, ...contract.optional]),
    api,
    restarts: () => 0,
    async close(closeMs) {
      const hung = () => new Error(`"${id}" did not close within ${closeMs} ms`);
      await within(closeMs, Promise.resolve(api["close"]?.()), hung);
    },
  };
}
