/**
 * The Unix socket of the original's local API, with which C programs such as `cl_status` and `ccm`
 * work against this daemon. It only carries frames. A client that is slow, floods or sends invalid
 * frames harms only itself: waiting data has one bound for all clients, and the socket reads from a
 * client only what the machine has dealt with.
 *
 * It uses `node:net`, because the kernel can report the peer of such a socket.
 *
 * @module
 */
import net from "node:net";
import { messageOf } from "../../../metadata/message_of.ts";
import type { Api } from "../../../pils/plugin.ts";
import { framed, FrameReader } from "./frames.ts";
import type { SocketEvent } from "./sessions.ts";
import { clientsMax, type Credentials, takenTogether } from "./state.ts";
import { clearTimer, setTimer } from "../../../metadata/timer.ts";

/** Frames that wait for a client at most, unless it asks for another bound. */
const queueFramesDefault = 1024;
/** Bytes that wait for a client at most, and for all clients. */
const queueBytesMax = 4 * 1024 * 1024;
const allQueueBytesMax = 32 * 1024 * 1024;
/**
 * Milliseconds within which a client must say its first word, and end a frame that it has begun.
 */
const firstFrameMs = 10_000;
/** Frames of a client that the machine has not dealt with at most, and of all of them together. */
const untakenMax = 64;
const allUntakenMax = 256;

/** What the socket is made of. */
export interface ClientSocketOptions {
  /** Nothing may be there: see `claim.ts`. */
  readonly path: string;
  /** Asks the kernel who is at the other end; absent: this process may not ask. */
  readonly credentials?: (socket: net.Socket) => Credentials;
  readonly log: (text: string) => void;
  /** Instead of {@linkcode firstFrameMs}. */
  readonly frameMs?: number;
}

/** One connection and what waits for it. */
interface Connection {
  readonly socket: net.Socket;
  readonly reader: FrameReader;
  frames: number;
  framesMax: number;
  /** Frames that the machine has and has not dealt with. */
  untaken: number;
  /** The machine lets it wait. */
  paused: boolean;
  /** It has said a word, and when it did last. */
  known: boolean;
  heardAt: number;
}

/**
 * The socket as something a machine loads: it emits `SocketEvent`s and offers `send`, `end`,
 * `pause`, `bound` and `taken`.
 */
export function clientSocket(
  options: ClientSocketOptions,
): (emit: (event: unknown) => void) => Api {
  return (emit) => {
    const serving = new Serving(options, emit);
    return {
      send: (connection: number, message: Uint8Array) => serving.send(connection, message),
      end: (connection: number) => serving.end(connection),
      pause: (connection: number, paused: boolean) => serving.pause(connection, paused),
      bound: (connection: number, frames: number) => serving.bound(connection, frames),
      taken: (connection: number, frames: number) => serving.taken(connection, frames),
      close: () => serving.close(),
    };
  };
}

class Serving {
  readonly #options: ClientSocketOptions;
  readonly #emit: (event: SocketEvent) => void;
  readonly #connections = new Map<number, Connection>();
  readonly #server: net.Server;
  #last = 0;

