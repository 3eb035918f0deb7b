/**
 * Finds the cause of a syntax error, which may be long before the place where the grammar noticed
 * it: at an `&` that begins no reference, or at an unclosed comment, quote or tag.
 *
 * It reads a rejected document up to the place of the error, in linear time for every input.
 *
 * @module
 */

/** What is wrong, and where it begins. */
export interface Cause {
  readonly message: string;
  readonly offset: number;
}

/** A tag that is open. */
interface OpenTag {
  readonly name: string;
  readonly offset: number;
}

const reference = /&(?:#x[0-9a-fA-F]{1,8}|#[0-9]{1,8}|[\p{L}_:][\p{L}\p{N}_:.\-]{0,63});/uy;
const tagName = /[^\s<>\/="'&]+/y;

/** What is not closed by what, where one thing begins. */
const enclosed = [
  ["<!--", "-->", "comment"],
  ["<![CDATA[", "]]>", "CDATA section"],
  ["<?", "?>", "instruction"],
  ["<!", ">", "declaration"],
] as const;

/**
 * The first thing that is wrong before `end`; undefined if there is none that is known here.
 *
 * @param end offset of the character at which the document was refused.
 */
export function causeOf(xml: string, end: number): Cause | undefined {
  const open: OpenTag[] = [];
  let at = 0;
  while (at <= end && at < xml.length) {
    const character = xml[at];
    if (character !== "<" && character !== "&") {
      at++;
      continue;
    }
    const next = character === "&" ? afterReference(xml, at) : afterMarkup(xml, at, open);
    if (next === undefined) return undefined; // it is no markup: the grammar says it better
    if (typeof next !== "number") return next;
    at = next;
  }
  const tag = open.at(-1);
  return end < xml.length - 1 || tag === undefined
    ? undefined
    : { message: `Unclosed tag <${shown(tag.name)}>`, offset: tag.offset };
}

function afterReference(xml: string, at: number): number | Cause {
  reference.lastIndex = at;
  return reference.test(xml)
    ? reference.lastIndex
    : { message: 'An "&" that begins no reference; write it as "&amp;"', offset: at };
}

/** Where what begins with `<` ends; or what is wrong with it. */
function afterMarkup(xml: string, at: number, open: OpenTag[]): number | Cause | undefined {
  for (const [begin, end, what] of enclosed) {
    if (!xml.startsWith(begin, at)) continue;
    const closed = xml.indexOf(end, at + begin.length);
    return closed < 0 ? { message: `Unclosed ${what}`, offset: at } : closed + end.length;
  }
  return xml[at + 1] === "/" ? afterCloseTag(xml, at, open) : afterOpenTag(xml, at, open);
}

function afterCloseTag(xml: string, at: number, open: OpenTag[]): number | Cause | undefined {
  const name = nameAt(xml, at + 2);
  const end = xml.indexOf(">", at);
  if (name === undefined || end < 0) return undefined;
  const last = open.pop();
  if (last === undefined) return undefined;
  if (last.name === name) return end + 1;
  const { length: line } = xml.slice(0, last.offset).split(/\r\n|\r|\n/);
  const message = `Close tag </${shown(name)}> where <${shown(last.name)}> of line ${line} is open`;
  return { message, offset: at };
}

function afterOpenTag(xml: string, at: number, open: OpenTag[]): number | Cause | undefined {
  const name = nameAt(xml, at + 1);
  if (name === undefined) return undefined;
  for (let inside = at + 1 + name.length; inside < xml.length; inside++) {
    const character = xml[inside];
    if (character === "<") return undefined;
    if (character === ">") {
      if (xml[inside - 1] !== "/") open.push({ name, offset: at });
      return inside + 1;
    }
    if (character !== '"' && character !== "'") continue;
    const closed = endOfValue(xml, inside, character);
    if (typeof closed !== "number") return closed;
    inside = closed;
  }
  return undefined;
}

/** Where a value's closing quote is; or what is wrong in it. */
function endOfValue(xml: string, at: number, quote: string): number | Cause {
  const unclosed = { message: `A value without a closing ${quote}`, offset: at };
  for (let inside = at + 1; inside < xml.length; inside++) {
    const character = xml[inside];
    if (character === quote) return inside;
    if (character === "<") return unclosed;
    if (character !== "&") continue;
    const next = afterReference(xml, inside);
    if (typeof next !== "number") return next;
    inside = next - 1;
  }
  return unclosed;
}

function nameAt(xml: string, at: number): string | undefined {
  tagName.lastIndex = at;
  return tagName.exec(xml)?.[0];
}

/** Characters of a name that are quoted at most. */
const nameMax = 40;

const shown = (name: string): string =>
  name.length > nameMax ? `${name.slice(0, nameMax)}...` : name;
