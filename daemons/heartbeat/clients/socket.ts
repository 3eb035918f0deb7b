/**
 * The Unix socket of the original's local API, so that C programs such as `cl_status` work against
 * this daemon. Who may connect, the socket's folder says.
 *
 * It is a way out of the process for messages to the service `hbapi`: it subscribes to heartbeat's
 * connectivity and answers clients from what it was last told. A client that is slow, floods or sends
 * what is no frame hurts itself only.
 *
 * @module
 */
import type { Encoding, WireMessage } from "../../../plugins/handler/encoding/contract.ts";
import type { Log } from "../../log.ts";
import type { NodeConnectivity } from "../../messages.ts";
import type { Envelope, Outlet } from "../../router.ts";
import { answer, type ClientView, statusChange } from "./answer.ts";
import { framed, FrameReader } from "./frames.ts";

/** Clients at once at most. */
const clientsMax = 64;
/** Frames that wait for a client at most; the original has 1024. */
const queueFramesMax = 1024;

/** What the socket is made of. */
export interface ClientSocketOptions {
  readonly path: string;
  readonly node: string;
  readonly keepaliveMs: number;
  readonly deadtimeMs: number;
  /** Parameters by the names of `ha.cf`. */
  readonly parameters: ReadonlyMap<string, string>;
  /** Writes classic framing, reads both. */
  readonly encoding: Encoding;
  readonly log: Log;
}

/** The socket as an outlet of the process; see `ProcessOptions.outlets`. */
export function clientSocket(options: ClientSocketOptions): {
  readonly services: readonly string[];
  attach(deliver: (envelope: Envelope) => void): Outlet & { close(): void };
} {
  return {
    services: ["hbapi"],
    attach(deliver) {
      const socket = new ClientSocket(options);
      deliver({
        to: { service: "heartbeat" },
        from: { node: options.node, service: "hbapi" },
        message: { type: "heartbeat/subscribe" },
      });
      return socket;
    },
  };
}

class ClientSocket implements Outlet {
  readonly #options: ClientSocketOptions;
  readonly #clients = new Set<Client>();
  readonly #listener: Deno.Listener;
  #nodes: readonly NodeConnectivity[] = [];

  constructor(options: ClientSocketOptions) {
    this.#options = options;
    try {
      // What an earlier life left behind.
      Deno.removeSync(options.path);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
    this.#listener = Deno.listen({ transport: "unix", path: options.path });
    void this.#accept();
  }

  /** Ends the socket and every client. */
  close(): void {
    this.#listener.close();
    for (const client of this.#clients) client.close();
  }

  push({ message }: Envelope): void {
    if (message.type !== "heartbeat/connectivity") return;
    const before = new Map(this.#nodes.map(({ name, status }) => [name, status]));
    this.#nodes = message.nodes;
    for (const node of message.nodes) {
      const known = before.get(node.name);
      if (known === undefined || known === node.status) continue;
      const change = this.#frame(statusChange(node, Math.floor(Date.now() / 1000)));
      for (const client of this.#clients) if (client.hears) client.push(change);
    }
  }

  async #accept(): Promise<void> {
    for await (const connection of this.#listener) {
      if (this.#clients.size >= clientsMax) {
        connection.close();
        continue;
      }
      const client = new Client(connection);
      this.#clients.add(client);
      void this.#serve(client, connection).finally(() => {
        this.#clients.delete(client);
        client.close();
      });
    }
  }

  async #serve(client: Client, connection: Deno.Conn): Promise<void> {
    const reader = new FrameReader();
    const buffer = new Uint8Array(16_384);
    try {
      for (;;) {
        const length = await connection.read(buffer);
        if (length === null) return;
        for (const frame of reader.push(buffer.subarray(0, length))) {
          const decoded = this.#options.encoding.decode(frame);
          if (!decoded.ok) throw new RangeError(decoded.why);
          const answers = answer(decoded.message, this.#view());
          if (answers === "close") return;
          client.hears ||= answers.length > 1 &&
            decoded.message.some(({ value }) => value === "signon");
          for (const message of answers) client.push(this.#frame(message));
        }
      }
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.#options.log("heartbeat", "debug", `a client of the local API is gone: ${why}`);
    }
  }

  #view(): ClientView {
    return { ...this.#options, nodes: this.#nodes };
  }

  /** The stock library wants classic framing with its closing NUL. */
  #frame(message: WireMessage): Uint8Array {
    const frame = this.#options.encoding.encode(message);
    return framed(Uint8Array.of(...frame, 0));
  }
}

/** One client, and the frames that wait for it. */
class Client {
  /** It signed on with a name, and is told of changes. */
  hears = false;
  readonly #connection: Deno.Conn;
  readonly #queue: Uint8Array[] = [];
  #writing = false;
  #closed = false;

  constructor(connection: Deno.Conn) {
    this.#connection = connection;
  }

  push(frame: Uint8Array): void {
    if (this.#closed) return;
    if (this.#queue.length >= queueFramesMax) {
      this.close();
      return;
    }
    this.#queue.push(frame);
    if (!this.#writing) void this.#write();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    try {
      this.#connection.close();
    } catch {
      // Closed by the other side.
    }
  }

  async #write(): Promise<void> {
    this.#writing = true;
    try {
      for (let frame = this.#queue.shift(); frame !== undefined; frame = this.#queue.shift()) {
        for (let at = 0; at < frame.length;) {
          at += await this.#connection.write(frame.subarray(at));
        }
      }
    } catch {
      this.close();
    }
    this.#writing = false;
  }
}
