/**
 * Messages that daemons did not take, and clients that they closed, since each was started: counted by
 * kind and sender. Most of it is history, so it is no warning; the log has the lines.
 *
 * @module
 */
import type { Json } from "../../runtime/messages.ts";
import { member, numberOf } from "./json_parts.ts";

/** One count. */
export interface TurnedAway {
  /** The daemon, or the process, that counted. */
  readonly by: string;
  /** A kind and a sender, as `malformed bob cib`, or `closed unread`. */
  readonly what: string;
  readonly count: number;
}

/** Counts of one daemon that are read, and characters of each. */
const countsMax = 512;
const charactersMax = 200;
/** Counts that are shown as text; all of them are in `--json`. */
const shownMax = 8;

/** Reads what daemons answer, by name: the member `refused`, or all of it, is an object of counts. */
export function readTurnedAway(answers: Readonly<Record<string, Json>>): readonly TurnedAway[] {
  return Object.entries(answers).flatMap(([by, counts]) => {
    if (typeof counts !== "object" || counts === null || Array.isArray(counts)) return [];
    return Object.keys(counts).slice(0, countsMax).flatMap((what): TurnedAway[] => {
      const count = numberOf(member(counts, what));
      // A later version may say what this one does not know: that is as it should be.
      if (count === undefined || count <= 0 || what.startsWith("unknown ")) return [];
      return [{ by, what: what.slice(0, charactersMax), count }];
    });
  }).sort((a, b) => b.count - a.count);
}

/** One line; none if there is nothing. */
export function turnedAwayText(all: readonly TurnedAway[]): readonly string[] {
  if (all.length === 0) return [];
  const shown = all.slice(0, shownMax).map(({ by, what, count }) => `${by}: ${what} ${count}`);
  const more = all.length > shownMax ? `, and ${all.length - shownMax} more` : "";
  return [`  * Refused since start: ${shown.join(", ")}${more}`];
}
