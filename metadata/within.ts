/**
 * Time limits for operations that may never end.
 *
 * @module
 */
import { clearTimer, setTimer } from "./timer.ts";

/**
 * What `work` gives, unless it takes longer than `ms`.
 * @throws what `late` makes, when the time is over; what `work` does afterwards is ignored
 */
export async function within<T>(ms: number, work: Promise<T>, late: () => Error): Promise<T> {
  const over = Promise.withResolvers<never>();
  const timer = setTimer(() => over.reject(late()), ms);
  try {
    return await Promise.race([work, over.promise]);
  } finally {
    clearTimer(timer);
  }
}

/** For operations that may fail while something ends anyway. */
export async function quietly(work: Promise<unknown> | undefined): Promise<void> {
  await work?.catch(() => {});
}
