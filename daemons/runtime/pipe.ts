/**
 * Bytes both ways between two processes, or two threads of one: what a link is made of.
 *
 * @module
 */

/** One end. */
export interface Pipe {
  /** The next bytes, the caller's own; `null` at the end. */
  read(): Promise<Uint8Array<ArrayBuffer> | null>;
  /** Resolves when the bytes have been taken; they may be overwritten then. */
  write(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Ends it; a pending `read` gives `null` or rejects. */
  close(): void;
}

/** A pipe over an open connection. @param bufferBytes read at once at most. */
export function socketPipe(connection: Deno.Conn, bufferBytes = 64 * 1024): Pipe {
  const buffer = new Uint8Array(bufferBytes);
  return {
    async read() {
      const count = await connection.read(buffer);
      return count === null ? null : buffer.slice(0, count);
    },
    async write(bytes) {
      for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
    },
    close() {
      try {
        connection.close();
      } catch {
        // Already closed by the runtime.
      }
    },
  };
}
