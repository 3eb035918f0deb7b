/**
 * What a node says of a plugin, as its author needs it: every line of the plugin, and what any daemon
 * warns of. A node logs into a file; it is followed here.
 *
 * @module
 */
import { clearTimer, setTimer } from "../../../../../metadata/timer.ts";

/** Milliseconds between two looks at the file. */
const lookMs = 50;
/** Bytes of the file after which it is started again. */
const fileBytesMax = 8 * 1024 * 1024;
/** Bytes that are read at once. */
const readBytesMax = 256 * 1024;
/** Lines a second that are shown at most; more are counted. */
const linesPerSecondMax = 40;

/** One line of the log of a node. */
interface Line {
  readonly service: string;
  readonly level: string;
  readonly text: string;
}

const lineOf = (line: string): Line | undefined => {
  const [, service, level, text] =
    /^\S+ \S+ (\S+): (crit|err|warning|notice|info|debug): (.*)$/.exec(line) ?? [];
  return service === undefined || level === undefined || text === undefined
    ? undefined
    : { service, level, text };
};

/** Whether the author of a plugin needs a line: all of the plugin, and warnings of others. */
const isWanted = ({ service, level, text }: Line, id: string, expected: RegExp | undefined) =>
  service === id ||
  (["crit", "err", "warning"].includes(level) && !(expected?.test(`${service}: ${text}`)));

/** A log that is followed. */
export interface NodeLog extends AsyncDisposable {
  /**
   * Lines to suppress from now on, such as the end of a daemon that was asked to end. Lines written
   * before are reported first.
   */
  expect(what: RegExp | undefined): Promise<void>;
}

/** Shows lines, at most so many a second; what is repeated or too much is counted. */
class Shown {
  readonly #show: (line: string) => void;
  #last = "";
  #again = 0;
  #second = 0;
  #shown = 0;
  #hidden = 0;

  constructor(show: (line: string) => void) {
    this.#show = show;
  }

  take(text: string): void {
    if (text === this.#last) {
      this.#again++;
      return;
    }
    if (this.#again > 0) {
      this.#bounded(
        `  (the same ${this.#again === 1 ? "once" : `${this.#again} times`} more)`,
      );
    }
    [this.#last, this.#again] = [text, 0];
    this.#bounded(text);
  }

  #bounded(text: string): void {
    const now = Math.floor(performance.now() / 1_000);
    if (now !== this.#second) {
      if (this.#hidden > 0) this.#show(`  (${this.#hidden} more lines)`);
      [this.#second, this.#shown, this.#hidden] = [now, 0, 0];
    }
    if (++this.#shown > linesPerSecondMax) this.#hidden++;
    else this.#show(text);
  }
}

/** Reads the lines that were added to a file since the last look. */
class Tail {
  readonly #path: string;
  readonly #buffer = new Uint8Array(readBytesMax);
  readonly #decoder = new TextDecoder();
  #at = 0;
  #rest = "";

  constructor(path: string) {
    this.#path = path;
  }

  async read(take: (line: string) => void): Promise<void> {
    using file = await Deno.open(this.#path, { read: true, write: true }).catch(() => undefined);
    if (file === undefined) return; // it does not exist yet, or no longer
    await file.seek(this.#at, Deno.SeekMode.Start);
    for (;;) {
      const count = await file.read(this.#buffer);
      if (count === null) break;
      this.#at += count;
      const text = this.#decoder.decode(this.#buffer.subarray(0, count), { stream: true });
      const lines = (this.#rest + text).split("\n");
      this.#rest = (lines.pop() ?? "").slice(-readBytesMax);
      for (const line of lines) take(line);
    }
    if (this.#at > fileBytesMax) {
      await file.truncate(0); // who writes appends
      this.#at = 0;
    }
  }
}

/**
 * Follows a log from its beginning.
 *
 * @param id of the plugin.
 */
export function followLog(path: string, id: string, show: (line: string) => void): NodeLog {
  let expected: RegExp | undefined;
  let over = false;
  const shown = new Shown(show);
  const tail = new Tail(path);
  const take = (line: string) => {
    const read = lineOf(line);
    if (read === undefined) {
      if (line.trim() !== "") shown.take(`  ${line}`);
    } else if (isWanted(read, id, expected)) {
      shown.take(`  ${read.service} ${read.level}: ${read.text}`);
    }
  };
  let looks = Promise.resolve();
  const next = () => looks = looks.then(() => tail.read(take));
  let wake: () => void = () => {};
  const following = (async () => {
    for (;;) {
      const ending = over;
      await next();
      if (ending) return;
      await new Promise<void>((resolve) => {
        const timer = setTimer(resolve, lookMs);
        wake = () => {
          clearTimer(timer);
          resolve();
        };
      });
    }
  })();
  return {
    async expect(what) {
      await next();
      expected = what;
    },
    async [Symbol.asyncDispose]() {
      over = true;
      wake();
      await following;
    },
  };
}
