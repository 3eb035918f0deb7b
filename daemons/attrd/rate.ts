/**
 * How often a program may change attributes: some at once, and then so many in a second.
 *
 * @module
 */
import { changesAtOnceMax, changesPerSecond, programsMax } from "./limits.ts";

/** See the head of the file. */
export class Rates {
  /** By program: what it has left, at a time. The one that was heard last is last. */
  readonly #left = new Map<string, { readonly changes: number; readonly at: number }>();

  /** Counts a change, or says that it is one too many. */
  take(program: string, at: number): boolean {
    const before = this.#left.get(program) ?? { changes: changesAtOnceMax, at };
    const gained = (at - before.at) * changesPerSecond / 1000;
    const changes = Math.min(changesAtOnceMax, before.changes + gained);
    const isTaken = changes >= 1;
    this.#left.delete(program);
    this.#left.set(program, { changes: isTaken ? changes - 1 : changes, at });
    // A program that is forgotten begins again: that costs no more than another name would.
    if (this.#left.size > programsMax) {
      const [oldest] = this.#left.keys();
      if (oldest !== undefined) this.#left.delete(oldest);
    }
    return isTaken;
  }
}
