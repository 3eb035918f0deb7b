/**
 * Frames between a daemon and a plugin in a process of its own: structured data over a pipe.
 *
 * A frame is its length (4 bytes, big endian) and its text: JSON, in which an object of one name
 * stands for a `Uint8Array`. A length is refused before anything of that length is kept, and
 * nothing a plugin sends becomes a prototype.
 *
 * @module
 */

/** Bytes of one frame at most, both ways. */
export const frameBytesMax = 16 * 1024 * 1024;

/** `{ "\u0000bytes": base64 }` stands for a `Uint8Array`. */
const bytesKey = "\u0000bytes";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

/**
 * One frame.
 * @throws {RangeError} if it would be longer than `frameBytesMax`
 * @throws {TypeError} if the value is not plain data
 */
export function encodeFrame(value: unknown): Uint8Array<ArrayBuffer> {
  const text = JSON.stringify(value, function (this: Record<string, unknown>, key, converted) {
    const original = this[key]; // before toJSON, which a Buffer has
    if (original instanceof Uint8Array) return { [bytesKey]: original.toBase64() };
    if (typeof original === "function" || typeof original === "symbol") {
      throw new TypeError(`"${key}" is a ${typeof original}, which is not plain data`);
    }
    return converted;
  });
  const bytes = encoder.encode(text);
  const frame = new Uint8Array(4 + bounded(bytes.length));
  new DataView(frame.buffer).setUint32(0, bytes.length);
  frame.set(bytes, 4);
  return frame;
}

function bounded(size: number): number {
  if (size <= frameBytesMax) return size;
  throw new RangeError(`A frame of ${size} bytes; the limit is ${frameBytesMax} bytes`);
}

function decoded(text: string): unknown {
  // The name of bytes, and any other that is not written plainly, has an escape in it.
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
 * Puts frames together from the chunks of a stream.
 *
 * @example
 * ```ts
 * const frames = new FrameReader();
 * for await (const chunk of child.stdout) for (const value of frames.take(chunk)) handle(value);
 * ```
 */
export class FrameReader {
  #kept = new Uint8Array(1 << 14);
  #have = 0;

  /**
   * The values of all frames that are whole now.
   * @throws {Error} if a frame is too long or malformed; nothing of the stream can be trusted then
   */
  *take(chunk: Uint8Array): Generator<unknown> {
    if (this.#have + chunk.length > this.#kept.length) {
      const room = 2 * (this.#have + chunk.length);
      this.#kept = new Uint8Array(this.#kept.buffer.transfer(room));
    }
    this.#kept.set(chunk, this.#have);
    this.#have += chunk.length;
    const view = new DataView(this.#kept.buffer);
    let at = 0;
    while (this.#have - at >= 4) {
      const end = at + 4 + bounded(view.getUint32(at));
      if (this.#have < end) break;
      const text = decoder.decode(this.#kept.subarray(at + 4, end));
      at = end;
      yield decoded(text);
    }
    this.#kept.copyWithin(0, at, this.#have);
    this.#have -= at;
  }
}
