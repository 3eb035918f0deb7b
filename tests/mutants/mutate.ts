/**
 * Mutants: a source file with one small mistake, as people make them. Tests that notice none of them
 * prove little (DeMillo, Lipton, Sayward: Hints on Test Data Selection, 1978).
 *
 * Mistakes are made in the text, not in a syntax tree: a scanner tells code from comments, texts and
 * regular expressions, and each operator of `operators` finds its places in the code.
 *
 * @module
 */

/** One mistake. */
export interface Mutant {
  /** What kind of mistake it is. */
  readonly operator: string;
  /** Where it begins in the text. */
  readonly at: number;
  /** Line, counted from 1. */
  readonly line: number;
  readonly before: string;
  readonly after: string;
}

/** What a person reads of one: `a < b` became `a <= b`. */
export const wordsOf = ({ line, operator, before, after }: Mutant): string =>
  `line ${line}: ${operator}: ${JSON.stringify(before)} became ${JSON.stringify(after)}`;

/** A kind of mistake: where it can be made, and what becomes of the text there. */
interface Operator {
  readonly name: string;
  readonly pattern: RegExp;
  readonly change: (match: RegExpExecArray) => string;
}

const swapped: Readonly<Record<string, string>> = {
  " < ": " <= ",
  " <= ": " < ",
  " > ": " >= ",
  " >= ": " > ",
  " === ": " !== ",
  " !== ": " === ",
  " && ": " || ",
  " || ": " && ",
  " + ": " - ",
  " - ": " + ",
  " * ": " / ",
};

