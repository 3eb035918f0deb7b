/**
 * A connection to PostgreSQL: as much of its protocol, version 3, as a client needs that writes rows
 * and reads them again. A password is sent in clear text, if the server asks for it so: for servers of
 * this machine.
 *
 * @module
 */
import { clearTimer, setTimer } from "../../../../metadata/timer.ts";

/** Where a server is, and as whom. */
export interface Server {
  readonly hostname: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  readonly password?: string;
}

/** Bytes of one message of the server at most. */
const messageBytesMax = 1024 * 1024;
/** Bytes that are read at once. */
const readBytes = 64 * 1024;
const protocolVersion = 3 << 16;
/** Number of the authentication by a password in clear text. */
const clearText = 3;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** One message of the server: its type, and what follows its length. */
interface Message {
  readonly type: string;
  readonly body: Uint8Array;
}

/** See the head of the file. */
export class Postgres {
  readonly #connection: Deno.Conn;
  readonly #password: string | undefined;
  #unread = new Uint8Array(0);

  private constructor(connection: Deno.Conn, password: string | undefined) {
    this.#connection = connection;
    this.#password = password;
  }

  /**
   * Connects and signs on.
   * @throws {Error} if the server does not take it within `withinMs`.
   */
  static async connect(server: Server, withinMs: number): Promise<Postgres> {
    const { hostname, port, user, database } = server;
    const signal = AbortSignal.timeout(withinMs);
    const connection = await Deno.connect({ hostname, port, signal });
    connection.setNoDelay(true);
    const client = new Postgres(connection, server.password);
    const words = ["user", user, "database", database].map((word) => `${word}\0`).join("");
    await client.#within(withinMs, async () => {
      await client.#write("", int32(protocolVersion), encoder.encode(`${words}\0`));
      await client.#answers();
    });
    return client;
  }

  /**
   * Runs a statement; gives its rows as texts.
   * @throws {Error} the server's error, or that it did not answer within `withinMs`. After the latter
   * the connection is closed.
   */
  query(sql: string, withinMs: number): Promise<readonly (readonly string[])[]> {
    return this.#within(withinMs, async () => {
      await this.#write("Q", encoder.encode(`${sql}\0`));
      return await this.#answers();
    });
  }

  /** Closes the connection. */
  close(): void {
    try {
      this.#connection.close();
    } catch {
      // It is closed already.
    }
  }

  async #within<T>(withinMs: number, run: () => Promise<T>): Promise<T> {
    const late = setTimer(() => this.close(), withinMs);
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof ServerError)) this.close();
      throw error;
    } finally {
      clearTimer(late);
    }
  }

  async #write(type: string, ...parts: readonly Uint8Array[]): Promise<void> {
    const length = parts.reduce((sum, part) => sum + part.length, 4);
    const bytes = new Uint8Array(type.length + length);
    bytes.set(encoder.encode(type));
    let at = type.length;
    for (const part of [int32(length), ...parts]) {
      bytes.set(part, at);
      at += part.length;
    }
    for (let from = 0; from < bytes.length;) {
      from += await this.#connection.write(bytes.subarray(from));
    }
  }

  /** Everything until the server is ready for the next statement. */
  async #answers(): Promise<readonly (readonly string[])[]> {
    const rows: (readonly string[])[] = [];
    for (let error: ServerError | undefined;;) {
      const { type, body } = await this.#message();
      if (type === "Z") {
        if (error !== undefined) throw error;
        return rows;
      }
      if (type === "D") rows.push(rowOf(body));
      if (type === "R") await this.#authenticate(uint32(body, 0));
      if (type === "E") {
        error = new ServerError(errorOf(body));
        // While it signs on or ends, the server sends nothing else.
        if (/^(?:FATAL|PANIC)/.test(error.message)) throw new Error(error.message);
      }
    }
  }

  /** Answers what the server asks for: nothing, or the password in clear text. */
  async #authenticate(method: number): Promise<void> {
    if (method === 0) return;
    if (method !== clearText || this.#password === undefined) {
      throw new Error(`the server wants authentication ${method}; expected 0 or ${clearText}`);
    }
    await this.#write("p", encoder.encode(`${this.#password}\0`));
  }

  async #message(): Promise<Message> {
    while (this.#unread.length < 5) await this.#more();
    const length = uint32(this.#unread, 1);
    if (length < 4 || length > messageBytesMax) {
      throw new Error(`a message of ${length} bytes; expected 4 to ${messageBytesMax}`);
    }
    while (this.#unread.length < 1 + length) await this.#more();
    const type = String.fromCharCode(this.#unread[0] ?? 0);
    const body = this.#unread.slice(5, 1 + length);
    this.#unread = this.#unread.slice(1 + length);
    return { type, body };
  }

  async #more(): Promise<void> {
    const bytes = new Uint8Array(readBytes);
    const count = await this.#connection.read(bytes);
    if (count === null) throw new Error("the server closed the connection");
    const all = new Uint8Array(this.#unread.length + count);
    all.set(this.#unread);
    all.set(bytes.subarray(0, count), this.#unread.length);
    this.#unread = all;
  }
}

/** What the server refuses; the connection goes on. */
class ServerError extends Error {}

function int32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setInt32(0, value);
  return bytes;
}

const uint32 = (bytes: Uint8Array, at: number): number =>
  new DataView(bytes.buffer, bytes.byteOffset).getUint32(at);

/** The fields of a row; a NULL is an empty text. */
function rowOf(body: Uint8Array): readonly string[] {
  const view = new DataView(body.buffer, body.byteOffset);
  const fields: string[] = [];
  let at = 2;
  for (let count = view.getUint16(0); count > 0; count--) {
    const length = Math.max(0, view.getInt32(at));
    fields.push(decoder.decode(body.subarray(at + 4, at + 4 + length)));
    at += 4 + length;
  }
  return fields;
}

/** `SEVERITY: message`. */
function errorOf(body: Uint8Array): string {
  const fields = new Map(
    decoder.decode(body).split("\0").map((field) => [field[0] ?? "", field.slice(1)]),
  );
  return `${fields.get("S") ?? "ERROR"}: ${fields.get("M") ?? ""}`;
}
