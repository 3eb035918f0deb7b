/**
 * The pause before something is tried again: it doubles with each try that failed, up to a bound. What
 * is broken for long costs little, and what was broken for a moment is back soon.
 *
 * @example
 * ```ts
 * const pause = new Pause(1_000, 8_000);
 * pause.nextMs(); // 1000
 * pause.nextMs(); // 2000
 * pause.over(); // it worked
 * pause.nextMs(); // 1000
 * ```
 *
 * @module
 */

/** Milliseconds before the next try, after so many that failed. */
export const pauseMs = (failed: number, firstMs: number, msMax: number): number =>
  Math.min(msMax, firstMs * 2 ** Math.min(failed, 30));

/** One thing that is tried again and again. */
export class Pause {
  readonly #firstMs: number;
  readonly #msMax: number;
  #failed = 0;

  constructor(firstMs: number, msMax: number) {
    this.#firstMs = firstMs;
    this.#msMax = msMax;
  }

  /** It failed: how long to wait before the next try. */
  nextMs(): number {
    return pauseMs(this.#failed++, this.#firstMs, this.#msMax);
  }

  /** It worked. */
  over(): void {
    this.#failed = 0;
  }
}