const operators: readonly Operator[] = [
  {
    name: "comparison",
    pattern: / (?:<=?|>=?|===|!==) (?![^()\n]*>\()/g,
    change: ([text]) => swapped[text] ?? text,
  },
  { name: "and, or", pattern: / (?:&&|\|\|) /g, change: ([text]) => swapped[text] ?? text },
  { name: "arithmetic", pattern: / [+*-] (?=[\w(])/g, change: ([text]) => swapped[text] ?? text },
  {
    name: "number",
    pattern: /(?<![\w.$])\d[\d_]*(?![\w.:])/g,
    change: ([text]) => String(Number(text.replaceAll("_", "")) + 1),
  },
  {
    name: "truth",
    pattern: /(?<![\w.:]|readonly \w+: )\b(?:true|false)\b(?! [;|])/g,
    change: ([text]) => text === "true" ? "false" : "true",
  },
  {
    name: "condition",
    pattern: /\bif \(([^()\n]*(?:\([^()\n]*\)[^()\n]*)*)\)/g,
    change: ([, condition]) => `if (!(${condition}))`,
  },
  {
    name: "statement left out",
    pattern:
      /(?<=\n)[ ]+(?:[\w.#?!]+\([^;\n]*\)|[\w.#[\]]+ (?:[+-]?=|\?\?=) [^;\n]+|continue|break);(?=\n)/g,
    change: () => "",
  },
  {
    name: "early return left out",
    pattern: /(?<=\n)[ ]+if \([^\n]*\) return;(?=\n)/g,
    change: () => "",
  },
];

/** Which characters of a text are code: not comments, texts, templates' fixed parts, patterns. */
export function codeMask(text: string): Uint8Array {
  const mask = new Uint8Array(text.length).fill(1);
  const blank = (from: number, to: number) => mask.fill(0, from, to);
  /** Braces that are open within each template that is open. */
  const templates: number[] = [];
  let at = 0;
  const template = (from: number) => {
    let end = from;
    while (end < text.length && text[end] !== "`" && !text.startsWith("${", end)) {
      end += text[end] === "\\" ? 2 : 1;
    }
    blank(from, end);
    if (text.startsWith("${", end)) templates.push(0);
    return text[end] === "`" ? end + 1 : end + 2;
  };
  while (at < text.length) {
    const two = text.slice(at, at + 2);
    const one = text[at]!;
    if (two === "//" || two === "/*") {
      const close = two === "//" ? text.indexOf("\n", at) : text.indexOf("*/", at) + 2;
      const end = close < at ? text.length : close;
      blank(at, end);
      at = end;
    } else if (one === '"' || one === "'") {
      let end = at + 1;
      while (end < text.length && text[end] !== one) end += text[end] === "\\" ? 2 : 1;
      blank(at, end + 1);
      at = end + 1;
    } else if (one === "`") at = template(at + 1);
    else if (one === "/" && isPattern(text, at)) {
      let end = at + 1;
      for (let set = false; end < text.length && (set || text[end] !== "/"); end++) {
        if (text[end] === "\\") end++;
        else if (text[end] === "[") set = true;
        else if (text[end] === "]") set = false;
      }
      blank(at, end + 1);
      at = end + 1;
    } else {
      const depth = templates.length - 1;
      if (depth >= 0 && one === "{") templates[depth]!++;
      if (depth >= 0 && one === "}" && templates[depth]!-- === 0) {
        templates.pop();
        at = template(at + 1);
      } else at++;
    }
  }
  return mask;
}

/** Whether a slash begins a regular expression: it does where no value stands before it. */
const isPattern = (text: string, at: number): boolean =>
  /(?:^|[=(,:[!&|?{};]|\breturn|=>)\s*$/.test(text.slice(Math.max(0, at - 20), at));

/** Every mutant of a text, in the order of their places. */
export function mutantsOf(text: string): readonly Mutant[] {
  const mask = codeMask(text);
  const found: Mutant[] = [];
  for (const { name, pattern, change } of operators) {
    for (const match of text.matchAll(pattern)) {
      const at = match.index;
      const [before] = match;
      const first = at + before.search(/\S/);
      if (mask[first] === 0 || isType(text, at)) continue;
      if ((name === "number" || name === "arithmetic") && isBound(text, first)) continue;
      if (isOrder(text, at, before) || isLastBreak(text, at, before)) continue;
      const after = change(match);
      if (after === before || isLastBreak(text, at, before)) continue;
      const line = text.slice(0, first).split("\n").length;
      found.push({ operator: name, at, line, before, after });
    }
  }
  return withoutTwins(text, found.sort((one, other) => one.at - other.at));
}

/** A condition that is one `===` and its negation is one `!==`: that is one mistake, made twice. */
function withoutTwins(text: string, found: readonly Mutant[]): readonly Mutant[] {
  const seen = new Set<string>();
  return found.filter((mutant) => {
    const result = mutated(text, mutant)
      .replace(/\bif \(!\(([^()&|]+) === ([^()&|]+)\)\)/, "if ($1 !== $2)")
      .replace(/\bif \(!\(([^()&|]+) !== ([^()&|]+)\)\)/, "if ($1 === $2)");
    if (seen.has(result)) return false;
    seen.add(result);
    return true;
  });
}

/**
 * Whether the line gives a bound its size. A little more or less is another choice of the same kind,
 * and a test that noticed would only repeat the number; whether the bound holds is in its use.
 */
function isBound(text: string, at: number): boolean {
  const from = text.lastIndexOf("\n", at) + 1;
  const line = text.slice(from, text.indexOf("\n", at + 1));
  return /^(?:export )?const \w+ = (?:\w+ [*+] )*[\d_]+(?: [*+-] [\d_]+)*;$/.test(line) ||
    /\b(?:\w*(?:Max|Min|Ms)|length|minimum|maximum|minitems|maxitems): -?[\d_* ]*$/.test(
      text.slice(from, at),
    ) || /^ +\w+: [\d_* ]+,$/.test(line) && isInBounds(text.slice(0, from));
}

/** Whether a table of bounds is open at the end of a text: `const bytesMax = {`. */
const isInBounds = (before: string): boolean =>
  /\bconst \w*(?:Max|Min|Ms) = \{\n(?:(?!\}).*\n)*$/.test(before);

/** Whether it is a `break` behind which nothing more would be done anyway. */
function isLastBreak(text: string, at: number, before: string): boolean {
  const indent = /^( +)break;$/.exec(before)?.[1]?.length;
  if (indent === undefined) return false;
  const rest = text.slice(at + before.length + 1).split("\n");
  const next = rest.findIndex((line) => !/^ *(?:case .*|default):$/.test(line));
  const line = rest[next] ?? "";
  return line === `${" ".repeat(Math.max(0, indent - 4))}}` || next > 0 && line === before;
}

/**
 * Whether it is part of what a sort is given, `a < b ? -1 : 1`: only the sign counts, and where no two
 * are equal it makes no difference on which side equal ones would be.
 */
function isOrder(text: string, at: number, before: string): boolean {
  const line = text.slice(text.lastIndexOf("\n", at) + 1, text.indexOf("\n", at + 1));
  const from = at - (text.lastIndexOf("\n", at) + 1);
  return [...line.matchAll(/ [<>] [\w.]+ \? (?:-1 : 1|1 : -1)\b/g)].some((order) =>
    from >= order.index && from + before.length <= order.index + order[0].length
  );
}

/** Whether the line declares types or imports, where no mistake can show. */
function isType(text: string, at: number): boolean {
  const line = text.slice(text.lastIndexOf("\n", at) + 1, text.indexOf("\n", at + 1));
  return /^\s*(?:import|export type|type|export interface|interface|readonly|\||\} from)\b/.test(
    line,
  ) ||
    /^\s*\|/.test(line);
}

/** The text with the mistake in it. */
export const mutated = (text: string, { at, before, after }: Mutant): string =>
  text.slice(0, at) + after + text.slice(at + before.length);
