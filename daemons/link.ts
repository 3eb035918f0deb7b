/**
 * A link between two processes of one node: a Unix socket with frames, both ways.
 *
 * The first frame of each side, and one whenever it changes, is a `hello`: which process this is
 * and which services can be reached through it. Everything else is an envelope. A side that does
 * not read is closed once the bound of the queue is reached: a slow client hurts only itself.
 *
 * @module
 */
import { z } from "zod";
import { encodeFrame, FrameReader } from "./frame.ts";
import type { Envelope, Outlet } from "./router.ts";

/** Bytes waiting to be written to one link at most. */
export const queueBytesMax = 64 * 1024 * 1024;
/** Milliseconds between two tries to connect. */
export const reconnectMs = 20;

const address = z.object({ node: z.string().optional(), service: z.string() });
const incoming = z.union([
  z.object({ hello: z.string(), services: z.array(z.string().max(128)).max(1024) }),
  z.object({
    to: address,
    from: z.object({ node: z.string(), service: z.string() }),
    message: z.looseObject({ type: z.string() }),
  }),
]);

/** What happens on a link. */
export interface LinkEvents {
  /** The other side said, or said anew, what it can reach. */
  onServices(link: Link, process: string, services: readonly string[]): void;
  onEnvelope(link: Link, envelope: Envelope): void;
  /** The link is gone; `why` is for the log. */
  onClosed(link: Link, why: string): void;
}

/** One open link. */
export class Link implements Outlet {
  readonly #connection: Deno.Conn;
  readonly #events: LinkEvents;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #writing = false;
  #closed = false;

  constructor(connection: Deno.Conn, events: LinkEvents) {
    this.#connection = connection;
    this.#events = events;
  }

  /** Says who this is and what can be reached through it. */
  hello(process: string, services: readonly string[]): void {
    this.#queue(encodeFrame({ hello: process, services }));
  }

  push(envelope: Envelope): void {
    this.#queue(encodeFrame(envelope));
  }

  /** Reads until the other side closes, or says something that cannot be taken. */
  async read(): Promise<void> {
    const frames = new FrameReader();
    const buffer = new Uint8Array(64 * 1024);
    let why = "closed by the other side";
    try {
      for (;;) {
        const count = await this.#connection.read(buffer);
        if (count === null) break;
        for (const value of frames.push(buffer.subarray(0, count))) this.#take(value);
      }
    } catch (error) {
      why = error instanceof Error ? error.message : String(error);
    }
    this.close(why);
  }

  close(why: string): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#waiting = [];
    try {
      this.#connection.close();
    } catch {
      // Already closed by the runtime.
    }
    this.#events.onClosed(this, why);
  }

  #take(value: unknown): void {
    const frame = incoming.parse(value);
    if ("hello" in frame) this.#events.onServices(this, frame.hello, frame.services);
    // The message itself is read by the machine it is for, which knows the union.
    else this.#events.onEnvelope(this, frame as Envelope);
  }

  #queue(frame: Uint8Array): void {
    if (this.#closed) return;
    this.#waiting.push(frame);
    this.#waitingBytes += frame.length;
    if (this.#waitingBytes > queueBytesMax) {
      this.close(`${this.#waitingBytes} bytes waiting to be read; limit ${queueBytesMax}`);
    } else if (!this.#writing) void this.#write();
  }

  async #write(): Promise<void> {
    this.#writing = true;
    try {
      while (this.#waiting.length > 0) {
        const frame = joined(this.#waiting, this.#waitingBytes);
        this.#waiting = [];
        this.#waitingBytes = 0;
        let at = 0;
        while (at < frame.length) at += await this.#connection.write(frame.subarray(at));
      }
    } catch (error) {
      this.close(error instanceof Error ? error.message : String(error));
    }
    this.#writing = false;
  }
}

/** Everything that waits as one buffer: one system call instead of many. */
function joined(frames: readonly Uint8Array[], size: number): Uint8Array {
  const [only] = frames;
  if (frames.length === 1 && only !== undefined) return only;
  const whole = new Uint8Array(size);
  let at = 0;
  for (const frame of frames) {
    whole.set(frame, at);
    at += frame.length;
  }
  return whole;
}
