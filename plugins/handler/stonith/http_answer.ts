/**
 * The answer of an HTTP/1.1 server, read as it comes: with a length, in chunks, or up to the end of the
 * connection.
 *
 * @module
 */

/** An answer. */
export interface HttpAnswer {
  readonly status: number;
  /** By name in small letters; of several with one name the last. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Bytes of the head and of the body at most. */
const headBytesMax = 16_384;
const bodyBytesMax = 1 << 20;

/** See the head of the file. */
export class HttpReader {
  #bytes = new Uint8Array(0);
  #head: { readonly status: number; readonly headers: Record<string, string> } | undefined;

  /** Adds what came; the answer if that was all of it. @throws {Error} if it is none. */
  add(chunk: Uint8Array): HttpAnswer | undefined {
    const bytes = new Uint8Array(this.#bytes.length + chunk.length);
    bytes.set(this.#bytes);
    bytes.set(chunk, this.#bytes.length);
    this.#bytes = bytes;
    this.#readHead();
    if (this.#head === undefined) return undefined;
    if (this.#bytes.length > bodyBytesMax) {
      throw new Error(`its answer has more than ${bodyBytesMax} bytes`);
    }
    const { status, headers } = this.#head;
    if (status === 204 || status === 304) return this.#whole(new Uint8Array(0));
    if (headers["transfer-encoding"]?.toLowerCase() === "chunked") {
      const body = unchunked(this.#bytes);
      return body === undefined ? undefined : this.#whole(body);
    }
    const length = headers["content-length"];
    if (length === undefined) return undefined;
    if (!/^\d{1,7}$/.test(length)) throw new Error(`"${length}" is not a length of an answer`);
    return this.#bytes.length < Number(length)
      ? undefined
      : this.#whole(this.#bytes.subarray(0, Number(length)));
  }

  /** The connection has ended. @throws {Error} if the answer is not whole. */
  end(): HttpAnswer {
    const { headers } = this.#head ?? {};
    if (headers === undefined) throw new Error("it closed the connection without an answer");
    if (headers["content-length"] !== undefined || headers["transfer-encoding"] !== undefined) {
      throw new Error("it closed the connection in the middle of its answer");
    }
    return this.#whole(this.#bytes);
  }

  #whole(body: Uint8Array): HttpAnswer {
    const { status = 0, headers = {} } = this.#head ?? {};
    return { status, headers, body: new TextDecoder().decode(body) };
  }

  #readHead(): void {
    while (this.#head === undefined) {
      const text = latin1(this.#bytes.subarray(0, headBytesMax));
      const end = text.indexOf("\r\n\r\n");
      if (end === -1) {
        if (this.#bytes.length >= headBytesMax) {
          throw new Error(`the head of its answer has more than ${headBytesMax} bytes`);
        }
        return;
      }
      const [line = "", ...rest] = text.slice(0, end).split("\r\n");
      const status = /^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(line)?.[1];
      if (status === undefined) throw new Error("its answer is not HTTP");
      this.#bytes = this.#bytes.slice(end + 4);
      if (status.startsWith("1")) continue; // "100 Continue" comes before the answer
      const headers: Record<string, string> = {};
      for (const one of rest) {
        const at = one.indexOf(":");
        if (at > 0) headers[one.slice(0, at).trim().toLowerCase()] = one.slice(at + 1).trim();
      }
      this.#head = { status: Number(status), headers };
    }
  }
}

/** The body out of its chunks; undefined if more must come. @throws {Error} if it is damaged. */
function unchunked(bytes: Uint8Array): Uint8Array | undefined {
  const parts: Uint8Array[] = [];
  let at = 0;
  for (;;) {
    const end = latin1(bytes.subarray(at, at + 64)).indexOf("\r\n");
    if (end === -1) {
      if (bytes.length - at > 64) throw new Error("a chunk of its answer has no size");
      return undefined;
    }
    const size = /^[0-9A-Fa-f]{1,6}(?=\s*(?:;|$))/.exec(latin1(bytes.subarray(at, at + end)))?.[0];
    if (size === undefined) throw new Error("a chunk of its answer has no size");
    const length = Number.parseInt(size, 16);
    const begin = at + end + 2;
    if (bytes.length < begin + length + 2) return undefined;
    if (length === 0) return joined(parts);
    parts.push(bytes.subarray(begin, begin + length));
    at = begin + length + 2;
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const latin1 = (bytes: Uint8Array): string => String.fromCharCode(...bytes);
