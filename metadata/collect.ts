/**
 * Gives back what the start of a process has left behind.
 *
 * After its start a daemon allocates so little that V8 hardly ever collects: the garbage of the
 * start, and machine code that runs once, would stay for days. One full collection after the start
 * makes a node 30 MiB lighter. It takes 20 ms, once, and code that is needed again is compiled again.
 *
 * @module
 */
import { setTimer } from "./timer.ts";

/** The flag of V8 with which a process can collect; without it {@linkcode collectOnce} does nothing. */
export const collectFlag = "--expose-gc";

/** Milliseconds until a process has started: plugins are loaded, the first transition is over. */
const startedMs = 10_000;

/** Collects once, when the process or the thread has started. */
export function collectOnce(afterMs = startedMs): void {
  const collect: unknown = Reflect.get(globalThis, "gc");
  if (typeof collect !== "function") return;
  // The last resort compacts the heap and forgets compiled code; other kinds keep most pages.
  setTimer(
    () => collect({ type: "major", execution: "sync", flavor: "last-resort" }),
    afterMs,
  );
}
