/**
 * Reads a stream of bytes without a new buffer for each chunk.
 *
 * Deno's streams of a child's output make a buffer of 64 KiB for each chunk, however small it is. A
 * daemon that is asked a line a second and allocates little else collects its garbage rarely: such
 * buffers were 5 MiB of each process of a node that listens to others.
 *
 * @module
 */

/** Reads one stream. Only streams of bytes can be read so: those of children, files, connections. */
export class ByteReader {
  readonly #reader: ReadableStreamBYOBReader;
  #buffer: Uint8Array<ArrayBuffer>;

  /** @param bytesMax of one chunk */
  constructor(stream: ReadableStream<Uint8Array>, bytesMax = 16_384) {
    this.#reader = stream.getReader({ mode: "byob" });
    this.#buffer = new Uint8Array(bytesMax);
  }

  /**
   * The next bytes; undefined at the end. The next call takes their buffer back, so what is to be
   * kept must be copied.
   */
  async read(): Promise<Uint8Array | undefined> {
    const { value, done } = await this.#reader.read(this.#buffer);
    if (done) return undefined;
    this.#buffer = new Uint8Array(value.buffer);
    return value;
  }

  /** Ends the stream; a call that waits gives the end. */
  cancel(): Promise<void> {
    return this.#reader.cancel();
  }
}
