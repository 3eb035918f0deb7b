/**
 * Whether another node is still at it: while a stonithd carries out what another node asked, it says
 * so again and again, the first time at once. One that falls silent hangs or is gone; then the next
 * node is asked, and the time of the request is not spent on it.
 *
 * @module
 */
import type { Effect } from "../runtime/machine.ts";
import type { Request, StonithdState } from "./state.ts";

/** Milliseconds between two such messages. */
export const workingMs = 2_000;
/**
 * Milliseconds without one after which the next node is asked. A recovery manager has killed a hung
 * stonithd by then, if `hungMs` is at its default: it will not wake up and fence a second time.
 */
export const silenceMs = 8_000;

/** Reports to the nodes that asked that this one still works on it, and repeats that. */
export function tellWorking(made: Request, out: Effect[]): void {
  const nodes = made.askers.filter((asker) => asker.type === "node");
  for (const { node, key } of nodes) {
    out.push({
      type: "send",
      to: { node, service: "stonithd" },
      message: { type: "peer", body: { type: "working", key } },
    });
  }
  if (nodes.length > 0) {
    out.push({ type: "timer", name: `working ${made.key}`, inMs: workingMs });
  }
}

/** The node that is asked may be silent for so long from now on. */
export function awaitWord(made: Request, out: Effect[]): void {
  out.push({ type: "timer", name: `silence ${made.awaited} ${made.key}`, inMs: silenceMs });
}

/** A node reports that it still works on it; `number` is that of the request message. */
export function isWorking(
  state: StonithdState,
  key: string,
  number: number,
  out: Effect[],
): void {
  const made = state.requests.get(key);
  if (made?.awaited === number) awaitWord(made, out);
}
