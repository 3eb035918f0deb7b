/**
 * Lines of the log on what may happen with each message: the first at once, then one a minute that
 * counts the others. A queue that is full refuses a thousand messages a second.
 *
 * @module
 */
import { log, type Turn } from "./state.ts";

/** Milliseconds between two lines on the same. */
const everyMs = 60_000;
/** Kinds that are counted separately; all further kinds share the last counter. */
const kindsMax = 256;

/** Writes a line on this kind of happening, unless there was one just now. */
export function tellAtTimes(
  turn: Turn,
  kind: string,
  text: string,
): void {
  const { told } = turn.state;
  const key = told.has(kind) || told.size < kindsMax ? kind : "";
  const known = told.get(key) ?? { toldAt: -Infinity, kept: 0 };
  told.set(key, known);
  if (turn.at - known.toldAt < everyMs) {
    known.kept++;
    return;
  }
  const more = known.kept === 0 ? "" : `; ${known.kept} more like it since the last line`;
  log(turn, "err", `${text}${more}`);
  known.toldAt = turn.at;
  known.kept = 0;
}
