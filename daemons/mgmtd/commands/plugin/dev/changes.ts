/**
 * Changes of code in a folder: editors write in steps, so several count as one, and someone who never
 * stops writing is heard all the same.
 *
 * @module
 */
import { isCode } from "../../../../site/consent/beside.ts";
import { clearTimer, setTimer, type Timer } from "../../../../../metadata/timer.ts";

/** Milliseconds of quiet after which a change is over. */
const quietMs = 200;
/** Milliseconds after which it counts although there is no quiet. */
const waitMsMax = 2_000;
/** Maximum names that are reported. */
const namesMax = 5;

/** A folder under watch. */
export interface Changes extends Disposable {
  /**
   * Names of what has changed since the last answer; waits for a change if there was none.
   * Undefined once `signal` has ended it.
   */
  next(): Promise<readonly string[] | undefined>;
}

/** Watches a folder, from now on. */
export function changesIn(path: string, signal: AbortSignal): Changes {
  const watcher = Deno.watchFs(path);
  const names = new Set<string>();
  let over = false;
  let settled = false;
  let since = 0;
  let timer: Timer | undefined;
  let wake: () => void = () => {};
  const settle = () => {
    settled = true;
    wake();
  };
  const end = () => {
    if (over) return;
    over = true;
    clearTimer(timer);
    signal.removeEventListener("abort", end);
    watcher.close();
    wake();
  };
  signal.addEventListener("abort", end);
  if (signal.aborted) end();
  void (async () => {
    for await (const { kind, paths } of watcher) {
      const changed = paths.map((one) => one.slice(path.length + 1)).filter(isSource);
      if (kind === "access" || changed.length === 0) continue;
      for (const name of changed) if (names.size < namesMax) names.add(name);
      const now = performance.now();
      if (since === 0) since = now;
      clearTimer(timer);
      timer = setTimer(settle, Math.max(0, Math.min(quietMs, since + waitMsMax - now)));
    }
  })();
  return {
    async next() {
      while (!settled && !over) await new Promise<void>((resolve) => wake = resolve);
      if (over) return undefined;
      const told = [...names].sort();
      names.clear();
      settled = false;
      since = 0;
      return told;
    },
    [Symbol.dispose]: end,
  };
}

/** Not what editors and tools keep beside: names that begin with a dot, on the way to it too. */
const isSource = (name: string): boolean => isCode(name) && !/(?:^|\/)\./.test(name);
