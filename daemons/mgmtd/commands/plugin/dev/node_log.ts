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

/**
 * Follows a log from its beginning.
 *
 * @param id of the plugin.
 */
export function followLog(path: string, id: string, show: (line: string) => void): NodeLog {
  let expected: RegExp | undefined;
  let over = false;
  let at = 0;
  let rest = "";
  let last = "";
  let again = 0;
  let second = 0;
  let shown = 0;
  let hidden = 0;
  const buffer = new Uint8Array(readBytesMax);
  const decoder = new TextDecoder();
  const say = (text: string) => {
    const now = Math.floor(performance.now() / 1_000);
    if (now !== second) {
      if (hidden > 0) show(`  (${hidden} more lines)`);
      [second, shown, hidden] = [now, 0, 0];
    }
    if (++shown > linesPerSecondMax) hidden++;
    else show(text);
  };
  const tell = (text: string) => {
    if (text === last) {
      again++;
      return;
    }
    if (again > 0) say(`  (the same ${again === 1 ? "once" : `${again} times`} more)`);
    [last, again] = [text, 0];
    say(text);
  };
  const take = (line: string) => {
    const read = lineOf(line);
    if (read === undefined) {
      if (line.trim() !== "") tell(`  ${line}`);
    } else if (isWanted(read, id, expected)) {
      tell(`  ${read.service} ${read.level}: ${read.text}`);
    }
  };
  const look = async () => {
    using file = await Deno.open(path, { read: true, write: true }).catch(() => undefined);
    if (file === undefined) return; // it does not exist yet, or no longer
    await file.seek(at, Deno.SeekMode.Start);
    for (;;) {
      const count = await file.read(buffer);
      if (count === null) break;
      at += count;
      const lines = (rest + decoder.decode(buffer.subarray(0, count), { stream: true })).split(
        "\n",
      );
      rest = (lines.pop() ?? "").slice(-readBytesMax);
      for (const line of lines) take(line);
    }
    if (at > fileBytesMax) {
      await file.truncate(0); // who writes appends
      at = 0;
    }
  };
  let looks = Promise.resolve();
  const next = () => looks = looks.then(look);
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
