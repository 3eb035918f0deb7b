/**
 * Bytes being written: one buffer that grows, used again for every frame, so that encoding a
 * packet allocates the packet and nothing else.
 *
 * @module
 */

const encoder = new TextEncoder();

/** A growing buffer. */
export class Writer {
  #bytes = new Uint8Array(4096);
  #length = 0;

  /** Forgets what was written. */
  reset(): void {
    this.#length = 0;
  }

  /** A copy of what was written. */
  take(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  /** Writes one byte. */
  byte(value: number): void {
    this.#room(1);
    this.#bytes[this.#length++] = value;
  }

  /** Writes bytes. */
  bytes(values: Uint8Array): void {
    this.#room(values.length);
    this.#bytes.set(values, this.#length);
    this.#length += values.length;
  }

  /** Writes text as UTF-8. */
  text(value: string): void {
    // Most texts on the wire are short and ASCII: a loop beats the call of a text encoder.
    this.#room(value.length * 3);
    const { length } = value;
    if (length <= 64) {
      const start = this.#length;
      let at = start;
      for (let i = 0; i < length; i++) {
        const code = value.charCodeAt(i);
        if (code >= 0x80) {
          at = -1;
          break;
        }
        this.#bytes[at++] = code;
      }
      if (at >= 0) {
        this.#length = at;
        return;
      }
    }
    this.#length += encoder.encodeInto(value, this.#bytes.subarray(this.#length)).written;
  }

  /** Writes a number in decimal, without padding. */
  decimal(value: number): void {
    if (value >= 10) this.decimal(Math.floor(value / 10));
    this.byte(0x30 + value % 10);
  }

  #room(more: number): void {
    const wanted = this.#length + more;
    if (wanted <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(wanted, this.#bytes.length * 2));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}

/** Bytes of a text in UTF-8. */
export function utf8Bytes(value: string): number {
  const { length } = value;
  let bytes = length;
  for (let i = 0; i < length; i++) {
    const code = value.charCodeAt(i);
    if (code < 0x80) continue;
    if (code < 0x800) bytes++;
    else if (code >= 0xd800 && code < 0xdc00 && isLow(value, i + 1)) {
      bytes += 2;
      i++;
    } else bytes += 2;
  }
  return bytes;
}

const isLow = (value: string, at: number): boolean => (value.charCodeAt(at) & 0xfc00) === 0xdc00;
