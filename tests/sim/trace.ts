/**
 * The hash of a history: two runs with the same hash went through the same events.
 *
 * @module
 */
import { once } from "./memo.ts";

/** Characters of a text that are hashed at its beginning, and at its end. */
const edgeCharacters = 64;

/** A packet reaches many nodes, unchanged: its bytes are hashed once. */
const hashOf = once((value) => {
  let hash = value.length;
  for (let at = 0; at < value.length; at++) hash = Math.imul(hash ^ value[at]!, 0x01000193);
  return hash;
});

/** A running hash of 64 bits: two of FNV-1a's kind side by side. Fast, not cryptographic. */
export class TraceHash {
  #low = 0x811c9dc5 | 0;
  #high = 0x01000193 | 0;

  /** Adds an integer. */
  number(value: number): void {
    const low = value | 0;
    this.#low = Math.imul(this.#low ^ low, 0x01000193);
    this.#high = Math.imul(this.#high ^ ((value / 0x1_0000_0000) | 0) ^ low, 0x85ebca6b);
    this.#high ^= this.#high >>> 13;
  }

  /** Adds a text: its length, its beginning and its end. */
  text(value: string): void {
    const { length } = value;
    let hash = length;
    const head = Math.min(length, edgeCharacters);
    for (let at = 0; at < head; at++) hash = Math.imul(hash ^ value.charCodeAt(at), 0x01000193);
    // The middle of a long text is in the packets that brought it.
    for (let at = Math.max(head, length - edgeCharacters); at < length; at++) {
      hash = Math.imul(hash ^ value.charCodeAt(at), 0x01000193);
    }
    this.number(hash);
  }

  /** Adds bytes. */
  bytes(value: Uint8Array): void {
    this.number(hashOf(value));
  }

  /** 16 hexadecimal digits. */
  toString(): string {
    const hex = (half: number) => (half >>> 0).toString(16).padStart(8, "0");
    return hex(this.#high) + hex(this.#low);
  }
}
