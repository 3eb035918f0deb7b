/**
 * Isolation level `worker`: a thread with its own permission set. It confines authority, but
 * neither time nor memory: a looping worker cannot be ended before the daemon, and one that fills
 * its memory ends the daemon too. The rule of `isolation.ts` uses it only for shipped plugins.
 *
 * @module
 */
import { permissionNames } from "./manifest.ts";
import type { Link, LinkEvents } from "./life.ts";
import { takingPlain } from "../metadata/plain_data.ts";
import { type Order, whileStarting } from "./running.ts";

/** Starts a worker for a plugin. Throws if the daemon may not give it what it was granted. */
export function connectWorker(order: Order, events: LinkEvents): Link {
  const granted = whileStarting(order);
  // Every name is set, since an omitted one might be inherited one day.
  const lists = permissionNames.map((name) => [name, granted[name] ?? false]);
  const permissions: Deno.PermissionOptionsObject = Object.fromEntries(lists);
  const worker = new Worker(import.meta.resolve("./boot_worker.ts"), {
    type: "module",
    name: order.id,
    deno: { permissions: { ...permissions, import: false } },
  });
  worker.onmessage = takingPlain(events.message, events.ended);
  worker.onmessageerror = () => events.ended("it sent a value that cannot be cloned");
  worker.onerror = (event) => {
    event.preventDefault(); // else the daemon ends too
    events.ended(event.message);
  };
  return {
    post: (message) => worker.postMessage(message),
    end: () => Promise.resolve(worker.terminate()),
    leaves: "a worker that loops goes on until the daemon ends",
  };
}
