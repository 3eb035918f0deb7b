/**
 * Bits, most significant first.
 *
 * @module
 */

/** Reads bits from bytes. */
export class BitReader {
  readonly #bytes: Uint8Array;
  #at = 0;
  #buffer = 0;
  #left = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** One bit. Throws at the end. */
  bit(): number {
    if (this.#left === 0) {
      if (this.#at >= this.#bytes.length) throw new Error("the stream is cut off");
      this.#buffer = this.#bytes[this.#at++]!;
      this.#left = 8;
    }
    return (this.#buffer >> --this.#left) & 1;
  }

  /** Up to 32 bits as a number. */
  bits(count: number): number {
    let value = 0;
    while (count > 0) {
      if (this.#left === 0) {
        if (this.#at >= this.#bytes.length) throw new Error("the stream is cut off");
        this.#buffer = this.#bytes[this.#at++]!;
        this.#left = 8;
      }
      const taken = Math.min(count, this.#left);
      this.#left -= taken;
      value = value * (1 << taken) + ((this.#buffer >> this.#left) & ((1 << taken) - 1));
      count -= taken;
    }
    return value;
  }

  /** Whole bytes that have not been touched. */
  get restBytes(): number {
    return this.#bytes.length - this.#at;
  }
}

/** Writes bits into bytes. */
export class BitWriter {
  #bytes = new Uint8Array(1024);
  #length = 0;
  #buffer = 0;
  #used = 0;

  /** Writes the lowest `count` bits, 32 at most. */
  bits(value: number, count: number): void {
    for (let bit = count - 1; bit >= 0; bit--) {
      this.#buffer = (this.#buffer << 1) | ((value >>> bit) & 1);
      if (++this.#used === 8) this.#byte();
    }
  }

  /** What was written, filled up with zeros. */
  take(): Uint8Array {
    while (this.#used !== 0) this.bits(0, 1);
    return this.#bytes.slice(0, this.#length);
  }

  #byte(): void {
    if (this.#length === this.#bytes.length) {
      const larger = new Uint8Array(this.#length * 2);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes[this.#length++] = this.#buffer;
    this.#buffer = 0;
    this.#used = 0;
  }
}
