/**
 * What a program writes, as data: any bytes, however many, in any encoding, without line breaks.
 *
 * @module
 */

/** Keeps the last bytes of a stream. */
export class Tail {
  readonly #bytesMax: number;
  readonly #chunks: Uint8Array[] = [];
  #bytes = 0;

  /** @param bytesMax that it gives back; it holds one chunk more. */
  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Adds what was read. */
  add(chunk: Uint8Array): void {
    this.#chunks.push(chunk.slice(-this.#bytesMax)); // a copy: the reader uses its buffer again
    this.#bytes += this.#chunks.at(-1)?.length ?? 0;
    for (let first = this.#chunks[0]; first !== undefined; first = this.#chunks[0]) {
      if (this.#bytes - first.length < this.#bytesMax) break;
      this.#bytes -= first.length;
      this.#chunks.shift();
    }
  }

  /** The last bytes. */
  bytes(): Uint8Array {
    return joined(this.#chunks).slice(-this.#bytesMax);
  }
}

/** Keeps the first bytes of a stream, up to a bound. */
export class Head {
  readonly #bytesMax: number;
  readonly #chunks: Uint8Array[] = [];
  #bytes = 0;

  /** @param bytesMax that it keeps. */
  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Adds what was read. Whether there is room for more. */
  add(chunk: Uint8Array): boolean {
    const kept = chunk.slice(0, this.#bytesMax - this.#bytes);
    this.#chunks.push(kept);
    this.#bytes += kept.length;
    return kept.length === chunk.length;
  }

  /** The bytes. */
  bytes(): Uint8Array {
    return joined(this.#chunks);
  }
}

/** The bytes of all of them, one after another. */
export function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

/** C0 and C1 but for tab and line break: they would drive a terminal or break a document. */
// deno-lint-ignore no-control-regex -- these are the ones meant
const control = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ufffe\uffff]/g;

/**
 * Bytes as text: UTF-8, or Latin-1 if they are not that. A character that the begin has lost a part
 * of, since only the end was kept, is left out. Control characters become U+FFFD.
 */
export function textOf(bytes: Uint8Array): string {
  let begin = 0;
  while (begin < 3 && ((bytes[begin] ?? 0) & 0xc0) === 0x80) begin++;
  const decoded = utf8(bytes.subarray(begin)) ?? new TextDecoder("latin1").decode(bytes);
  return decoded.replaceAll("\r\n", "\n").replace(control, "\ufffd");
}

function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
