/**
 * The Unix socket of applications, which speaks as the original's: it only carries frames. A client
 * that floods, is slow or sends what is no frame harms only itself.
 *
 * @module
 */
import net from "node:net";
import { messageOf } from "../../metadata/message_of.ts";
import { clearTimer, pause, setTimer, type Timer } from "../../metadata/timer.ts";
import type { Api } from "../../pils/plugin.ts";
import { claim, framed, FrameReader } from "../heartbeat/doors/client_socket.ts";
import {
  connectionsMax,
  connectionsOfUserMax,
  frameBytesMax,
  framesPerSecondMax,
  registerMs,
  unreadBytesMax,
} from "./limits.ts";
import type { Kernel } from "./peer.ts";
import type { Peer } from "./state.ts";

/** What it emits. */
export type SocketEvent =
  /** Whether applications can connect. */
  | { readonly type: "listening"; readonly error?: string }
  | { readonly type: "opened"; readonly connection: number; readonly peer: Peer }
  | { readonly type: "frame"; readonly connection: number; readonly bytes: Uint8Array }
  | { readonly type: "closed"; readonly connection: number };

/** What it is made of. */
export interface SocketOptions {
  readonly path: string;
  /** Undefined: nobody can say who connects, so only the owner of the socket may. */
  readonly kernel: Kernel | undefined;
  /** Whether somebody may register at all. */
  readonly lets: (peer: Peer) => boolean;
  /** Root and the owner of the daemon share no bound with others. */
  readonly isOwner: (peer: Peer) => boolean;
  readonly log: (text: string) => void;
  /** Instead of {@linkcode registerMs}, and of a second between two looks. */
  readonly registerMs?: number;
  readonly lookEveryMs?: number;
}

/** One connection. */
interface Connection {
  readonly socket: net.Socket;
  readonly reader: FrameReader;
  readonly peer: Peer;
  registered: boolean;
  /** When it connected, or when the frame that is not whole began. */
  sinceMs: number;
  /** Frames in the second that began then. */
  frames: number;
  secondMs: number;
  resume: Timer | undefined;
}

/** Nobody, where the kernel cannot be asked: only the owner could connect. */
const unknownPeer: Peer = { pid: 0, uid: 0, gid: 0, started: 0 };
const secondMs = 1_000;
/** Milliseconds until a socket that could not be opened is tried again. */
const reopenMs = 10_000;
/** Milliseconds between two lines about who is turned away. */
const lineEveryMs = 60_000;

/** The socket as something that the machine loads. */
export function applicationSocket(
  options: SocketOptions,
): (emit: (event: unknown) => void) => Api {
  return (emit) => {
    const serving = new Serving(options, emit);
    void serving.open();
    return {
      send: (connection: number, bytes: Uint8Array) => serving.send(connection, bytes),
      end: (connection: number) => serving.end(connection),
      known: (connection: number) => serving.known(connection),
      waiting: (connections: readonly number[]) => serving.waiting(connections),
      close: () => serving.close(),
    };
  };
}

class Serving {
  readonly #options: SocketOptions;
  readonly #emit: (event: SocketEvent) => void;
  readonly #connections = new Map<number, Connection>();
  readonly #server: net.Server;
  #last = 0;
  #sweep: Timer | undefined;
  #toldMs = -Infinity;
  #closed = false;

  constructor(options: SocketOptions, emit: (event: SocketEvent) => void) {
    this.#options = options;
    this.#emit = emit;
    this.#server = net.createServer((socket) => this.#came(socket));
  }

