/**
 * A link between two processes of one node: frames, both ways.
 *
 * The first frame of each side, and one whenever it changes, is a `hello`: which process this is
 * and which services can be reached through it. Everything else is an envelope. A side that does
 * not read is closed once the bound of the queue is reached: a slow client hurts only itself.
 *
 * @module
 */
import { messageOf } from "../../metadata/message_of.ts";
import { FrameReader, FrameWriter } from "./frame.ts";
import type { Pipe } from "./pipe.ts";
import type { Envelope, Outlet } from "./router.ts";

/** Bytes waiting to be written to one link at most. */
export const queueBytesMax = 64 * 1024 * 1024;
/** Milliseconds between two tries to connect. */
export const reconnectMs = 20;

/** What the other side of a link may do. */
export interface LinkLimits {
  /** Bytes of one frame that it sends at most. */
  readonly frameBytesMax?: number;
  /** Why it may not announce these services; undefined: it may. Absent: it may announce any. */
  readonly mayNotOffer?: (services: readonly string[]) => string | undefined;
  /** It is a program that is no daemon: other nodes have no business with it, nor it with them. */
  readonly isClient?: boolean;
}

/** What happens on a link. */
export interface LinkEvents {
  /** The other side said what it can reach: at first, and whenever that changes. */
  onServices(link: Link, process: string, services: readonly string[]): void;
  /** An envelope came. What this throws ends the link. */
  onEnvelope(link: Link, envelope: Envelope): void;
  /** The link is gone; `why` is for the log. */
  onClosed(link: Link, why: string): void;
  /** Calls `take`, which gives all that came at once; what it causes may wait for its end. */
  gather?(take: () => void): void;
}

/** One open link. */
export class Link implements Outlet {
  readonly limits: LinkLimits;
  readonly #pipe: Pipe;
  readonly #events: LinkEvents;
  /** Frames that wait, and those that are being written. */
  #waiting = new FrameWriter();
  #going = new FrameWriter();
  #writing = false;
  #closed = false;

  constructor(pipe: Pipe, events: LinkEvents, limits: LinkLimits = {}) {
    this.limits = limits;
    this.#pipe = pipe;
    this.#events = events;
  }

  /** Says who this is and what can be reached through it. */
  hello(process: string, services: readonly string[]): void {
    this.#waiting.hello(process, services);
    this.#wake();
  }

  push(envelope: Envelope): void {
    if (this.#closed) return;
    this.#waiting.envelope(envelope);
    this.#wake();
  }

  /** Reads until the other side closes, or says something that cannot be taken. */
  async read(): Promise<void> {
    const frames = new FrameReader({
      hello: (process, services) => this.#events.onServices(this, process, services),
      envelope: (envelope) => this.#events.onEnvelope(this, envelope),
    }, this.limits.frameBytesMax);
    let why = "closed by the other side";
    try {
      for (;;) {
        const bytes = await this.#pipe.read();
        if (bytes === null) break;
        const take = () => frames.push(bytes);
        if (this.#events.gather === undefined) take();
        else this.#events.gather(take);
      }
    } catch (error) {
      why = messageOf(error);
    }
    this.close(why);
  }

  close(why: string): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#waiting.reset();
    this.#pipe.close();
    this.#events.onClosed(this, why);
  }

  #wake(): void {
    const { length } = this.#waiting;
    if (this.#closed) this.#waiting.reset();
    else if (length > queueBytesMax) {
      this.close(`${length} bytes waiting to be read; limit ${queueBytesMax}`);
    } else if (!this.#writing) {
      this.#writing = true;
      // Whatever this turn still pushes goes along: one system call instead of many.
      queueMicrotask(() => void this.#write());
    }
  }

  async #write(): Promise<void> {
    try {
      while (this.#waiting.length > 0 && !this.#closed) {
        [this.#waiting, this.#going] = [this.#going, this.#waiting];
        await this.#pipe.write(this.#going.written);
        this.#going.reset();
      }
    } catch (error) {
      this.close(messageOf(error));
    }
    this.#writing = false;
  }
}
