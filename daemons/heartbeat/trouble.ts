/**
 * Problems that a plugin reports: text, truncated, and one line of the log in a while. A plugin may
 * send anything instead, such as an object that cannot become text, twenty thousand times a second.
 *
 * @module
 */
import { log, type Turn } from "./state.ts";

/** Milliseconds between two lines of one plugin; ours keep twice that by themselves. */
const everyMs = 500;
/** Characters of what it says that are kept. */
const whyCharactersMax = 1_024;

/** The problem that a plugin reports, as text; this never throws. */
export const troubleText = (why: unknown): string =>
  typeof why === "string" ? why.slice(0, whyCharactersMax) : "the report is not text";

/** Writes it into the log, if there was no line of this instance just now. */
export function tellTrouble(turn: Turn, instance: string, name: string, why: unknown): void {
  const { state: { troubles }, at } = turn;
  const trouble = troubles.get(instance) ?? { toldAt: -Infinity, kept: 0 };
  troubles.set(instance, trouble);
  if (at - trouble.toldAt < everyMs) {
    trouble.kept++;
    return;
  }
  const more = trouble.kept === 0 ? "" : ` (and ${trouble.kept} more since)`;
  log(turn, "warning", `${name}: ${troubleText(why)}${more}`);
  trouble.toldAt = at;
  trouble.kept = 0;
}
