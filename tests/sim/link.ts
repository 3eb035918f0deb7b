/**
 * A link between two processes of a simulated node, as a Unix socket is in the real world: messages
 * keep their order, and what is pushed within a turn arrives together.
 *
 * @module
 */
import type { LinkEnd } from "../../daemons/runtime/exchange.ts";
import type { Envelope } from "../../daemons/runtime/router.ts";
import type { SimProcess } from "./surroundings.ts";

/** How long a message is under way, in microseconds. */
const hopUs = 50;

type Frame =
  | { readonly process: string; readonly services: readonly string[] }
  | { readonly envelope: Envelope };

/** The end that one process holds. */
class End implements LinkEnd {
  readonly limits = {};
  /** The other process's end of the same link. */
  other!: End;
  readonly process: SimProcess;
  readonly #link: Link;
  #frames: Frame[] = [];

  constructor(link: Link, process: SimProcess) {
    this.#link = link;
    this.process = process;
  }

  hello(process: string, services: readonly string[]): void {
    this.#push({ process, services });
  }

  push(envelope: Envelope): void {
    this.#push({ envelope });
  }

  close(why: string): void {
    this.#link.close(why);
  }

  #push(frame: Frame): void {
    if (this.#link.closed) return;
    if (this.#frames.push(frame) > 1) return;
    this.process.node.after(hopUs, () => {
      const frames = this.#frames;
      this.#frames = [];
      if (!this.#link.closed) this.other.process.whenRunning(() => this.other.#take(frames));
    });
  }

  #take(frames: readonly Frame[]): void {
    if (this.#link.closed) return;
    const { exchange } = this.process;
    exchange.gather(() => {
      for (const frame of frames) {
        if (this.process.over) return;
        if ("envelope" in frame) exchange.onEnvelope(this, frame.envelope);
        else exchange.onServices(this, frame.process, frame.services);
      }
    });
  }
}

/** See the head of the file. */
export class Link {
  closed = false;
  readonly #ends: readonly [End, End];

  /** Both processes greet each other, one that hangs when it goes on. */
  constructor(one: SimProcess, two: SimProcess) {
    const [near, far] = this.#ends = [new End(this, one), new End(this, two)];
    near.other = far;
    far.other = near;
    for (const end of this.#ends) {
      // By then it has found its older links closed.
      end.process.whenRunning(() => this.closed || end.process.exchange.greet(end));
    }
  }

  /** Whether a process holds one of its ends. */
  joins(process: SimProcess): boolean {
    return this.#ends.some((end) => end.process === process);
  }

  /** A process is gone: the other one finds the link closed. */
  close(why: string): void {
    this.closed = true;
    for (const end of this.#ends) {
      end.process.whenRunning(() => end.process.exchange.onClosed(end, why));
    }
  }
}
