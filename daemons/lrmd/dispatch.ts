/**
 * From what waits to what runs: an agent through its plugin, a device through stonithd.
 *
 * @module
 */
import { boundedMs } from "../runtime/duration.ts";
import type { Effect } from "../runtime/machine.ts";
import { needed } from "./load_class.ts";
import { finish } from "./result.ts";
import { parametersFor } from "./stop_parameters.ts";
import type { LrmdState, Resource, Task } from "./state.ts";

/** Milliseconds a plugin may take beyond the operation's own timeout, to end what it started. */
export const graceMs = 5_000;

/** Starts what may start: one operation a resource, `parallelMax` in all. */
export function dispatch(state: LrmdState, at: number, out: Effect[]): void {
  for (const id of [...state.ready]) {
    if (state.running >= state.config.parallelMax) return;
    state.ready.delete(id);
    const resource = state.resources.get(id);
    if (resource === undefined || resource.running !== undefined) continue;
    const task = resource.waiting[0];
    if (task === undefined) continue;
    const { operation } = task;
    const timeoutMs = boundedMs(operation.timeoutMs);
    const agents = operation.agent.class === "stonith"
      ? "ready"
      : needed(state, operation.agent.class, out);
    if (agents === "loading") continue; // `loaded` will bring it back.
    resource.waiting.shift();
    resource.running = task;
    task.startedAt = at;
    state.running++;
    if (operation.agent.class === "stonith") device(state, resource, task, at, out);
    else if (agents !== "ready") {
      finish(
        state,
        String(task.number),
        { ok: true, value: { rc: 5, timedOut: false, output: agents.failed } },
        at,
        out,
      );
    } else {
      out.push({
        type: "call",
        id: String(task.number),
        instance: `ra:${operation.agent.class}`,
        method: "run",
        args: [{
          resource: operation.resource,
          agent: {
            type: operation.agent.type,
            ...(operation.agent.provider === undefined
              ? {}
              : { provider: operation.agent.provider }),
          },
          action: operation.action,
          intervalMs: operation.intervalMs,
          timeoutMs,
          parameters: parametersFor(resource, operation),
        }],
        deadlineMs: timeoutMs + graceMs,
      });
    }
  }
}

/**
 * A stonith resource is a device that stonithd holds ready. Nothing runs: `start` and `monitor`
 * ask whether the device can be used, and this node remembers that it was started.
 */
function device(state: LrmdState, resource: Resource, task: Task, at: number, out: Effect[]): void {
  const { action, resource: id, timeoutMs } = task.operation;
  const say = (rc: number, output: string) =>
    finish(
      state,
      String(task.number),
      { ok: true, value: { rc, timedOut: false, output } },
      at,
      out,
    );
  if (action === "stop") {
    resource.started = false;
    say(0, "");
  } else if (action === "monitor" && !resource.started) say(7, "not started on this node");
  else {
    out.push({
      type: "send",
      to: { service: "stonithd" },
      message: { type: "fence/check", id: String(task.number), device: id },
    }, { type: "timer", name: `check ${task.number}`, inMs: boundedMs(timeoutMs) });
  }
}