  /** Opens the socket; one that somebody else serves is tried again: the node has no need of it. */
  async open(): Promise<void> {
    const { path, kernel } = this.#options;
    try {
      await claim(path);
      if (this.#closed) return;
      await new Promise<void>((resolve, reject) => {
        this.#server.once("error", reject);
        this.#server.listen({ path, backlog: connectionsMax }, resolve);
      });
      // Without the kernel's word on who calls, the socket is its owner's; with it, rules decide.
      Deno.chmodSync(path, kernel === undefined ? 0o600 : 0o666);
    } catch (error) {
      if (this.#closed) return;
      this.#emit({ type: "listening", error: messageOf(error) });
      this.#sweep = setTimer(() => void this.open(), reopenMs);
      return;
    }
    this.#server.on("error", (error) => this.#turnAway(error.message));
    this.#emit({ type: "listening" });
    this.#look();
  }

  send(connection: number, bytes: Uint8Array): void {
    const known = this.#connections.get(connection);
    if (known === undefined) return;
    if (known.socket.writableLength > unreadBytesMax) known.socket.destroy();
    else known.socket.write(framed(bytes));
  }

  end(connection: number): void {
    const known = this.#connections.get(connection);
    if (known === undefined) return;
    this.#forget(connection, known);
    known.socket.destroy();
  }

  known(connection: number): void {
    const known = this.#connections.get(connection);
    if (known !== undefined) known.registered = true;
  }

  /**
   * Those of the connections that have sent something which the machine has not been given. What was
   * read before this question has been given to it when the answer comes.
   */
  async waiting(connections: readonly number[]): Promise<readonly number[]> {
    // What a read has brought is given on in the next turn of the event loop.
    await pause(0);
    await pause(0);
    return connections.filter((connection) => {
      const known = this.#connections.get(connection);
      return known !== undefined && (known.resume !== undefined || this.#waits(known));
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimer(this.#sweep);
    for (const [connection, known] of this.#connections) {
      this.#forget(connection, known);
      known.socket.destroy();
    }
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #waits({ socket }: Connection): boolean {
    return this.#options.kernel?.waits(socket) ?? false;
  }

  #came(socket: net.Socket): void {
    // An error of a client is its own.
    socket.on("error", () => socket.destroy());
    const { kernel, lets } = this.#options;
    let peer = unknownPeer;
    try {
      if (kernel !== undefined) peer = kernel.peerOf(socket);
      if (!lets(peer)) throw new Error(`user ${peer.uid} may not register applications`);
      this.#makePlace(peer);
    } catch (error) {
      this.#turnAway(messageOf(error));
      socket.destroy();
      return;
    }
    const connection = ++this.#last;
    const nowMs = performance.now();
    const known: Connection = {
      socket,
      reader: new FrameReader(frameBytesMax),
      peer,
      registered: false,
      sinceMs: nowMs,
      frames: 0,
      secondMs: nowMs,
      resume: undefined,
    };
    this.#connections.set(connection, known);
    this.#emit({ type: "opened", connection, peer });
    socket.on("data", (bytes: Uint8Array) => {
      if (!known.reader.isBegun) known.sinceMs = performance.now();
      known.reader.feed(bytes);
      this.#read(connection, known);
    });
    socket.on("close", () => {
      if (this.#connections.get(connection) !== known) return;
      this.#forget(connection, known);
      this.#emit({ type: "closed", connection });
    });
  }

  #forget(connection: number, known: Connection): void {
    clearTimer(known.resume);
    this.#connections.delete(connection);
  }

  /** Gives the machine what it may have of a connection in this second; the rest waits. */
  #read(connection: number, known: Connection): void {
    const nowMs = performance.now();
    if (nowMs - known.secondMs >= secondMs) {
      known.secondMs = nowMs;
      known.frames = 0;
    }
    try {
      while (known.frames < framesPerSecondMax) {
        const bytes = known.reader.next();
        if (bytes === undefined) return;
        known.frames++;
        known.sinceMs = nowMs;
        this.#emit({ type: "frame", connection, bytes });
        if (!this.#connections.has(connection)) return;
      }
    } catch {
      // No frame: there is nothing to be said to such a client.
      known.socket.destroy();
      return;
    }
    known.socket.pause();
    known.resume ??= setTimer(() => {
      known.resume = undefined;
      known.socket.resume();
      this.#read(connection, known);
    }, Math.max(1, known.secondMs + secondMs - nowMs));
  }

  /** Of too many, one that has not registered gives way. @throws {Error} if there is none. */
  #makePlace(peer: Peer): void {
    if (!this.#options.isOwner(peer)) {
      let own = 0;
      for (const known of this.#connections.values()) if (known.peer.uid === peer.uid) own++;
      if (own >= connectionsOfUserMax) {
        throw new Error(`user ${peer.uid} has ${own} connections, which is the maximum`);
      }
    }
    if (this.#connections.size < connectionsMax) return;
    for (const [connection, known] of this.#connections) {
      if (!known.registered) return this.#close(connection, known);
    }
    throw new Error(`${connectionsMax} applications are registered, which is the maximum`);
  }

  #close(connection: number, known: Connection): void {
    this.#forget(connection, known);
    known.socket.destroy();
    this.#emit({ type: "closed", connection });
  }

  #turnAway(why: string): void {
    const nowMs = performance.now();
    if (nowMs - this.#toldMs < lineEveryMs) return;
    this.#toldMs = nowMs;
    this.#options.log(`an application is turned away: ${why}`);
  }

  /** Closes who does not register, or does not end a frame. */
  #look(): void {
    const { registerMs: lateMs = registerMs, lookEveryMs = secondMs } = this.#options;
    const nowMs = performance.now();
    for (const [connection, known] of this.#connections) {
      const isHalf = !known.registered || known.reader.isBegun;
      if (!isHalf || nowMs - known.sinceMs < lateMs) continue;
      if (known.resume === undefined && !this.#waits(known)) this.#close(connection, known);
    }
    this.#sweep = setTimer(() => this.#look(), lookEveryMs);
  }
}
