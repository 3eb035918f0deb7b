/**
 * What `logd` says of itself.
 *
 * @module
 */
import type { Json } from "../runtime/messages.ts";
import { levelOf } from "../runtime/logging/levels.ts";
import type { LogdState } from "./state.ts";

/** Clients that are shown for each output at most. */
const shownMax = 64;

/** The answer to `status/query`. */
export function statusOf({ outputs, connections, levels, refused }: LogdState): Json {
  return {
    clients: connections.size,
    levels: {
      all: levelOf(levels.all),
      of: Object.fromEntries(
        Object.entries(levels.of).map(([name, level]) => [name, levelOf(level)]),
      ),
    },
    refused: Object.fromEntries(refused),
    outputs: outputs.map(({ config: { type, path }, queue, failed, why, size }) => ({
      type,
      path: path ?? "",
      state: failed > 0 ? "failing" : "written",
      why,
      size,
      waiting: queue.lines,
      clients: Object.fromEntries(
        [...queue.counts()].slice(0, shownMax).map(([id, counts]) => [id, { ...counts }]),
      ),
    })),
  };
}
