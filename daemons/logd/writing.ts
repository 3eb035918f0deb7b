/**
 * Writes what waits: one batch at a time for each output.
 *
 * @module
 */
import { isLine } from "../runtime/logging/ordered.ts";
import type { Effect } from "../runtime/machine.ts";
import { lostLine, written } from "./format.ts";
import { writeMs } from "./limits.ts";
import { type LogdState, type Output, outputsInstance } from "./state.ts";

/** Begins with what waits, if the output is free. */
export function write(state: LogdState, output: Output, at: number, out: Effect[]): void {
  if (!output.open || output.busy || output.batch !== undefined || output.failed > 0) return;
  if (output.reopen || isOld(output, at)) {
    output.busy = true;
    out.push(call(output, "rotate", [output.at, !output.reopen]));
    output.reopen = false;
    return;
  }
  const taken = output.queue.take();
  if (taken === undefined) return;
  const lines = taken.items.map(({ client, item }) =>
    written(
      state.node,
      output.config,
      isLine(item) ? item.value : lostLine(client.name, item),
    )
  );
  output.batch = { output: output.at, number: ++output.batches, lines, progress: taken.progress };
  out.push(call(output, "write", [output.batch]));
}

/** Tries the batch again that could not be written. */
export function retried(output: Output, out: Effect[]): void {
  if (output.batch !== undefined) out.push(call(output, "write", [output.batch]));
}

const call = (
  { at }: Output,
  method: "write" | "rotate",
  args: readonly unknown[],
): Effect => ({
  type: "call",
  id: `${method} ${at}`,
  instance: outputsInstance,
  method,
  args,
  deadlineMs: writeMs,
});

/** Whether the file is to be put aside. */
function isOld({ config: { rotateBytes, rotateMs }, size, since }: Output, at: number): boolean {
  if (size === 0) return false;
  return (rotateBytes !== undefined && size >= rotateBytes) ||
    (rotateMs !== undefined && at - since >= rotateMs);
}
