/**
 * Matches the regular expressions of fields, in time linear in the text.
 *
 * They come from plugins, also from those of third parties, and run in a daemon, where `(a+)+b` on
 * JavaScript's own engine may never end. So the expression is read into a small automaton
 * that is in all its states at once (Thompson, 1968). Only single characters (classes, escapes)
 * are left to JavaScript. What such an automaton cannot do, it refuses: back references and
 * look-around.
 *
 * @module
 */
import { messageOf } from "./message_of.ts";
import { remembered } from "./remembered.ts";
import { Reader, type State, STATES_MAX } from "./regex_reader.ts";

/** Maximum characters of a value; a longer one does not match. */
export const MATCHED_MAX = 4096;
/** Maximum characters of an expression. */
const PATTERN_MAX = 1024;
/** Maximum cached automata. */
const KEPT_MAX = 256;

/** Whether the whole text matches. An expression that cannot be used matches nothing. */
export function matches(pattern: string, text: string): boolean {
  const automaton = automatonOf(pattern);
  return typeof automaton !== "string" && text.length <= MATCHED_MAX && run(automaton, text);
}

/**
 * Why an expression cannot be used, or undefined if it can. It must be ECMAScript with the `v`
 * flag; `^` and `$` are allowed though the whole text has to match anyway.
 */
export function regexProblem(pattern: string): string | undefined {
  const automaton = automatonOf(pattern);
  return typeof automaton === "string" ? automaton : undefined;
}

/** How much a character of a text costs at most: states of the automaton; 0 if it cannot be used. */
export function statesOf(pattern: string): number {
  const automaton = automatonOf(pattern);
  return typeof automaton === "string" ? 0 : automaton.states.length;
}

/** States; the first is the end, `start` the beginning. */
export interface Automaton {
  readonly states: readonly State[];
  readonly start: number;
  /** Groups whose text counts. */
  readonly groups: number;
}

/** An expression as an automaton, or the reason why it cannot be used. */
export const automatonOf: (pattern: string) => Automaton | string = remembered(read, {
  entriesMax: KEPT_MAX,
});

function run({ states, start }: Omit<Automaton, "groups">, text: string): boolean {
  let now = new Set<number>();
  const enter = (first: number, into: Set<number>, atStart: boolean, atEnd: boolean): void => {
    for (const open = [first]; open.length > 0;) {
      const at = open.pop()!;
      const state = states[at]!;
      if (into.has(at) || (state.only === "start" ? !atStart : state.only === "end" && !atEnd)) {
        continue;
      }
      into.add(at);
      if (state.is === undefined) open.push(...state.next);
    }
  };
  enter(start, now, true, text === "");
  let left = text.length;
  for (const character of text) {
    left -= character.length;
    const then = new Set<number>();
    for (const at of now) {
      const { is, next } = states[at]!;
      if (is?.(character)) { for (const to of next) enter(to, then, false, left === 0); }
    }
    if (then.size === 0) return false;
    now = then;
  }
  return now.has(0);
}

/** Reads a pattern; returns the reason if it cannot be used. */
function read(pattern: string): Automaton | string {
  if (pattern.length > PATTERN_MAX) return `it has more than ${PATTERN_MAX} characters`;
  try {
    new RegExp(pattern, "v");
    const reader = new Reader(pattern);
    const part = reader.whole();
    const states: State[] = [{ next: [] }];
    const start = part((state) => {
      if (states.length >= STATES_MAX) throw new Error(`it takes more than ${STATES_MAX} states`);
      return states.push(state) - 1;
    }, 0);
    return { states, start, groups: reader.groups };
  } catch (error) {
    return messageOf(error);
  }
}
