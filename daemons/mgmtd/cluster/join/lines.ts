/**
 * Lines of a connection, with a bound of their bytes.
 *
 * @module
 */

/** What is read and written. */
export interface Wire {
  read(into: Uint8Array): Promise<number | null>;
  write(bytes: Uint8Array): Promise<number>;
}

/** The other side sent more than a message may have. */
export class TooLong extends RangeError {}

/** Closes a connection, which its deadline may have closed already. */
export function close(conn: Deno.Conn): void {
  try {
    conn.close();
  } catch {
    // It is closed.
  }
}

/** Lines that come and go. */
export class Lines {
  readonly #wire: Wire;
  #rest = new Uint8Array(0);

  constructor(wire: Wire) {
    this.#wire = wire;
  }

  /**
   * The next line; undefined: the other side has ended.
   *
   * @throws {TooLong} if it has more than `bytesMax` bytes
   */
  async next(bytesMax: number): Promise<string | undefined> {
    const into = new Uint8Array(4 * 1024);
    while (true) {
      const end = this.#rest.indexOf(10);
      if (end > bytesMax || (end < 0 && this.#rest.length > bytesMax)) {
        throw new TooLong(`a message of more than ${bytesMax} bytes`);
      }
      if (end >= 0) {
        const line = this.#rest.slice(0, end);
        this.#rest = this.#rest.slice(end + 1);
        return new TextDecoder().decode(line);
      }
      const read = await this.#wire.read(into);
      if (read === null) return undefined;
      const more = new Uint8Array(this.#rest.length + read);
      more.set(this.#rest);
      more.set(into.subarray(0, read), this.#rest.length);
      this.#rest = more;
    }
  }

  /** Sends a message. */
  async send(message: object): Promise<void> {
    const bytes = new TextEncoder().encode(`${JSON.stringify(message)}\n`);
    for (let at = 0; at < bytes.length;) at += await this.#wire.write(bytes.subarray(at));
  }
}
