/**
 * The Unix socket of the original's local API, so that C programs such as `cl_status` and `ccm` work
 * against this daemon. It only carries frames, and sees to it that a client which is slow, floods
 * or sends what is no frame hurts itself alone.
 *
 * `node:net`, because the kernel can be asked who is at the other end of its sockets.
 *
 * @module
 */
import net from "node:net";
import { messageOf } from "../../../metadata/message_of.ts";
import type { Api } from "../../../pils/plugin.ts";
import { framed, FrameReader } from "./frames.ts";
import type { SocketEvent } from "./sessions.ts";
import { clientsMax, type Credentials } from "./state.ts";
import { clearTimer, setTimer } from "../../../metadata/timer.ts";

/** Frames that wait for a client at most, unless it asks for another bound. */
const queueFramesDefault = 1024;
/** Bytes that wait for a client at most, and of frames that wait to be looked at. */
const queueBytesMax = 4 * 1024 * 1024;
/** Milliseconds that a client may stay silent before it has said its first word. */
const firstFrameMs = 10_000;

/** What the socket is made of. */
export interface ClientSocketOptions {
  /** Nothing may be there: see `claim.ts`. */
  readonly path: string;
  /** Asks the kernel who is at the other end; absent: this process may not ask. */
  readonly credentials?: (socket: net.Socket) => Credentials;
  readonly log: (text: string) => void;
}

/** One connection and what waits for it. */
interface Connection {
  readonly socket: net.Socket;
  frames: number;
  framesMax: number;
}

/**
 * The socket as something a machine loads: it emits `SocketEvent`s and offers `send`, `end`,
 * `pause` and `bound`.
 */
export function clientSocket(
  { path, credentials, log }: ClientSocketOptions,
): (emit: (event: unknown) => void) => Api {
  return (emitted) => {
    const emit: (event: SocketEvent) => void = emitted;
    const connections = new Map<number, Connection>();
    let last = 0;
    const server = net.createServer((socket) => {
      if (connections.size >= clientsMax) {
        socket.destroy();
        return;
      }
      const connection = ++last;
      let who: Credentials | undefined;
      try {
        who = credentials?.(socket);
      } catch (error) {
        log(`a client is turned away: ${messageOf(error)}`);
        socket.destroy();
        return;
      }
      connections.set(connection, { socket, frames: 0, framesMax: queueFramesDefault });
      emit({ type: "opened", connection, ...(who === undefined ? {} : { credentials: who }) });
      serve(connection, socket, emit, (why) => {
        if (connections.delete(connection)) emit({ type: "closed", connection, why });
      });
    });
    server.on("error", (error) => log(`the local API is not there: ${error.message}`));
    server.listen(path, () => {
      // Without the kernel's word on who calls, the socket is its owner's; with it, rules decide.
      Deno.chmodSync(path, credentials === undefined ? 0o600 : 0o666);
    });
    const end = (connection: number, why?: string) => {
      const known = connections.get(connection);
      if (known === undefined) return;
      connections.delete(connection);
      if (why === undefined) known.socket.end();
      else {
        known.socket.destroy();
        emit({ type: "closed", connection, why });
      }
    };
    return {
      send(connection: number, message: Uint8Array) {
        const known = connections.get(connection);
        if (known === undefined) return;
        const { socket } = known;
        if (known.frames >= known.framesMax || socket.writableLength > queueBytesMax) {
          end(connection, `slow: ${known.frames} messages wait to be read`);
          return;
        }
        known.frames++;
        socket.write(framed(message), () => known.frames--);
      },
      end(connection: number) {
        end(connection);
      },
      pause(connection: number, paused: boolean) {
        const socket = connections.get(connection)?.socket;
        if (paused) socket?.pause();
        else socket?.resume();
      },
      bound(connection: number, frames: number) {
        const known = connections.get(connection);
        if (known !== undefined) known.framesMax = frames;
      },
      async close() {
        for (const { socket } of connections.values()) socket.destroy();
        connections.clear();
        await new Promise<void>((resolve) => server.close(() => resolve()));
      },
    };
  };
}

/** Takes frames from a client until it ends. */
function serve(
  connection: number,
  socket: net.Socket,
  emit: (event: SocketEvent) => void,
  ended: (why: string) => void,
): void {
  const reader = new FrameReader();
  const timer = setTimer(() => socket.destroy(), firstFrameMs);
  socket.on("data", (bytes: Uint8Array) => {
    try {
      for (const frame of reader.push(bytes)) {
        clearTimer(timer);
        emit({ type: "frame", connection, bytes: frame });
      }
    } catch (error) {
      ended(`malformed: ${messageOf(error)}`);
      socket.destroy();
    }
  });
  socket.on("error", () => ended("died"));
  socket.on("close", () => {
    clearTimer(timer);
    ended("EOF");
  });
}
