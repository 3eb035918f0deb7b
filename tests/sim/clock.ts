/**
 * The monotonic clock of a simulated node: it may run too fast or too slow, never backwards.
 *
 * @module
 */

/** One node's clock, in milliseconds. */
export class NodeClock {
  #rate = 1;
  #sinceUs = 0;
  #baseMs: number;
  /** The wall clock is so far ahead of the world's time. It may jump; timers do not care. */
  wallOffsetMs = 1_750_000_000_000;

  constructor(baseMs: number) {
    this.#baseMs = baseMs;
  }

  /** What it shows at this time of the world. */
  ms(nowUs: number): number {
    return this.#baseMs + (nowUs - this.#sinceUs) * this.#rate / 1000;
  }

  /** What the wall clock shows. */
  wallMs(nowUs: number): number {
    return this.wallOffsetMs + Math.floor(nowUs / 1000);
  }

  /** Changes its speed from now on: 1.02 is two per cent too fast. */
  setRate(nowUs: number, rate: number): void {
    this.#baseMs = this.ms(nowUs);
    this.#sinceUs = nowUs;
    this.#rate = rate;
  }

  /** How many microseconds of the world so many milliseconds of this clock are. */
  worldUs(ms: number): number {
    return ms * 1000 / this.#rate;
  }
}
