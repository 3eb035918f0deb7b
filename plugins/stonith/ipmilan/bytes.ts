/**
 * Bytes of IPMI, which is little-endian.
 *
 * @module
 */

/** Joins bytes. */
export function join(...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** A number of 32 bits. */
export function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

/** A number of 16 bits. */
export const u16 = (value: number): readonly number[] => [value & 0xff, value >> 8];

/** Reads a number of 32 bits. @throws {RangeError} if there are too few bytes. */
export const readU32 = (bytes: Uint8Array, at: number): number =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(at, true);

/** Reads a number of 16 bits. @throws {RangeError} if there are too few bytes. */
export const readU16 = (bytes: Uint8Array, at: number): number =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint16(at, true);

/** A text in so many bytes, with zeros behind it. */
export function padded(text: string, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  new TextEncoder().encodeInto(text, bytes);
  return bytes;
}

/** Whether two texts of bytes are equal, in a time that does not depend on where they differ. */
export function isSame(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) return false;
  let difference = 0;
  for (const [at, byte] of one.entries()) difference |= byte ^ (other[at] ?? 0);
  return difference === 0;
}
