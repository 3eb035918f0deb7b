/**
 * A link between two processes of one node: frames, both ways.
 *
 * The first frame of each side, and one whenever it changes, is a `hello`: which process this is
 * and which services can be reached through it. Everything else is an envelope. A side that does
 * not read is closed once the bound of the queue is reached; what clients may do beside this,
 * `clients.ts` bounds for all of them together.
 *
 * @module
 */
import { messageOf } from "../../metadata/message_of.ts";
import type { Clients, Closing } from "./clients.ts";
import { frameBytesMax, FrameReader, FrameWriter, type Users } from "./frame.ts";
import type { Pipe } from "./pipe.ts";
import type { Envelope, Outlet } from "./router.ts";
import type { User } from "./user.ts";

/** Bytes waiting to be written to one link at most: the largest frame, and something beside it. */
export const queueBytesMax = frameBytesMax + 1024 * 1024;
/** Milliseconds before the second try to connect; doubled for each more, up to the bound. */
export const reconnectMs = 20;
export const reconnectMsMax = 160;
/** Milliseconds that a link must have lasted to count as one that worked. */
export const lastedMs = 1_000;
/** Frames that are taken before what they cause is done. */
const gatheredMax = 1_024;
/** Bytes that are written to a client at once, and of a buffer that is kept for it. */
const clientChunkBytes = 64 * 1024;

/** What a reader of frames throws. */
const malformed = [RangeError, TypeError, SyntaxError];

/** What the other side of a link may do. */
export interface LinkLimits {
  /** Bytes of one frame that it sends at most, and of one that it is sent. */
  readonly frameBytesMax?: number;
  readonly sentBytesMax?: number;
  /** Why it may not announce these services; undefined: it may. Absent: it may announce any. */
  readonly mayNotOffer?: (services: readonly string[]) => string | undefined;
  /** It is a program that is no daemon: other nodes have no business with it, nor it with them. */
  readonly isClient?: boolean;
  /** As whom it runs, by the word of the kernel, if that limits what it may do. */
  readonly user?: User;
}

/** What happens on a link. */
export interface LinkEvents {
  /** The other side said what it can reach: at first, and whenever that changes. */
  onServices(link: Link, process: string, services: readonly string[], users: Users): void;
  /** An envelope came. What this throws ends the link. */
  onEnvelope(link: Link, envelope: Envelope): void;
  /** The link is gone; `why` is for the log. `closing`: this side has closed it for a client's fault. */
  onClosed(link: Link, why: string, closing?: Closing): void;
  /** An envelope cannot be sent: it is dropped. */
  onUnsendable?(link: Link, envelope: Envelope, why: string): void;
  /** Calls `take`, which gives all that came at once; what it causes may wait for its end. */
  gather?(take: () => void): void;
}

/** One open link. */
export class Link implements Outlet {
  readonly limits: LinkLimits;
  readonly #pipe: Pipe;
  readonly #events: LinkEvents;
  /** The bounds of all clients, if this is one of them. */
  readonly #clients: Clients | undefined;
  /** Frames that wait, and those that are being written. */
  #waiting: FrameWriter;
  #going: FrameWriter;
  #writing = false;
  #closed = false;

