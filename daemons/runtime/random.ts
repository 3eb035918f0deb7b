/**
 * The randomness of machines: sfc32, seeded. A machine gets 32 bits with its `start` event and
 * makes all that it needs from them, so that a history can be replayed from its seed.
 *
 * Not for secrets: a few values reveal the rest.
 *
 * @example
 * ```ts
 * const random = new Random(event.seed);
 * const jitterMs = random.between(0, 50);
 * ```
 *
 * @module
 */

/** A stream of numbers. Two streams of one seed are independent of each other. */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  /**
   * Begins a stream.
   *
   * @param seed 32 bits.
   * @param stream which of the seed's streams.
   */
  constructor(seed: number, stream = 0) {
    let state = (seed ^ Math.imul(stream, 0x9e3779b9)) | 0;
    // splitmix32 spreads the seed, so that near seeds give unlike streams.
    const spread = () => {
      state = (state + 0x9e3779b9) | 0;
      let mixed = state ^ (state >>> 16);
      mixed = Math.imul(mixed, 0x21f0aaad);
      mixed ^= mixed >>> 15;
      mixed = Math.imul(mixed, 0x735a2d97);
      return mixed ^ (mixed >>> 15);
    };
    this.#a = spread();
    this.#b = spread();
    this.#c = spread();
    for (let round = 0; round < 12; round++) this.next();
  }

  /** 32 bits, as a number from 0 to 2^32 - 1. */
  next(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (this.#c << 21) | (this.#c >>> 11);
    this.#c = (this.#c + sum) | 0;
    return sum >>> 0;
  }

  /** A number from 0 (inclusive) to 1 (exclusive). */
  fraction(): number {
    return this.next() / 0x1_0000_0000;
  }

  /** An integer from `low` to `high`, both inclusive. */
  between(low: number, high: number): number {
    return low + Math.floor(this.fraction() * (high - low + 1));
  }

  /** True with this probability, from 0 to 1. */
  chance(probability: number): boolean {
    return probability > 0 && this.fraction() < probability;
  }

  /**
   * One of them.
   * @throws {RangeError} if there is none
   */
  pick<T>(from: readonly T[]): T {
    if (from.length === 0) throw new RangeError("Cannot pick one of none");
    return from[this.between(0, from.length - 1)] as T;
  }

  /** The same items in another order. */
  shuffle<T>(items: readonly T[]): T[] {
    const shuffled = [...items];
    for (let last = shuffled.length - 1; last > 0; last--) {
      const other = this.between(0, last);
      [shuffled[last], shuffled[other]] = [shuffled[other] as T, shuffled[last] as T];
    }
    return shuffled;
  }
}
