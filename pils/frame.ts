/**
 * Frames between a daemon and a plugin in a process of its own: structured data over a pipe.
 *
 * A frame is the length of the rest (4 bytes, big endian), the length of the text (4 bytes), the
 * text (JSON), and the bytes of every `Uint8Array`, which the text names by place. A length is
 * refused before anything of that length is kept, and nothing a plugin sends becomes a prototype.
 *
 * @module
 */

/** Bytes of one frame at most, both ways. */
export const frameBytesMax = 16 * 1024 * 1024;

/** In the text, `{ "\u0000bytes": [start, length] }` stands for a `Uint8Array`. */
const bytesKey = "\u0000bytes";

/**
 * One frame.
 * @throws {RangeError} if it would be longer than `frameBytesMax`
 * @throws {TypeError} if the value is not plain data
 */
export function encodeFrame(value: unknown): Uint8Array<ArrayBuffer> {
  const pieces: Uint8Array[] = [];
  let pieceBytes = 0;
  const text = new TextEncoder().encode(
    JSON.stringify(value, function (this: Record<string, unknown>, key, converted) {
      const original = this[key]; // before toJSON, which a Buffer has
      if (original instanceof Uint8Array) {
        pieces.push(original);
        pieceBytes += original.length;
        return { [bytesKey]: [pieceBytes - original.length, original.length] };
      }
      if (typeof original === "function" || typeof original === "symbol") {
        throw new TypeError(`"${key}" is a ${typeof original}, which is not plain data`);
      }
      return converted;
    }),
  );
  const size = 4 + text.length + pieceBytes;
  if (size > frameBytesMax) {
    throw new RangeError(`A frame of ${size} bytes; the limit is ${frameBytesMax} bytes`);
  }
  const frame = new Uint8Array(4 + size);
  const view = new DataView(frame.buffer);
  view.setUint32(0, size);
  view.setUint32(4, text.length);
  frame.set(text, 8);
  let at = 8 + text.length;
  for (const piece of pieces) {
    frame.set(piece, at);
    at += piece.length;
  }
  return frame;
}

/** The value of a frame, without its first length. Throws if it is none. */
function decodeFrame(frame: Uint8Array): unknown {
  if (frame.length < 4) throw new RangeError("A frame shorter than its own head");
  const textBytes = new DataView(frame.buffer, frame.byteOffset).getUint32(0);
  if (4 + textBytes > frame.length) throw new RangeError("A frame whose text is longer than it");
  const text = new TextDecoder("utf-8", { fatal: true }).decode(frame.subarray(4, 4 + textBytes));
  const pieces = frame.subarray(4 + textBytes);
  if (pieces.length === 0 && !text.includes(bytesKeyText) && !text.includes("__proto__")) {
    return JSON.parse(text);
  }
  return JSON.parse(text, (key, value: unknown) => {
    if (key === "__proto__") return undefined;
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, bytesKey)) {
      return value;
    }
    const place = (value as Record<string, unknown>)[bytesKey];
    const [start, length] = Array.isArray(place) ? place : [];
    if (!Number.isInteger(start) || !Number.isInteger(length) || start < 0 || length < 0) {
      throw new RangeError("Bytes without a place in the frame");
    }
    if (start + length > pieces.length) throw new RangeError("Bytes beyond the end of the frame");
    return pieces.slice(start, start + length);
  });
}

const bytesKeyText = JSON.stringify(bytesKey).slice(1, -1);

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
   * @throws {RangeError} if a frame is too long or malformed
   * @throws {SyntaxError} if its text is not JSON; nothing of the stream can be trusted afterwards
   */
  *take(chunk: Uint8Array): Generator<unknown> {
    if (this.#have + chunk.length > this.#kept.length) {
      const more = new Uint8Array(2 * (this.#have + chunk.length));
      more.set(this.#kept.subarray(0, this.#have));
      this.#kept = more;
    }
    this.#kept.set(chunk, this.#have);
    this.#have += chunk.length;
    const view = new DataView(this.#kept.buffer);
    let at = 0;
    while (this.#have - at >= 4) {
      const size = view.getUint32(at);
      if (size > frameBytesMax) {
        throw new RangeError(`A frame of ${size} bytes; the limit is ${frameBytesMax} bytes`);
      }
      if (this.#have - at < 4 + size) break;
      const frame = this.#kept.subarray(at + 4, at + 4 + size);
      at += 4 + size;
      yield decodeFrame(frame);
    }
    this.#kept.copyWithin(0, at, this.#have);
    this.#have -= at;
  }
}
