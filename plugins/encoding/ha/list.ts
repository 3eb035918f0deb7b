/**
 * Lists: each text with its length in bytes, `3:abc,4:defg,`; the same in both framings.
 *
 * @module
 */
import { utf8Bytes } from "./writer.ts";
import { textOf } from "./text.ts";
import { readLength } from "./length.ts";

/** Bytes of a list's value at most: heartbeat packs lists into less than 1024. */
export const listBytesMax = 1023;

/** The value of a list. */
export function listText(name: string, values: readonly string[]): string {
  let text = "";
  for (const value of values) text += `${utf8Bytes(value)}:${value},`;
  if (utf8Bytes(text) > listBytesMax) {
    throw new RangeError(`List "${name}" takes more than ${listBytesMax} bytes`);
  }
  return text;
}

/** The texts of a list's value; undefined if it is none. */
export function readList(bytes: Uint8Array, from: number, to: number): string[] | undefined {
  if (to - from > listBytesMax) return undefined;
  const values: string[] = [];
  let at = from;
  while (at < to) {
    const length = readLength(bytes, at, to);
    if (length === undefined || length.value === 0) return undefined;
    const end = length.next + length.value;
    if (end >= to || bytes[end] !== 0x2c) return undefined;
    const text = textOf(bytes, length.next, end);
    if (text === undefined || text.includes("\0")) return undefined;
    values.push(text);
    at = end + 1;
  }
  return values;
}
