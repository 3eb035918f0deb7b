/**
 * A stream of the programs that one shell runs one after another: each ends where the shell writes
 * its mark, which no program knows.
 *
 * @module
 */
import { ByteReader } from "../../../../metadata/byte_reader.ts";
import { joined } from "../../program_output.ts";

/** Bytes of the number after a mark at most: an exit code. */
const codeBytesMax = 4;
const newline = 10;
/** Begins a mark: hardly a program writes it, so nothing else waits for what comes next. */
const first = 1;

/** See the head of the file. */
export class MarkedStream {
  readonly #reader: ByteReader;
  readonly #mark: Uint8Array;
  /** What was read and may be the begin of the mark. */
  #kept = new Uint8Array(0);

  /** @param mark the text of the mark, without what is around it */
  constructor(stream: ReadableStream<Uint8Array>, mark: string) {
    this.#reader = new ByteReader(stream);
    this.#mark = new TextEncoder().encode(`\x01${mark} `);
  }

  /**
   * Gives what a program writes to `take`, up to the mark; then the number in it. Undefined: the
   * stream has ended. What comes behind the mark belongs to nobody.
   *
   * @param rest waited for after each chunk, so that a program which never stops writing lets others run
   */
  async program(
    take: (chunk: Uint8Array) => void,
    rest: (bytes: number) => Promise<void> | undefined,
  ): Promise<number | undefined> {
    for (let chunk; (chunk = await this.#reader.read()) !== undefined;) {
      const bytes = this.#kept.length === 0 ? chunk : joined([this.#kept, chunk]);
      this.#kept = new Uint8Array(0);
      const at = this.#markIn(bytes);
      const end = at + this.#mark.length;
      if (at < bytes.length && bytes.indexOf(newline, end) >= 0) {
        if (at > 0) take(bytes.subarray(0, at));
        return Number(new TextDecoder().decode(bytes.subarray(end, bytes.indexOf(newline, end))));
      }
      if (at > 0) take(bytes.subarray(0, at));
      this.#kept = bytes.slice(at);
      if (this.#kept.length > this.#mark.length + codeBytesMax) return undefined; // no mark of the shell's
      await rest(chunk.length);
    }
    if (this.#kept.length > 0) take(this.#kept);
    return undefined;
  }

  /** Where the mark begins, or its begin at the end of what was read; the length if there is none. */
  #markIn(bytes: Uint8Array): number {
    for (let at = bytes.indexOf(first); at >= 0; at = bytes.indexOf(first, at + 1)) {
      let same = 1;
      while (same < this.#mark.length && bytes[at + same] === this.#mark[same]) same++;
      if (same === this.#mark.length || at + same === bytes.length) return at;
    }
    return bytes.length;
  }

  /** Ends it; a call that waits gives the end. */
  cancel(): Promise<void> {
    return this.#reader.cancel().catch(() => {});
  }
}