  constructor(pipe: Pipe, events: LinkEvents, limits: LinkLimits = {}, clients?: Clients) {
    this.limits = limits;
    this.#pipe = pipe;
    this.#events = events;
    this.#clients = clients;
    const { sentBytesMax = frameBytesMax } = limits;
    const writer = () =>
      clients === undefined
        ? new FrameWriter(sentBytesMax)
        : new FrameWriter(sentBytesMax, clientChunkBytes);
    [this.#waiting, this.#going] = [writer(), writer()];
    clients?.came(this);
  }

  /** Bytes that wait to be written, or are being written. */
  get queuedBytes(): number {
    return this.#waiting.length + this.#going.length;
  }

  /** Says who this is and what can be reached through it. */
  hello(process: string, services: readonly string[], users?: Users): void {
    this.#waiting.hello(process, services, users);
    this.#wake();
  }

  push(envelope: Envelope): void {
    if (this.#closed) return;
    const why = this.#waiting.envelope(envelope);
    if (why !== undefined) this.#events.onUnsendable?.(this, envelope, why);
    this.#clients?.told(this);
    this.#wake();
  }

  /** Reads until the other side closes, or says something that cannot be taken. */
  async read(): Promise<void> {
    const clients = this.#clients;
    const frames = new FrameReader({
      hello: (process, services, users) => {
        clients?.heard(this, "hello");
        this.#events.onServices(this, process, services, users);
      },
      envelope: (envelope) => {
        clients?.heard(this, "message");
        this.#events.onEnvelope(this, envelope);
      },
    }, this.limits.frameBytesMax);
    let why = "closed by the other side";
    let closing: Closing | undefined;
    try {
      for (;;) {
        const bytes = await this.#pipe.read();
        if (bytes === null) break;
        frames.feed(bytes);
        if (clients === undefined) this.#takeAll(frames);
        else await this.#takeInTurn(frames, clients);
      }
    } catch (error) {
      why = messageOf(error);
      // What the system says of a connection that is gone is nobody's fault.
      if (malformed.some((sort) => error instanceof sort)) closing = "malformed";
    }
    this.close(why, closing);
  }

  close(why: string, closing?: Closing): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#clients?.gone(this);
    this.#waiting.reset();
    this.#pipe.close();
    this.#events.onClosed(this, why, closing);
  }

  /** Takes what is whole, so many frames at a time that a machine never owes too many steps. */
  #takeAll(frames: FrameReader): void {
    let more = true;
    const take = () => {
      for (let left = gatheredMax; more && left > 0; left--) more = frames.next();
    };
    while (more) this.#gather(take);
  }

  async #takeInTurn(frames: FrameReader, clients: Clients): Promise<void> {
    while (frames.isWhole && !this.#closed) {
      await clients.turn(this, () => this.#gather(() => frames.next()));
    }
    if (this.#closed) return;
    // Keeps what is not whole.
    frames.next();
    clients.unfinished(this, frames.unfinishedBytes);
  }

  #gather(take: () => void): void {
    if (this.#events.gather === undefined) take();
    else this.#events.gather(take);
  }

  #wake(): void {
    if (this.#closed) {
      this.#waiting.reset();
      return;
    }
    if (this.#clients !== undefined) this.#clients.unread(this, this.queuedBytes);
    else if (this.#waiting.length > queueBytesMax) {
      this.close(`${this.#waiting.length} bytes waiting to be read; limit ${queueBytesMax}`);
    }
    if (this.#writing || this.#closed) return;
    this.#writing = true;
    // Whatever this turn still pushes goes along: one system call instead of many.
    queueMicrotask(() => void this.#write());
  }

  async #write(): Promise<void> {
    try {
      while (this.#waiting.length > 0 && !this.#closed) {
        [this.#waiting, this.#going] = [this.#going, this.#waiting];
        if (this.#clients === undefined) await this.#pipe.write(this.#going.written);
        else await this.#writeToClient(this.#going.written, this.#clients);
        this.#going.reset();
      }
      this.#clients?.unread(this, this.queuedBytes);
    } catch (error) {
      this.close(messageOf(error));
    }
    this.#writing = false;
  }

  /** In pieces, so that it is seen whether it reads. */
  async #writeToClient(bytes: Uint8Array<ArrayBuffer>, clients: Clients): Promise<void> {
    for (let at = 0; at < bytes.length && !this.#closed; at += clientChunkBytes) {
      clients.unread(this, this.#waiting.length + bytes.length - at);
      await this.#pipe.write(bytes.subarray(at, at + clientChunkBytes));
    }
  }
}
