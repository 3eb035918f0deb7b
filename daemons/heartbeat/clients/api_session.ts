/**
 * One connection of a client to the original's local API: requests with their answers, and messages of
 * the cluster.
 *
 * @module
 */
import type { Compression } from "../../../plugins/handler/compression/contract.ts";
import type {
  Encoding,
  WireField,
  WireMessage,
} from "../../../plugins/handler/encoding/contract.ts";
import { clearTimer, setTimer } from "../../../metadata/timer.ts";
import { hex, string, stringOf } from "../fields.ts";
import { framed, FrameReader } from "./frames.ts";
import { Ordered } from "./ordered.ts";
import { unwrap } from "./unwrap.ts";

/** Milliseconds that an answer may take: the original reads its clients every keepalive. */
const answerMs = 10_000;

/** What a connection is used with. */
export interface ApiSessionOptions {
  readonly connection: Deno.Conn;
  /** The client's name. */
  readonly name: string;
  /** Writes classic framing, reads both. */
  readonly encoding: Encoding;
  readonly compressions: ReadonlyMap<string, Compression>;
  readonly onMessage: (message: WireMessage) => void;
}

/** See the head of the file. */
export class ApiSession implements AsyncDisposable {
  /** The node that the client has signed on to; empty before. */
  node = "";
  readonly ordered = new Ordered();
  /** Resolves when the daemon has closed the connection. */
  readonly closed: Promise<void>;
  readonly #options: ApiSessionOptions;
  readonly #numbers = new Map<string, number>();
  readonly #waiting: { reqtype: string; take: (message: WireMessage | undefined) => void }[] = [];
  #writing: Promise<void> = Promise.resolve();

  constructor(options: ApiSessionOptions) {
    this.#options = options;
    this.closed = this.#read();
  }

  /** Asks, and gives every answer: one, or one for each item of a list. */
  async ask(reqtype: string, fields: readonly WireField[] = []): Promise<readonly WireMessage[]> {
    const answers = this.#answersTo(reqtype);
    const sent = this.#send([
      string("t", "hbapi-req"),
      string("reqtype", reqtype),
      string("dest", this.node),
      string("pid", String(Deno.pid)),
      string("from_id", this.#options.name),
      ...fields,
    ]);
    const [, all] = await Promise.all([sent, answers]);
    return all;
  }

  /** Sends a message to the clients of this name: on all nodes, or on `dest`. */
  publish(
    fields: readonly WireField[],
    { dest, ordered = false }: { readonly dest?: string; readonly ordered?: boolean } = {},
  ): Promise<void> {
    const number = (this.#numbers.get(dest ?? "*") ?? 0) + 1;
    if (ordered) this.#numbers.set(dest ?? "*", number);
    return this.#send([
      ...fields,
      ...(dest === undefined ? [] : [string("dest", dest)]),
      ...(ordered ? [hex("oseq", number)] : []),
    ]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#options.connection.close();
    } catch {
      // The daemon has closed it.
    }
    await this.closed;
  }

  async #read(): Promise<void> {
    const { connection, encoding, compressions } = this.#options;
    const frames = new FrameReader();
    const buffer = new Uint8Array(64 * 1024);
    for (;;) {
      const length = await connection.read(buffer).catch(() => null);
      if (length === null) break;
      for (const frame of frames.push(buffer.subarray(0, length))) {
        const decoded = unwrap(encoding, compressions, frame);
        if (!decoded.ok) throw new Error(`The daemon sent an invalid message: ${decoded.why}`);
        this.#arrived(decoded.message);
      }
    }
    for (const { take } of this.#waiting.splice(0)) take(undefined);
  }

  #arrived(message: WireMessage): void {
    const first = this.#waiting[0];
    if (first !== undefined && answeredBy(message) === first.reqtype) first.take(message);
    else for (const one of this.ordered.take(message)) this.#options.onMessage(one);
  }

  /** Resolves with every answer to one request. */
  #answersTo(reqtype: string): Promise<readonly WireMessage[]> {
    const answers: WireMessage[] = [];
    return new Promise((resolve, reject) => {
      const timer = setTimer(
        () => settle(new Error(`No answer to ${reqtype} within ${answerMs} ms`)),
        answerMs,
      );
      const entry = { reqtype, take };
      const settle = (error?: Error) => {
        clearTimer(timer);
        this.#waiting.splice(this.#waiting.indexOf(entry) >>> 0, 1);
        if (error === undefined) resolve(answers);
        else reject(error);
      };
      function take(message: WireMessage | undefined) {
        if (message === undefined) {
          settle(new Error(`The daemon closed the connection; the request was ${reqtype}`));
          return;
        }
        answers.push(message);
        if (stringOf(message, "result") !== "ok/more") settle();
      }
      this.#waiting.push(entry);
    });
  }

  #send(message: WireMessage): Promise<void> {
    const { connection, encoding } = this.#options;
    const frame = encoding.encode(message);
    const closed = new Uint8Array(frame.length + 1);
    closed.set(frame);
    const bytes = framed(closed);
    // One after another: a part of one frame must not stand within another.
    return this.#writing = this.#writing.then(async () => {
      for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
    });
  }
}

/** The type of the request that a message answers; empty if it answers none. */
function answeredBy(message: WireMessage): string | undefined {
  const type = stringOf(message, "t");
  if (type === "hbapi-resp") return stringOf(message, "reqtype");
  return type === "respond-cstatus" ? "clientstatus" : "";
}
