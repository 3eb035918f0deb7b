/**
 * Patterns of names: POSIX extended regular expressions, as locations may use them.
 *
 * They are matched in time linear in the name, whatever their author meant: where JavaScript's own
 * engine may never end, a daemon would hang.
 *
 * @module
 */
import { matches, regexProblem, statesOf } from "../../../metadata/regex.ts";
import { groupsOf } from "../../../metadata/regex_groups.ts";

/** A pattern that can be used. */
export interface Pattern {
  /** What a character of a name costs at most. */
  readonly states: number;
  /** What it matched of a name, the whole first; `undefined` where it does not match. */
  readonly match: (name: string) => readonly (string | undefined)[] | undefined;
}

/** Reads a pattern; a text says why it cannot be used. */
export function readPattern(text: string): Pattern | string {
  const script = toScript(text);
  // A pattern may begin and end anywhere, unless it says so.
  const anywhere = `[\\s\\S]*(?:${script})[\\s\\S]*`;
  const problem = regexProblem(anywhere);
  if (problem !== undefined) return problem;
  const hasGroups = !/\)[*+?{]/.test(script) && regexProblem(script) === undefined;
  return {
    states: statesOf(anywhere),
    match: (name: string) => {
      if (!matches(anywhere, name)) return undefined;
      return (hasGroups ? groupsOf(script, name) : undefined) ?? [name];
    },
  };
}

const classes: Readonly<Record<string, string>> = {
  alnum: "A-Za-z0-9",
  alpha: "A-Za-z",
  blank: " \\t",
  cntrl: "\\x00-\\x1f\\x7f",
  digit: "0-9",
  graph: "\\x21-\\x7e",
  lower: "a-z",
  print: "\\x20-\\x7e",
  punct: "\\x21-\\x2f\\x3a-\\x40\\x5b-\\x60\\x7b-\\x7e",
  space: "\\s",
  upper: "A-Z",
  xdigit: "0-9A-Fa-f",
};

/** The same expression as ECMAScript has it: only what stands in brackets differs. */
function toScript(text: string): string {
  let script = "";
  for (let at = 0; at < text.length;) {
    const sign = text[at]!;
    if (sign === "\\") {
      script += text.slice(at, at + 2);
      at += 2;
    } else if (sign === "[") {
      const end = endOfBracket(text, at);
      script += bracket(text.slice(at, end));
      at = end;
    } else {
      script += sign === "/" ? "\\/" : sign;
      at++;
    }
  }
  return script;
}

/** Behind the bracket that closes; one that comes first is one of the characters. */
function endOfBracket(text: string, start: number): number {
  let at = start + 1;
  if (text[at] === "^") at++;
  if (text[at] === "]") at++;
  while (at < text.length && text[at] !== "]") {
    const named = /^\[:\w+:\]/.exec(text.slice(at, at + 12));
    at += named === null ? 1 : named[0].length;
  }
  return Math.min(at + 1, text.length);
}

function bracket(written: string): string {
  const negated = written.startsWith("[^");
  let inner = written.slice(negated ? 2 : 1, -1);
  let set = "";
  while (inner.length > 0) {
    const named = /^\[:(\w+):\]/.exec(inner);
    if (named !== null) {
      set += classes[named[1]!] ?? "";
      inner = inner.slice(named[0].length);
      continue;
    }
    // A dash between two characters makes a range; else it is one of the characters.
    const range = /^([\s\S])-([\s\S])/.exec(inner);
    if (range !== null) {
      set += `${escaped(range[1]!)}-${escaped(range[2]!)}`;
      inner = inner.slice(3);
    } else {
      set += escaped(inner[0]!);
      inner = inner.slice(1);
    }
  }
  return `[${negated ? "^" : ""}${set}]`;
}

const escaped = (sign: string): string => /[^\w\s]/.test(sign) ? `\\x${hex(sign)}` : sign;

const hex = (sign: string): string => (sign.codePointAt(0) ?? 0).toString(16).padStart(2, "0");
