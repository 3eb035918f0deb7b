/**
 * A client of the original's local API, without C: it works with our daemon and with heartbeat 3.0.6.
 *
 * @example
 * ```ts
 * await using client = await signOn({ path: "/run/heartbeat/register", name: "app", encoding });
 * console.log(await client.ask("nodelist"));
 * client.publish([string("t", "hello")], { ordered: true });
 * ```
 *
 * @module
 */
import type { Compression } from "../../../plugins/handler/compression/contract.ts";
import type {
  Encoding,
  WireField,
  WireMessage,
} from "../../../plugins/handler/encoding/contract.ts";
import { hex, string, stringOf } from "../fields.ts";
import { framed, FrameReader } from "./frames.ts";
import { Ordered } from "./ordered.ts";
import { unwrap } from "./unwrap.ts";
import { clearTimer, setTimer } from "../../../metadata/timer.ts";

/** Milliseconds that an answer may take: the original reads its clients every keepalive. */
const answerMs = 10_000;

/** How to sign on. */
export interface SignOnOptions {
  readonly path: string;
  /** The name; absent: a casual client, which may only ask. */
  readonly name?: string;
  /** Writes classic framing, reads both. */
  readonly encoding: Encoding;
  /** What packed messages are unpacked with, by heartbeat's names: `zlib`, `bz2`. */
  readonly compressions?: ReadonlyMap<string, Compression>;
  /** The user and group of this process: they are compared with the kernel's word. */
  readonly uid?: number;
  readonly gid?: number;
  /** Messages of the cluster, ordered ones in their order. */
  readonly onMessage?: (message: WireMessage) => void;
}

/** A client that has signed on. */
export interface ApiConnection extends AsyncDisposable {
  /** The node it has signed on to. */
  readonly node: string;
  /** Asks, and gives every answer: one, or one for each item of a list. */
  ask(reqtype: string, fields?: readonly WireField[]): Promise<readonly WireMessage[]>;
  /** Sends a message to the clients of this name: on all nodes, or on `dest`. */
  publish(
    fields: readonly WireField[],
    how?: { readonly dest?: string; readonly ordered?: boolean },
  ): Promise<void>;
  /** The order of what came. */
  readonly ordered: Ordered;
  /** Resolves when the daemon has closed the connection. */
  readonly closed: Promise<void>;
}

/**
 * Connects and signs on. Needs read, write and net permission for the path.
 *
 * @throws {Error} if the daemon refuses, and why.
 */
export async function signOn(options: SignOnOptions): Promise<ApiConnection> {
  const { path, encoding, onMessage = () => {}, uid = 0, gid = 0 } = options;
  const { compressions = new Map<string, Compression>() } = options;
  const pid = String(Deno.pid);
  const name = options.name ?? pid;
  const connection = await Deno.connect({ transport: "unix", path });
  const ordered = new Ordered();
  const numbers = new Map<string, number>();
  const waiting: { reqtype: string; take: (message: WireMessage | undefined) => void }[] = [];
  const reading = read();
  let writing: Promise<void> = Promise.resolve();
  let node = "";

  async function read(): Promise<void> {
    const frames = new FrameReader();
    const buffer = new Uint8Array(64 * 1024);
    for (;;) {
      const length = await connection.read(buffer).catch(() => null);
      if (length === null) break;
      for (const frame of frames.push(buffer.subarray(0, length))) {
        const decoded = unwrap(encoding, compressions, frame);
        if (!decoded.ok) throw new Error(`The daemon sent an invalid message: ${decoded.why}`);
        arrived(decoded.message);
      }
    }
    for (const { take } of waiting.splice(0)) take(undefined);
  }

  function arrived(message: WireMessage): void {
    const type = stringOf(message, "t");
    const reqtype = stringOf(message, "reqtype");
    const first = waiting[0];
    const answers = type === "hbapi-resp"
      ? reqtype
      : type === "respond-cstatus"
      ? "clientstatus"
      : "";
    if (first !== undefined && answers === first.reqtype) first.take(message);
    else for (const one of ordered.take(message)) onMessage(one);
  }

  function send(message: WireMessage): Promise<void> {
    const frame = encoding.encode(message);
    const closed = new Uint8Array(frame.length + 1);
    closed.set(frame);
    const bytes = framed(closed);
    // One after another: a part of one frame must not stand within another.
    return writing = writing.then(async () => {
      for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
    });
  }

  async function ask(
    reqtype: string,
    fields: readonly WireField[] = [],
  ): Promise<readonly WireMessage[]> {
    const answers: WireMessage[] = [];
    const done = new Promise<void>((resolve, reject) => {
      const timer = setTimer(
        () => settle(new Error(`No answer to ${reqtype} within ${answerMs} ms`)),
        answerMs,
      );
      const entry = { reqtype, take };
      const settle = (error?: Error) => {
        clearTimer(timer);
        waiting.splice(waiting.indexOf(entry) >>> 0, 1);
        if (error === undefined) resolve();
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
      waiting.push(entry);
    });
    const sent = send([
      string("t", "hbapi-req"),
      string("reqtype", reqtype),
      string("dest", node),
      string("pid", pid),
      string("from_id", name),
      ...fields,
    ]);
    await Promise.all([sent, done]);
    return answers;
  }

  const [answer = []] = await ask("signon", [
    string("uid", String(uid)),
    string("gid", String(gid)),
  ]).catch((error) => {
    connection.close();
    throw error;
  });
  if (stringOf(answer, "result") !== "OK") {
    connection.close();
    await reading;
    throw new Error(`Cannot sign on as ${name}: ${stringOf(answer, "info") ?? "refused"}`);
  }
  node = stringOf(answer, "node") ?? "";
  return {
    node,
    ask,
    ordered,
    closed: reading,
    publish(fields, { dest, ordered: inOrder = false } = {}) {
      const number = (numbers.get(dest ?? "*") ?? 0) + 1;
      if (inOrder) numbers.set(dest ?? "*", number);
      return send([
        ...fields,
        ...(dest === undefined ? [] : [string("dest", dest)]),
        ...(inOrder ? [hex("oseq", number)] : []),
      ]);
    },
    async [Symbol.asyncDispose]() {
      try {
        connection.close();
      } catch {
        // The daemon has closed it.
      }
      await reading;
    },
  };
}
