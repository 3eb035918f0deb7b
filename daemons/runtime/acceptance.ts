/**
 * Takes connections, one after another, and not more of them in a while than this process can bear:
 * the rest waits in the kernel. An error of one of them, or a system that has no room for one more,
 * ends nothing.
 *
 * @module
 */
import { clearTimer, setTimer, type Timer } from "../../metadata/timer.ts";

/** Connections that are taken within `windowMs` at most. */
const acceptedMax = 50;
const windowMs = 50;

/** See the head of the file. */
export class Acceptance {
  /** Resolves once no more are taken. */
  readonly ended: Promise<void>;
  readonly #listener: Deno.Listener;
  #closed = false;
  #timer: Timer | undefined;
  #wake: () => void = () => {};

  /** @param serve gets each connection, which is its own. */
  constructor(listener: Deno.Listener, serve: (connection: Deno.Conn) => void) {
    this.#listener = listener;
    this.ended = this.#take(serve);
  }

  close(): void {
    this.#closed = true;
    this.#listener.close();
    clearTimer(this.#timer);
    this.#wake();
  }

  async #take(serve: (connection: Deno.Conn) => void): Promise<void> {
    let from = performance.now();
    let accepted = 0;
    while (!this.#closed) {
      let connection;
      try {
        connection = await this.#listener.accept();
      } catch {
        // It went away meanwhile, or there is no descriptor left; or the listener is closed.
        if (!this.#closed) await this.#pause();
        continue;
      }
      if (this.#closed) return connection.close();
      serve(connection);
      const now = performance.now();
      if (now - from > windowMs) [from, accepted] = [now, 0];
      if (++accepted >= acceptedMax) await this.#pause();
    }
  }

  async #pause(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      this.#timer = setTimer(resolve, windowMs);
    });
  }
}
