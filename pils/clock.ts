/**
 * The loader's only source of time, so that a test or the simulator can give its own.
 *
 * @module
 */

/** Monotonic time and one-shot timers. */
export interface Clock {
  /** Monotonic milliseconds. */
  now(): number;
  /** Calls `then` once after `ms`; the result cancels it. */
  after(ms: number, then: () => void): () => void;
}

/** The machine's clock. */
export const machineClock: Clock = {
  now: () => performance.now(),
  after(ms, then) {
    const timer = setTimeout(then, ms);
    return () => clearTimeout(timer);
  },
};

/**
 * What `work` gives, unless it takes longer than `ms`.
 * @throws what `late` makes, when the time is over; what `work` does afterwards is ignored
 */
export async function within<T>(
  clock: Clock,
  ms: number,
  work: Promise<T>,
  late: () => Error,
): Promise<T> {
  const over = Promise.withResolvers<never>();
  const cancel = clock.after(ms, () => over.reject(late()));
  try {
    return await Promise.race([work, over.promise]);
  } finally {
    cancel();
  }
}
