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
  #rest = new Uint8Array(0);

  /**
   * The frames that are complete with these bytes.
   *
   * @throws {RangeError} if what comes is no frame, or is too long: the client is not to be kept.
   */
  push(bytes: Uint8Array): Uint8Array[] {
    const all = new Uint8Array(this.#rest.length + bytes.length);
    all.set(this.#rest);
    all.set(bytes, this.#rest.length);
    const view = new DataView(all.buffer);
    const frames: Uint8Array[] = [];
    let at = 0;
    while (all.length - at >= headBytes) {
      const length = view.getUint32(at, true);
      if (view.getUint32(at + 4, true) !== magic) throw new RangeError("this is no frame");
      if (length > frameBytesMax) throw new RangeError(`a frame of ${length} bytes`);
      if (all.length - at - headBytes < length) break;
      frames.push(all.slice(at + headBytes, at + headBytes + length));
      at += headBytes + length;
    }
    this.#rest = all.slice(at);
    return frames;
  }
}
