/**
 * What the groups of a regular expression matched, in time linear in the text.
 *
 * The automaton is walked as JavaScript's own engine would: one way after another, the preferred one
 * first. But no state is entered twice at one place of the text: what has failed there once fails
 * always, since nothing refers back.
 *
 * @module
 */
import { type Automaton, automatonOf, MATCHED_MAX } from "./regex.ts";

/** A state that is to be entered, or a mark that gets its old place back. */
type Job =
  | { readonly at: number; readonly place: number }
  | { readonly mark: number; readonly was: number | undefined };

/**
 * What the first match within a text consists of: the whole, then each group, `undefined` if it had no
 * part in it. No group may be repeated: what its rounds leave behind is JavaScript's own.
 *
 * @returns undefined if nothing matches, or the expression cannot be used.
 */
export function groupsOf(
  pattern: string,
  text: string,
): readonly (string | undefined)[] | undefined {
  const automaton = automatonOf(pattern);
  if (typeof automaton === "string" || text.length > MATCHED_MAX) return undefined;
  const entered = new Uint8Array(automaton.states.length * (text.length + 1));
  for (let from = 0; from <= text.length; from++) {
    const found = walk(automaton, text, from, entered);
    if (found === undefined) continue;
    const { end, marks } = found;
    const groups = Array.from({ length: automaton.groups }, (_, index) => {
      const [first, last] = [marks[2 * index + 2], marks[2 * index + 3]];
      return first === undefined || last === undefined ? undefined : text.slice(first, last);
    });
    return [text.slice(from, end), ...groups];
  }
  return undefined;
}

/** Looks for a match that begins at a place; `entered` tells which states failed where. */
function walk(
  { states, start }: Automaton,
  text: string,
  from: number,
  entered: Uint8Array,
): { readonly end: number; readonly marks: readonly (number | undefined)[] } | undefined {
  const marks: (number | undefined)[] = [];
  const open: Job[] = [{ at: start, place: from }];
  for (let job = open.pop(); job !== undefined; job = open.pop()) {
    if ("mark" in job) {
      marks[job.mark] = job.was;
      continue;
    }
    const { at, place } = job;
    if (at === 0) return { end: place, marks };
    const key = at * (text.length + 1) + place;
    if (entered[key] === 1) continue;
    entered[key] = 1;
    const { is, only, mark, next } = states[at]!;
    if (only === "start" ? place > 0 : only === "end" && place < text.length) continue;
    let then = place;
    if (is !== undefined) {
      if (place === text.length) continue;
      const character = String.fromCodePoint(text.codePointAt(place)!);
      if (!is(character)) continue;
      then += character.length;
    }
    if (mark !== undefined) {
      open.push({ mark, was: marks[mark] });
      marks[mark] = place;
    }
    for (const to of next.toReversed()) open.push({ at: to, place: then });
  }
  return undefined;
}