  constructor(options: ClientSocketOptions, emit: (event: unknown) => void) {
    const { path, credentials, log } = options;
    this.#options = options;
    this.#emit = emit;
    this.#server = net.createServer((socket) => this.#came(socket));
    this.#server.on("error", (error) => log(`the local API is not there: ${error.message}`));
    this.#server.listen(path, () => {
      // Without the kernel's word on who calls, the socket is its owner's; with it, rules decide.
      Deno.chmodSync(path, credentials === undefined ? 0o600 : 0o666);
    });
  }

  send(connection: number, message: Uint8Array): void {
    const known = this.#connections.get(connection);
    if (known === undefined) return;
    const { socket } = known;
    if (known.frames >= known.framesMax || socket.writableLength > queueBytesMax) {
      this.end(connection, `slow: ${known.frames} messages wait to be read`);
      return;
    }
    known.frames++;
    socket.write(framed(message), () => known.frames--);
    if (socket.writableLength > 0) this.#bound();
  }

  end(connection: number, why?: string): void {
    const known = this.#connections.get(connection);
    if (known === undefined) return;
    this.#connections.delete(connection);
    if (why === undefined) known.socket.end();
    else {
      known.socket.destroy();
      this.#emit({ type: "closed", connection, why });
    }
  }

  pause(connection: number, paused: boolean): void {
    const known = this.#connections.get(connection);
    if (known === undefined) return;
    known.paused = paused;
    this.#read(connection, known);
  }

  bound(connection: number, frames: number): void {
    const known = this.#connections.get(connection);
    if (known !== undefined) known.framesMax = frames;
  }

  /** The machine has dealt with so many frames. */
  taken(connection: number, frames: number): void {
    const known = this.#connections.get(connection);
    if (known === undefined) return;
    known.untaken -= frames;
    this.#read(connection, known);
  }

  async close(): Promise<void> {
    for (const { socket } of this.#connections.values()) socket.destroy();
    this.#connections.clear();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #came(socket: net.Socket): void {
    const { credentials, log } = this.#options;
    let who: Credentials | undefined;
    try {
      who = credentials?.(socket);
    } catch (error) {
      log(`a client is turned away: ${messageOf(error)}`);
      socket.destroy();
      return;
    }
    if (!this.#makePlace()) {
      socket.destroy();
      return;
    }
    const connection = ++this.#last;
    const known: Connection = {
      socket,
      reader: new FrameReader(),
      frames: 0,
      framesMax: queueFramesDefault,
      untaken: 0,
      paused: false,
      known: false,
      heardAt: performance.now(),
    };
    this.#connections.set(connection, known);
    this.#emit({ type: "opened", connection, ...(who === undefined ? {} : { credentials: who }) });
    this.#serve(connection, known);
  }

  /** Of too many, the one that has said nothing for longest gives way; who has signed on stays. */
  #makePlace(): boolean {
    if (this.#connections.size < clientsMax) return true;
    for (const [connection, { known }] of this.#connections) {
      if (known) continue;
      this.end(connection, "it has said nothing, and another client needs its place");
      return true;
    }
    return false;
  }

  #serve(connection: number, known: Connection): void {
    const { socket, reader } = known;
    const { frameMs = firstFrameMs } = this.#options;
    const gone = (why: string) => {
      if (this.#connections.delete(connection)) this.#emit({ type: "closed", connection, why });
    };
    const late = () => {
      // Who waits for the machine cannot say more.
      const waits = known.paused || known.untaken >= this.#share();
      const inTime = performance.now() - known.heardAt < frameMs / 2;
      if (known.known && (!reader.isBegun || waits || inTime)) {
        timer = setTimer(late, frameMs);
      } else socket.destroy();
    };
    let timer = setTimer(late, frameMs);
    socket.on("data", (bytes: Uint8Array) => {
      reader.feed(bytes);
      this.#read(connection, known);
    });
    socket.on("error", () => gone("died"));
    socket.on("close", () => {
      clearTimer(timer);
      gone("EOF");
    });
  }

  /** Gives the machine what it may have of a client; what is more waits in the kernel. */
  #read(connection: number, known: Connection): void {
    const { socket, reader } = known;
    try {
      while (!known.paused && known.untaken < this.#share()) {
        const bytes = reader.next();
        if (bytes === undefined) {
          socket.resume();
          return;
        }
        known.known = true;
        known.heardAt = performance.now();
        known.untaken++;
        this.#emit({ type: "frame", connection, bytes });
        if (!this.#connections.has(connection)) return;
      }
      socket.pause();
    } catch (error) {
      this.end(connection, `malformed: ${messageOf(error)}`);
    }
  }

  #share(): number {
    let busy = 0;
    for (const { untaken } of this.#connections.values()) if (untaken > 0) busy++;
    return Math.max(takenTogether, Math.min(untakenMax, Math.floor(allUntakenMax / (busy + 1))));
  }

  /** What waits for all clients has a bound: the one that most waits for gives way. */
  #bound(): void {
    let all = 0;
    let most: [number, Connection] | undefined;
    for (const one of this.#connections) {
      const { writableLength } = one[1].socket;
      all += writableLength;
      if (writableLength > (most?.[1].socket.writableLength ?? 0)) most = one;
    }
    if (all <= allQueueBytesMax || most === undefined) return;
    this.end(most[0], `slow: ${most[1].frames} messages wait to be read`);
  }
}
