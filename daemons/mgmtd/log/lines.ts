/**
 * Lines of the log of a node: `TIME NODE DAEMON: LEVEL: TEXT`. What follows without such a beginning
 * belongs to the line before.
 *
 * @module
 */

/** Levels, the most severe first. */
export const levels = ["crit", "err", "warning", "notice", "info", "debug"] as const;

/** One of them. */
export type Level = typeof levels[number];

/** One entry, which may have several lines. */
export interface Entry {
  /** As the log has it: `2026-11-30T14:54:58.533Z`. */
  readonly at: string;
  readonly node: string;
  readonly daemon: string;
  readonly level: Level;
  readonly text: string;
}

/** What is wanted. */
export interface Wanted {
  /** This level and the more severe ones; all if left out. */
  readonly level?: Level | undefined;
  readonly node?: string | undefined;
  readonly daemon?: string | undefined;
  /** Milliseconds since 1970; from the beginning if left out. */
  readonly sinceMs?: number | undefined;
}

/** What a journal or syslog writes before a line is left out. Applications have their process with them. */
const head =
  /(?:^|\s)(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z) (\S+) ([\w.@-]+(?:\[\d+\])?): (crit|err|warning|notice|info|debug): (.*)$/;

/** Reads the beginning of an entry; undefined: the line belongs to the one before. */
export function entryOf(line: string): Entry | undefined {
  const [, at, node, daemon, level, text] = head.exec(line) ?? [];
  const known = levels.find((one) => one === level);
  return at === undefined || node === undefined || daemon === undefined || known === undefined
    ? undefined
    : { at, node, daemon, level: known, text: text ?? "" };
}

/** Whether an entry is wanted. */
export const isWanted = (entry: Entry, { level, node, daemon, sinceMs }: Wanted): boolean =>
  (level === undefined || levels.indexOf(entry.level) <= levels.indexOf(level)) &&
  (node === undefined || entry.node === node) &&
  (daemon === undefined || entry.daemon === daemon) &&
  (sinceMs === undefined || Date.parse(entry.at) >= sinceMs);

/** Passes lines on that are wanted, each with those that belong to it. */
export class LogFilter {
  readonly #wanted: Wanted;
  readonly #json: boolean;
  #open = false;

  constructor(wanted: Wanted, json = false) {
    this.#wanted = wanted;
    this.#json = json;
  }

  /** The line as it is to be shown; undefined: it is not. */
  take(line: string): string | undefined {
    const entry = entryOf(line);
    if (entry !== undefined) this.#open = isWanted(entry, this.#wanted);
    if (!this.#open) return undefined;
    if (!this.#json) return entry === undefined ? line : lineOf(entry);
    return JSON.stringify(entry ?? { text: line });
  }
}

const lineOf = ({ at, node, daemon, level, text }: Entry): string =>
  `${at} ${node} ${daemon}: ${level}: ${text}`;
