/**
 * Measures the cost of a plugin's messages to its daemon: bytes, frames, and reading time. A plugin
 * without any grant can still send messages, and must not keep its daemon from its work.
 *
 * @module
 */
import type { Limits } from "./running.ts";

/** Milliseconds for which bytes and frames are counted. */
const windowMs = 1_000;

/** Counts for one life of one plugin. */
export class Meter {
  readonly #limits: Limits;
  #begun = -Infinity;
  #bytes = 0;
  #frames = 0;
  /** The remaining budget of reading time in milliseconds, and when it was computed. */
  #leftMs: number;
  #at = performance.now();

  /** Nothing has been read yet. */
  constructor(limits: Limits) {
    this.#limits = limits;
    this.#leftMs = limits.readingMsMax;
  }

  /**
   * Counts what was read from `begun` until now. Returns the exceeded limit; undefined if none is.
   */
  read(bytes: number, frames: number, begun: number, now = performance.now()): string | undefined {
    const { saidBytesPerSecondMax, framesPerSecondMax, ...limits } = this.#limits;
    if (now - this.#begun >= windowMs) [this.#begun, this.#bytes, this.#frames] = [now, 0, 0];
    this.#bytes += bytes;
    this.#frames += frames;
    const earnedMs = (now - this.#at) * limits.readingMsPerSecondMax / windowMs;
    this.#leftMs = Math.min(limits.readingMsMax, this.#leftMs + earnedMs) - (now - begun);
    this.#at = now;
    if (this.#bytes > saidBytesPerSecondMax) {
      return `more than ${saidBytesPerSecondMax} bytes in a second`;
    }
    if (this.#frames > framesPerSecondMax) {
      return `more than ${framesPerSecondMax} frames in a second`;
    }
    return this.#leftMs < 0
      ? `reading it takes more than ${limits.readingMsPerSecondMax} ms of a second`
      : undefined;
  }
}
