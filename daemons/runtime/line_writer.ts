/**
 * Writes lines without ever waiting for who reads them. A service manager that hangs, a full pipe or a
 * terminal that was stopped with Ctrl-S would otherwise stop a daemon in the middle of a step: its
 * node would fall silent, and be fenced for that.
 *
 * What nobody reads is kept to a bound; what comes after that is dropped, and counted in a line of its
 * own. A process that exits writes what it still has, unless nobody has read for a while.
 *
 * @module
 */
import { clearTimer, setTimer } from "../../metadata/timer.ts";

/** Characters that wait at most. */
export const waitingCharactersMax = 256 * 1024;

/** Milliseconds of one write after which nobody reads: an exit does not wait for that. */
const unreadMs = 100;

/** Where lines go. */
export interface Sink {
  /** Writes some of the bytes, and says how many. */
  write(bytes: Uint8Array): Promise<number>;
  /** Writes all of a text and a line break at once, however long that takes. */
  writeNow(text: string): void;
}

/** See the head of the file. */
export class LineWriter {
  readonly #sink: Sink;
  #waiting: string[] = [];
  #characters = 0;
  #dropped = 0;
  /** Since when a write is under way. */
  #since: number | undefined;
  #draining: Promise<void> = Promise.resolve();

  constructor(sink: Sink) {
    this.#sink = sink;
  }

  /** Writes a line. */
  write(line: string): void {
    if (this.#characters + line.length > waitingCharactersMax) {
      this.#dropped++;
      return;
    }
    this.#waiting.push(line);
    this.#characters += line.length;
    if (this.#since === undefined) this.#draining = this.#drain();
  }

  /**
   * Waits until all lines are written, before an orderly exit: a write that is under way would be lost
   * with the process. Where nobody reads it waits no longer than `unreadMs`.
   */
  async written(): Promise<void> {
    const late = Promise.withResolvers<void>();
    const timer = setTimer(late.resolve, unreadMs);
    await Promise.race([this.#draining, late.promise]);
    clearTimer(timer);
  }

  /** Writes what waits, behind the write that is under way, for a process that exits. */
  flush(): void {
    if (this.#since !== undefined && performance.now() - this.#since > unreadMs) return;
    const lines = this.#taken();
    if (lines.length > 0) this.#sink.writeNow(lines.join("\n"));
  }

  async #drain(): Promise<void> {
    // Lines of one step are one write.
    this.#since = performance.now();
    await Promise.resolve();
    try {
      for (let lines = this.#taken(); lines.length > 0; lines = this.#taken()) {
        const bytes = new TextEncoder().encode(`${lines.join("\n")}\n`);
        for (let at = 0; at < bytes.length;) {
          this.#since = performance.now();
          at += await this.#sink.write(bytes.subarray(at));
        }
      }
    } catch {
      // Nobody is there to read any more, and there is nowhere to say so.
    } finally {
      this.#since = undefined;
    }
  }

  #taken(): readonly string[] {
    const lines = this.#waiting;
    if (this.#dropped > 0) lines.push(`${this.#dropped} lines were dropped: nobody read the log`);
    this.#waiting = [];
    [this.#characters, this.#dropped] = [0, 0];
    return lines;
  }
}

/** Lines on standard error. */
export function stderrLines(): LineWriter {
  const lines = new LineWriter({
    write: (bytes) => Deno.stderr.write(bytes),
    writeNow: (text) => console.error(text),
  });
  addEventListener("unload", () => lines.flush());
  return lines;
}
