/**
 * Runs many seeds on several processors at once. Each seed is a separate world, so they are
 * independent; a free thread takes the next one.
 *
 * @module
 */
import { type Order, runOrder } from "./order.ts";
import type { ScenarioResult } from "./scenario.ts";

/** Runs them all; `done` hears of each, in the order in which they end. */
export async function runOrders(
  orders: readonly Order[],
  jobs: number,
  done: (result: ScenarioResult) => void,
): Promise<void> {
  if (jobs === 1) {
    for (const order of orders) done(runOrder(order));
    return;
  }
  const waiting = [...orders].reverse();
  await Promise.all(
    Array.from(
      { length: Math.min(jobs, orders.length) },
      () =>
        new Promise<void>((resolve, reject) => {
          const url = new URL("./jobs_worker.ts", import.meta.url);
          const worker = new Worker(url, { type: "module", deno: { permissions: "none" } });
          const end = (settle: () => void) => {
            worker.terminate();
            settle();
          };
          worker.onmessage = ({ data }: MessageEvent<ScenarioResult | "ready">) => {
            if (data !== "ready") {
              done(data);
            }
            const next = waiting.pop();
            if (next === undefined) end(resolve);
            else worker.postMessage(next);
          };
          worker.onerror = (event) => {
            event.preventDefault();
            end(() =>
              reject(new Error(`Cannot run seeds in a thread of their own: ${event.message}`))
            );
          };
        }),
    ),
  );
}
