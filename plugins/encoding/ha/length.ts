/**
 * The `<len>:` in front of a netstring: decimal, without padding.
 *
 * @module
 */

/** Digits of a length at most: more than any bound of a frame. */
const digitsMax = 8;

/** A length, and where what it measures begins. */
export interface Length {
  readonly value: number;
  readonly next: number;
}

/** The length that stands at `from`; undefined if there is none, or one that nobody writes. */
export function readLength(bytes: Uint8Array, from: number, to: number): Length | undefined {
  let value = 0;
  let at = from;
  for (; at < to; at++) {
    const digit = bytes[at]! - 0x30;
    if (digit < 0 || digit > 9) break;
    if (at - from >= digitsMax || (value === 0 && at > from)) return undefined;
    value = value * 10 + digit;
  }
  if (at === from || at >= to || bytes[at] !== 0x3a) return undefined;
  return { value, next: at + 1 };
}
