/**
 * The inside of a worker that holds one machine: takes messages, gives back what it sends.
 *
 * Such a machine only answers: it has no timers, no plugins, and nothing to save.
 *
 * @module
 */
/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
import type { Machine } from "./machine.ts";
import type { WorkerFrame } from "./worker_outlet.ts";

/** Serves the machine for as long as the worker lives. */
export function serveMachine(machine: Machine): void {
  self.onmessage = ({ data }: MessageEvent<WorkerFrame>) => {
    const { to, from, message } = data.envelope;
    const at = performance.now();
    for (const effect of machine.step(machine.state, { type: "message", at, from, message })) {
      if (effect.type !== "send") continue;
      self.postMessage(
        {
          envelope: {
            to: effect.to,
            from: { node: to.node ?? "", service: machine.service },
            message: effect.message,
          },
        } satisfies WorkerFrame,
      );
    }
  };
}
