/**
 * Work with a deadline that ends it: the work is given a signal, by which it closes what it opened.
 *
 * @module
 */
import { clearTimer, setTimer, type Timer } from "../../../metadata/timer.ts";

/** Milliseconds that work may take to end after its deadline, before it is no longer awaited. */
const endMs = 100;

/**
 * What the work gives. After `ms` its signal aborts; what it then throws itself, which may say more
 * than the deadline, is awaited for a moment.
 *
 * @throws {Error} if the time is over.
 */
export async function bounded<T>(
  ms: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const late = Promise.withResolvers<never>();
  const reason = new Error(`no answer within ${Math.round(ms)} ms`);
  let endTimer: Timer | undefined;
  const timer = setTimer(() => {
    controller.abort(reason);
    endTimer = setTimer(() => late.reject(reason), endMs);
  }, Math.max(1, ms));
  try {
    const working = work(controller.signal);
    working.catch(() => {}); // it may end after its deadline
    return await Promise.race([working, late.promise]);
  } finally {
    clearTimer(timer);
    clearTimer(endTimer);
    controller.abort(new Error("the work is over"));
  }
}

/** Resolves after `ms`, or at once when the signal aborts. */
export function pauseIn(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimer(() => resolve(), ms);
  signal.addEventListener("abort", () => resolve(), { once: true });
  if (signal.aborted) resolve();
  return promise.finally(() => clearTimer(timer));
}

/** Rejects when the signal aborts; ask for it once for each wait. */
export function aborted(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => {}); // often nobody waits for it any more
  signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  if (signal.aborted) reject(signal.reason);
  return promise;
}
