/**
 * Timers of any length.
 *
 * A timer of the platform holds at most 2³¹−1 milliseconds, some 24.8 days, and **fires at once** if
 * it is asked for more. A monitor every 600 hours would then run without a pause, and an operation
 * with such a timeout would be over before it began. So every timer of the product is made here
 * (`tests/floors_test.ts` sees to that): a longer one is armed again until its time has come.
 *
 * @example
 * ```ts
 * const timer = setTimer(() => console.log("600 hours later"), 600 * 3_600_000);
 * clearTimer(timer);
 * ```
 *
 * @module
 */

/** Milliseconds that one timer of the platform can hold. */
export const platformMsMax = 2 ** 31 - 1;

/** A timer that was set. */
export interface Timer {
  /** The platform's timer of the moment. */
  id: ReturnType<typeof setTimeout>;
}

/**
 * Runs something after `ms` milliseconds, however many; at once if there are none or fewer.
 *
 * @throws {RangeError} if `ms` is no number: the platform would take that for "at once".
 */
export function setTimer(run: () => void, ms: number): Timer {
  if (Number.isNaN(ms)) throw new RangeError("Cannot set a timer: the time is not a number");
  if (ms <= platformMsMax) return { id: setTimeout(run, ms) };
  const dueMs = performance.now() + ms;
  const arm = (): ReturnType<typeof setTimeout> => {
    const leftMs = dueMs - performance.now();
    return leftMs <= platformMsMax
      ? setTimeout(run, Math.max(0, leftMs))
      : setTimeout(() => timer.id = arm(), platformMsMax);
  };
  const timer: Timer = { id: arm() };
  return timer;
}

/** Takes a timer back; without effect if it has fired or there is none. */
export function clearTimer(timer: Timer | undefined): void {
  clearTimeout(timer?.id);
}

/** Resolves after `ms` milliseconds, however many. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimer(() => resolve(), ms));
}
