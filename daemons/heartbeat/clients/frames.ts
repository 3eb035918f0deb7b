/**
 * Frames of the client socket: length (32 bits, little endian), 0x0000abcd, then so many bytes.
 *
 * @module
 */

/** Bytes of a frame at most, as heartbeat has it. */
export const frameBytesMax = 256 * 1024;

const headBytes = 8;
const magic = 0xabcd;

/** The frame around a message. */
export function framed(bytes: Uint8Array): Uint8Array {
  const frame = new Uint8Array(headBytes + bytes.length);
  const view = new DataView(frame.buffer);
  view.setUint32(0, bytes.length, true);
  view.setUint32(4, magic, true);
  frame.set(bytes, headBytes);
  return frame;
}

/** Takes frames out of a stream of bytes. */
export class FrameReader {
  /** What has come and is not taken: from `#from` to `#to`. */
  #bytes = new Uint8Array(0);
  #from = 0;
  #to = 0;
  readonly #frameBytesMax: number;

  constructor(bytesMax = frameBytesMax) {
    this.#frameBytesMax = bytesMax;
  }

  /** Whether a frame has begun that has not been taken. */
  get isBegun(): boolean {
    return this.#to > this.#from;
  }

  /**
   * The frames that are complete with these bytes.
   *
   * @throws {RangeError} if what comes is no frame, or is too long: the client is not to be kept.
   */
  push(bytes: Uint8Array): Uint8Array[] {
    this.feed(bytes);
    const frames: Uint8Array[] = [];
    for (let frame = this.next(); frame !== undefined; frame = this.next()) frames.push(frame);
    return frames;
  }

  /** Adds bytes. */
  feed(bytes: Uint8Array): void {
    if (this.#to + bytes.length > this.#bytes.length) {
      const have = this.#to - this.#from;
      // Twice the room, so that a frame that comes in small pieces is not moved with each of them.
      const room = have + bytes.length <= this.#bytes.length / 2
        ? this.#bytes
        : new Uint8Array(2 * (have + bytes.length));
      room.set(this.#bytes.subarray(this.#from, this.#to));
      this.#bytes = room;
      this.#from = 0;
      this.#to = have;
    }
    this.#bytes.set(bytes, this.#to);
    this.#to += bytes.length;
  }

  /** One frame; undefined: more bytes are needed. Throws as `push`. */
  next(): Uint8Array | undefined {
    const have = this.#to - this.#from;
    if (have < headBytes) return undefined;
    const view = new DataView(this.#bytes.buffer, this.#from, headBytes);
    const length = view.getUint32(0, true);
    if (view.getUint32(4, true) !== magic) throw new RangeError("this is not a frame");
    if (length > this.#frameBytesMax) throw new RangeError(`a frame of ${length} bytes`);
    if (have - headBytes < length) return undefined;
    const start = this.#from + headBytes;
    this.#from = start + length;
    const frame = this.#bytes.slice(start, this.#from);
    if (this.#from === this.#to) {
      this.#bytes = new Uint8Array(0);
      this.#from = this.#to = 0;
    }
    return frame;
  }
}
