/**
 * Isolation level `worker`: a thread with a permission set of its own. It holds authority, neither
 * time nor memory: a worker that loops cannot be ended before the daemon, and one that fills its
 * memory takes the daemon along. The rule of `isolation.ts` gives it to shipped plugins only.
 *
 * @module
 */
import type { Link, LinkEvents } from "./remote.ts";
import type { Permissions } from "./manifest.ts";
import type { Order } from "./running.ts";

/** Starts a worker for a plugin. Throws if the daemon may not give it what it was granted. */
export function connectWorker({ id, permissions, code }: Order, events: LinkEvents): Link {
  const worker = new Worker(import.meta.resolve("./boot_worker.ts"), {
    type: "module",
    name: id,
    deno: { permissions: workerPermissions(permissions, code) },
  });
  worker.onmessage = (event) => events.message(event.data);
  worker.onmessageerror = () => events.ended("it sent what cannot cross");
  worker.onerror = (event) => {
    event.preventDefault(); // else the daemon ends too
    events.ended(event.message);
  };
  return {
    post: (message) => worker.postMessage(message),
    end: () => {
      worker.terminate();
      return Promise.resolve();
    },
    ending: "a worker that loops goes on until the daemon ends",
  };
}

/** Every key is given, since one that is left out might be inherited one day. */
function workerPermissions(
  { net, read, write, run, env, ffi, sys }: Permissions,
  code: readonly string[],
): Deno.PermissionOptionsObject {
  const list = (entries: readonly string[] | undefined) => entries?.length ? [...entries] : false;
  return {
    net: list(net),
    read: list([...read ?? [], ...code]),
    write: list(write),
    run: list(run),
    env: list(env),
    ffi: list(ffi),
    sys: list(sys) as Deno.PermissionOptionsObject["sys"] & (string[] | false),
    import: false,
  };
}
