/**
 * Frames between a daemon and a plugin in a separate process: structured data over a pipe.
 *
 * A frame is its length (4 bytes, big endian), the type of its message (1 byte) and its text: JSON,
 * in which an object with one special name stands for a `Uint8Array`. Each type has its own bounds.
 * The length is checked before any data is kept, and the depth and number of values before the text
 * is parsed. Nothing that a plugin sends becomes a prototype.
 *
 * @module
 */
import { type JsonBounds, jsonTooLarge } from "../metadata/json_bounds.ts";

/** Maximum bytes of one frame, both ways. */
export const frameBytesMax = 16 * 1024 * 1024;

/** Bytes of a frame's length and type. */
const headBytes = 5;

/** Frames up to this length are too small to need a check before parsing. */
const smallBytes = 2_048;

/** The bounds of one type of frame. */
export interface FrameBounds extends JsonBounds {
  readonly bytesMax: number;
}

/** Bounds by the byte of the type; there are no other types. */
export type FrameTypes = readonly FrameBounds[];

/** For frames of a trusted sender: one type, the largest bounds. */
const trusted: FrameTypes = [{ bytesMax: frameBytesMax, depthMax: Infinity, valuesMax: Infinity }];

/** `{ "\u0000bytes": base64 }` stands for a `Uint8Array`. */
const bytesKey = "\u0000bytes";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

/**
 * One frame.
 * @param type the byte of its type
 * @throws {RangeError} if it would be longer than `bytesMax`
 * @throws {TypeError} if the value is not plain data
 */
export function encodeFrame(
  value: unknown,
  type = 0,
  bytesMax = frameBytesMax,
): Uint8Array<ArrayBuffer> {
  const text = JSON.stringify(value, function (this: Record<string, unknown>, key, converted) {
    const original = this[key]; // the value before toJSON, which a Buffer has
    if (original instanceof Uint8Array) return { [bytesKey]: original.toBase64() };
    if (typeof original === "function" || typeof original === "symbol") {
      throw new TypeError(`"${key}" is a ${typeof original}, which is not plain data`);
    }
    return converted;
  });
  const bytes = encoder.encode(text);
  const frame = new Uint8Array(headBytes + bounded(bytes.length, bytesMax));
  new DataView(frame.buffer).setUint32(0, bytes.length);
  frame[4] = type;
  frame.set(bytes, headBytes);
  return frame;
}

function bounded(size: number, bytesMax: number): number {
  if (size <= bytesMax) return size;
  throw new RangeError(`A frame of ${size} bytes; the limit is ${bytesMax} bytes`);
}

function decoded(text: string): unknown {
  // The special name for bytes contains an escape, like every name with unusual characters.
  if (!text.includes("\\u") && !text.includes("__proto__")) return JSON.parse(text);
  return JSON.parse(text, (key, value: unknown) => {
    if (key === "__proto__") return undefined;
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, bytesKey)) {
      return value;
    }
    return Uint8Array.fromBase64(Reflect.get(value, bytesKey));
  });
}

/**
 * Assembles frames from the chunks of a stream.
 *
 * @example
 * ```ts
 * const frames = new FrameReader();
 * for await (const chunk of child.stdout) for (const [, value] of frames.take(chunk)) handle(value);
 * ```
 */
export class FrameReader {
  #kept = new Uint8Array(1 << 14);
  #have = 0;
  readonly #types: FrameTypes;

  /** @param types the allowed types with their bounds (default: one type without further bounds) */
  constructor(types = trusted) {
    this.#types = types;
  }

  /**
   * The types and values of all complete frames.
   * @throws {Error} if a frame is too long or malformed; the rest of the stream is not usable then
   */
  *take(chunk: Uint8Array): Generator<readonly [type: number, value: unknown]> {
    if (this.#have + chunk.length > this.#kept.length) {
      const room = 2 * (this.#have + chunk.length);
      this.#kept = new Uint8Array(this.#kept.buffer.transfer(room));
    }
    this.#kept.set(chunk, this.#have);
    this.#have += chunk.length;
    const view = new DataView(this.#kept.buffer);
    let at = 0;
    while (this.#have - at >= headBytes) {
      const type = this.#kept[at + 4] ?? 0;
      const bounds = this.#types[type];
      if (bounds === undefined) throw new TypeError(`A frame of the unknown type ${type}`);
      const size = bounded(view.getUint32(at), bounds.bytesMax);
      const end = at + headBytes + size;
      if (this.#have < end) break;
      const text = this.#kept.subarray(at + headBytes, end);
      const tooLarge = size > smallBytes ? jsonTooLarge(text, bounds) : undefined;
      if (tooLarge !== undefined) throw new RangeError(`A frame of ${size} bytes: ${tooLarge}`);
      at = end;
      yield [type, decoded(decoder.decode(text))];
    }
    // Nothing moves while one frame grows: its pieces may be as small as a byte.
    if (at > 0) this.#kept.copyWithin(0, at, this.#have);
    this.#have -= at;
  }
}
