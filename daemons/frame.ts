/**
 * Frames on a Unix socket: four bytes of length, big endian, then so many bytes of JSON.
 *
 * The length is checked before anything is read into memory, so that a client that lies about it
 * costs nothing but its own connection.
 *
 * @module
 */

/** Bytes of one frame at most: a CIB of a large cluster fits. */
export const frameBytesMax = 64 * 1024 * 1024;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

/** One value as a frame. */
export function encodeFrame(value: unknown): Uint8Array {
  const body = encoder.encode(JSON.stringify(value));
  if (body.length > frameBytesMax) {
    throw new RangeError(`Frame of ${body.length} bytes; limit ${frameBytesMax}`);
  }
  const frame = new Uint8Array(4 + body.length);
  new DataView(frame.buffer).setUint32(0, body.length);
  frame.set(body, 4);
  return frame;
}

/**
 * Takes bytes as they come and gives back whole frames.
 *
 * @example
 * ```ts
 * const frames = new FrameReader();
 * for (const value of frames.push(encodeFrame({ a: 1 }))) console.log(value); // { a: 1 }
 * ```
 */
export class FrameReader {
  readonly #bytesMax: number;
  #buffer: Uint8Array<ArrayBuffer> = new Uint8Array(16 * 1024);
  #have = 0;

  constructor(bytesMax = frameBytesMax) {
    this.#bytesMax = bytesMax;
  }

  /**
   * Adds bytes; gives the values of the frames that are now complete.
   *
   * @throws {RangeError} if a frame announces more than the bound.
   * @throws {SyntaxError} if a frame is not JSON.
   */
  push(bytes: Uint8Array): unknown[] {
    this.#reserve(this.#have + bytes.length);
    this.#buffer.set(bytes, this.#have);
    this.#have += bytes.length;
    const view = new DataView(this.#buffer.buffer);
    const values: unknown[] = [];
    let at = 0;
    while (this.#have - at >= 4) {
      const size = view.getUint32(at);
      if (size > this.#bytesMax) {
        throw new RangeError(`Frame of ${size} bytes; limit ${this.#bytesMax}`);
      }
      if (this.#have - at < 4 + size) break;
      const text = decoder.decode(this.#buffer.subarray(at + 4, at + 4 + size));
      values.push(JSON.parse(text) as unknown);
      at += 4 + size;
    }
    this.#buffer.copyWithin(0, at, this.#have);
    this.#have -= at;
    return values;
  }

  #reserve(size: number): void {
    if (size <= this.#buffer.length) return;
    const grown = new Uint8Array(Math.max(size, 2 * this.#buffer.length));
    grown.set(this.#buffer.subarray(0, this.#have));
    this.#buffer = grown;
  }
}
