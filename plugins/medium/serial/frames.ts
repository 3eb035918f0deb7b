/**
 * Frames out of the bytes of a line: from a line `>>>` to a line `<<<`. What stands between frames is
 * noise; a frame whose end was lost ends where the next begins.
 *
 * @module
 */

const newline = 10;
const head = [62, 62, 62];
const tail = [60, 60, 60];

/** Puts frames together. */
export class FrameReader {
  readonly #bytes: Uint8Array;
  #have = 0;
  #lineStart = 0;
  #inFrame = false;

  /** @param frameBytesMax of one frame; a longer one is noise. */
  constructor(frameBytesMax: number) {
    this.#bytes = new Uint8Array(frameBytesMax);
  }

  /** The frames that are whole now. */
  take(chunk: Uint8Array): Uint8Array[] {
    const frames: Uint8Array[] = [];
    for (const byte of chunk) {
      if (this.#have === this.#bytes.length) this.#forget();
      this.#bytes[this.#have++] = byte;
      if (byte === newline && this.#endOfLine()) {
        frames.push(this.#bytes.slice(0, this.#have));
        this.#forget();
      }
    }
    return frames;
  }

  /** Whether a frame ends here. */
  #endOfLine(): boolean {
    const line = this.#bytes.subarray(this.#lineStart, this.#have - 1);
    // Before a frame there may be noise on its first line; within one, text may end like that.
    if (is(this.#inFrame ? line : line.subarray(-head.length), head)) {
      this.#bytes.set([...head, newline]);
      this.#have = head.length + 1;
      this.#inFrame = true;
    } else if (!this.#inFrame) {
      this.#forget();
    } else if (is(line, tail)) {
      return true;
    }
    this.#lineStart = this.#have;
    return false;
  }

  #forget(): void {
    this.#have = 0;
    this.#lineStart = 0;
    this.#inFrame = false;
  }
}

const is = (line: Uint8Array, marker: readonly number[]): boolean =>
  line.length === marker.length && marker.every((byte, at) => line[at] === byte);
