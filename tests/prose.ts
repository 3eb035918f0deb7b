/**
 * Finds the prose of a source file (comments and literals) and of a Markdown file, line by line,
 * without the code in it.
 *
 * @module
 */

/** One line of prose. */
export interface Prose {
  /** Its line in the file, from 1. */
  readonly line: number;
  readonly text: string;
}

/** After these a slash begins a regular expression; after anything else it divides. */
const beforeRegex = /(?:^|[(,=:[!&|?{};+\-*%<>~^]|\b(?:return|typeof|case|in|of|yield|await))\s*$/;
/** The next token of interest, or one character. */
const token =
  /\/\/[^\n]*|\/\*[^]*?\*\/|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\/(?:\[(?:[^\]\\\n]|\\.)*\]|[^/\\\n[]|\\.)+\/[a-z]*|[`{}]|[^]/y;
/** The rest of a template's fixed part, to its end or to the next value. */
const fixedPart = /(?:[^`\\$]|\\[^]|\$(?!\{))*/y;

/** The comments and literals of a source file. */
export function* proseOf(source: string): Generator<Prose> {
  /** For each template that is open, how many braces are open within its value. */
  const braces: number[] = [];
  let line = 1;
  let at = 0;
  let code = "";
  while (at < source.length) {
    token.lastIndex = at;
    const [found = ""] = token.exec(source) ?? [];
    const first = found[0];
    const isDivision = first === "/" && !/^\/[/*]/.test(found) && !beforeRegex.test(code);
    const text = isDivision ? "/" : found;
    at += text.length;
    if (text.startsWith("//") || text.startsWith("/*")) {
      yield* commentProse(text, line);
    } else if (first === '"' || first === "'") {
      yield* literalProse(text.slice(1, -1), line);
      code = '"';
    } else if (text === "`" || (text === "}" && braces.at(-1) === 0)) {
      if (text === "}") braces.pop();
      fixedPart.lastIndex = at;
      const [part = ""] = fixedPart.exec(source) ?? [];
      at += part.length;
      yield* literalProse(part, line);
      line += newlines(part);
      if (source.startsWith("${", at)) {
        braces.push(0);
        code = "{";
        at += 2;
      } else {
        code = '"';
        at++;
      }
    } else {
      if (text === "{") braces.push((braces.pop() ?? NaN) + 1);
      if (text === "}") braces.push((braces.pop() ?? NaN) - 1);
      code = text.length > 1 ? '"' : `${code}${text}`.slice(-12);
    }
    line += newlines(text);
  }
}

/** The prose of a Markdown file: no fenced or indented blocks, no text in backticks. */
export function* proseOfMarkdown(markdown: string): Generator<Prose> {
  yield* withoutFences(markdown.split("\n"), 1, (line) => /^ {4}/.test(line));
}

function* commentProse(comment: string, line: number): Generator<Prose> {
  const lines = comment.replace(/^\/[/*]+|\*\/$/g, "").split("\n")
    .map((one) => one.replace(/^\s*\* ?/, ""));
  yield* withoutFences(lines, line, (one) => /^ {4}/.test(one));
}

/** A literal without a blank is a name; a shell's program and statements in a template are code. */
function* literalProse(literal: string, line: number): Generator<Prose> {
  if (!/\S\s+\S/.test(literal) && !literal.includes(" ")) return;
  if (/\$\(|\$[\w"?]|^\w+=\$?\w*\s|>&2|<\/?\w+[^>]*\/?>\s*</.test(literal)) return;
  const lines = literal.split("\n");
  yield* withoutFences(lines, line, (one) => lines.length > 1 && one.endsWith(";"));
}

function* withoutFences(
  lines: readonly string[],
  first: number,
  isCode: (line: string) => boolean,
): Generator<Prose> {
  let fenced = false;
  for (const [at, text] of lines.entries()) {
    if (text.trimStart().startsWith("```")) fenced = !fenced;
    else if (!fenced && !isCode(text)) {
      yield { line: first + at, text: text.replace(/`[^`]*`/g, (code) => "~".repeat(code.length)) };
    }
  }
}

const newlines = (text: string): number => text.split("\n").length - 1;
