/**
 * A machine in a worker of its own, with no permission at all: what it computes for long delays
 * nobody, and what it is given cannot reach the world.
 *
 * @module
 */
import type { Log } from "./log.ts";
import type { Envelope, Outlet } from "./router.ts";

/** What goes to the worker and comes from it. */
export type WorkerFrame = { readonly envelope: Envelope };

/**
 * Makes an outlet for `ProcessOptions.outlets`.
 *
 * @param module the worker's module (see `worker_machine.ts`); its static imports are read with
 *   this process's permission.
 */
export function workerOutlet(name: string, module: URL, log: Log) {
  return (deliver: (envelope: Envelope) => void): Outlet & { close(): void } => {
    let worker = start();

    function start(): Worker {
      const made = new Worker(module, {
        type: "module",
        name,
        deno: { permissions: "none" },
      });
      made.onmessage = ({ data }: MessageEvent<WorkerFrame>) => deliver(data.envelope);
      made.onerror = (event) => {
        // Without this the whole process would end.
        event.preventDefault();
        log(
          name,
          "crit",
          `failed: ${event.message} (${event.filename}:${event.lineno}); restarted`,
        );
        made.terminate();
        worker = start();
      };
      return made;
    }

    return {
      push: (envelope) => worker.postMessage({ envelope } satisfies WorkerFrame),
      close: () => worker.terminate(),
    };
  };
}
