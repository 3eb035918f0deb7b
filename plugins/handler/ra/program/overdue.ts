/**
 * The end of a program's time: it is ended, and one that not even SIGKILL ends, as in an operation of a
 * dead disk, is given up.
 *
 * @module
 */
import { clearTimer, setTimer, type Timer } from "../../../../metadata/timer.ts";
import { endMs, endOverdue } from "./end_program.ts";
import { goneMs } from "./program.ts";

/** See the head of the file. */
export class Overdue {
  /** Resolves when nobody waits for it any more. */
  readonly givenUp: Promise<undefined>;
  /** Resolves when it was ended, with all that it had started; undefined: its time is not over. */
  ending: Promise<void> | undefined;
  readonly #child: Deno.ChildProcess;
  readonly #mark: string;
  readonly #giveUp: () => void;
  #timer: Timer;

  /** @param mark of the environment of all that it starts */
  constructor(child: Deno.ChildProcess, mark: string, timeoutMs: number) {
    this.#child = child;
    this.#mark = mark;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.givenUp = promise;
    this.#giveUp = () => resolve(undefined);
    this.#timer = setTimer(() => this.end(), Math.max(1, timeoutMs));
  }

  /** Ends it now. */
  end(): void {
    if (this.ending !== undefined) return;
    this.ending = endOverdue(this.#child, this.#mark);
    clearTimer(this.#timer);
    this.#timer = setTimer(this.#giveUp, endMs + goneMs);
  }

  /** It has ended by itself. */
  stop(): void {
    clearTimer(this.#timer);
  }
}
