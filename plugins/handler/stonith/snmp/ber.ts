/**
 * The part of BER that SNMP needs (RFC 3416, 3417): integers, octets, object ids, sequences.
 *
 * @module
 */

/** Tags. */
export const tags = { integer: 2, octets: 4, null: 5, oid: 6, sequence: 0x30 } as const;

/** Bytes of a message at most: a datagram. */
export const messageBytesMax = 65_507;

/** A value with its tag. */
export function ber(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  if (length > messageBytesMax) throw new Error(`a message has more than ${messageBytesMax} bytes`);
  const size = length < 128
    ? [length]
    : length < 256
    ? [0x81, length]
    : [0x82, length >> 8, length & 255];
  const whole = new Uint8Array(1 + size.length + length);
  whole.set([tag, ...size]);
  let at = 1 + size.length;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** A number of at most 32 bits with its sign. */
export function integer(value: number): Uint8Array {
  const bytes = [value & 255];
  let rest = value >> 8;
  while (rest !== (bytes[0]! > 127 ? -1 : 0)) {
    bytes.unshift(rest & 255);
    rest >>= 8;
  }
  return ber(tags.integer, Uint8Array.from(bytes));
}

/** Octets, or a text. */
export const octets = (value: Uint8Array | string): Uint8Array =>
  ber(tags.octets, typeof value === "string" ? new TextEncoder().encode(value) : value);

/** An object id such as `1.3.6.1`. */
export function oid(text: string): Uint8Array {
  const [first = 1, second = 3, ...rest] = text.split(".").map(Number);
  const bytes = [first * 40 + second];
  for (const number of rest) {
    const digits = [number & 127];
    for (let left = number >>> 7; left > 0; left >>>= 7) digits.unshift(left & 127 | 128);
    bytes.push(...digits);
  }
  return ber(tags.oid, Uint8Array.from(bytes));
}

/** Reads values one after another; throws where there is none. */
export class BerReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Whether all has been read. */
  get isDone(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** The next value: its tag, and a view of its content. */
  next(): { readonly tag: number; readonly content: Uint8Array } {
    const tag = this.#byte();
    let length = this.#byte();
    if (length > 127) {
      const count = length & 127;
      if (count === 0 || count > 3) throw damaged("a length");
      length = 0;
      for (let i = 0; i < count; i++) length = length * 256 + this.#byte();
    }
    if (this.#at + length > this.#bytes.length) throw damaged("a length");
    const content = this.#bytes.subarray(this.#at, this.#at + length);
    this.#at += length;
    return { tag, content };
  }

  /** The content of the next value, which has this tag. */
  content(tag: number): Uint8Array {
    const next = this.next();
    if (next.tag !== tag) throw damaged(`a value with tag ${next.tag}, expected ${tag}`);
    return next.content;
  }

  /** A reader of the next value, a sequence. */
  sequence(tag: number = tags.sequence): BerReader {
    return new BerReader(this.content(tag));
  }

  /** The next value, an integer. */
  integer(): number {
    return integerOf(this.content(tags.integer));
  }

  /** The next value, an object id. */
  oid(): string {
    return oidOf(this.content(tags.oid));
  }

  #byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw damaged("its end");
    return byte;
  }
}

/** The number in a content. */
export function integerOf(content: Uint8Array): number {
  if (content.length === 0 || content.length > 5) throw damaged("an integer");
  let value = content[0]! > 127 ? -1 : 0;
  for (const byte of content) value = value * 256 + byte;
  return value;
}

function oidOf(content: Uint8Array): string {
  if (content.length === 0 || content.length > 256) throw damaged("an object id");
  const first = Math.min(2, Math.floor(content[0]! / 40));
  const numbers = [first, content[0]! - 40 * first];
  let number = 0;
  for (const byte of content.subarray(1)) {
    number = number * 128 + (byte & 127);
    if (number > 0xffff_ffff) throw damaged("an object id");
    if (byte < 128) {
      numbers.push(number);
      number = 0;
    }
  }
  return numbers.join(".");
}

const damaged = (where: string): Error => new Error(`an answer of SNMP is damaged at ${where}`);
