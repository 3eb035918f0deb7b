/**
 * Rules as people write them: `pingd lt 1 or not_defined pingd`, `date gt 2026-12-01`,
 * `#uname eq bob and (disk gt 100 or defined big)`.
 *
 * `and` binds closer than `or`; parentheses nest. A value with blanks stands in quotes.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";
import type { Draft } from "../document/draft.ts";
import { element } from "../document/element.ts";

/** Words of a rule at most, and how deep it may nest. */
const wordsMax = 500;
const depthMax = 20;

const comparisons: ReadonlySet<string> = new Set(["lt", "gt", "lte", "gte", "eq", "ne"]);
const types: ReadonlySet<string> = new Set(["string", "integer", "number", "version"]);

/** A rule that cannot be read; the message says where and what was expected. */
export class RuleError extends SyntaxError {}

/** Part of a rule. */
type Part =
  | { readonly type: "all" | "any"; readonly parts: readonly Part[] }
  | {
    readonly type: "expression";
    readonly tag: string;
    readonly attributes: Readonly<Record<string, string>>;
  };

/**
 * Makes the element of a rule.
 *
 * @param attributes of the outermost rule: its score and role.
 * @throws {RuleError} if the text is no rule.
 */
export function ruleElement(
  draft: Draft,
  text: string,
  owner: string,
  attributes: Readonly<Record<string, string | undefined>>,
): XmlElement {
  const words = text.match(/"[^"]*"|'[^']*'|[()]|[^\s()"']+/g) ?? [];
  if (words.length > wordsMax) throw new RuleError(`a rule has at most ${wordsMax} words`);
  const reader = new Reader(words);
  const part = reader.any(0);
  reader.end();
  return rule(
    draft,
    part.type === "expression" ? { type: "all", parts: [part] } : part,
    owner,
    attributes,
  );
}

function rule(
  draft: Draft,
  part: Extract<Part, { type: "all" | "any" }>,
  owner: string,
  attributes: Readonly<Record<string, string | undefined>>,
): XmlElement {
  const id = draft.freeId(`${owner}-rule`);
  return element(
    "rule",
    { id, ...attributes, "boolean-op": part.type === "all" ? "and" : "or" },
    part.parts.map((one) =>
      one.type === "expression"
        ? element(one.tag, { id: draft.freeId(`${id}-expr`), ...one.attributes })
        : rule(draft, one, id, {})
    ),
  );
}

class Reader {
  readonly #words: readonly string[];
  #at = 0;

  constructor(words: readonly string[]) {
    this.#words = words;
  }

  any(depth: number): Part {
    return this.#joined("or", "any", () => this.#joined("and", "all", () => this.#one(depth)));
  }

  end(): void {
    if (this.#at < this.#words.length) throw this.#wrong('"and", "or" or the end');
  }

  #joined(word: string, type: "all" | "any", one: () => Part): Part {
    const parts = [one()];
    while (this.#peek()?.toLowerCase() === word) {
      this.#at++;
      parts.push(one());
    }
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : { type, parts };
  }

  #one(depth: number): Part {
    if (depth >= depthMax) throw new RuleError(`a rule nests at most ${depthMax} levels`);
    if (this.#peek() === "(") {
      this.#at++;
      const inner = this.any(depth + 1);
      if (this.#peek() !== ")") throw this.#wrong('")"');
      this.#at++;
      return inner;
    }
    const first = this.#word("an attribute's name, defined, not_defined or date");
    if (first === "defined" || first === "not_defined") {
      const attribute = this.#word("an attribute's name");
      return { type: "expression", tag: "expression", attributes: { attribute, operation: first } };
    }
    if (first === "date" && ["gt", "lt", "in", "in_range"].includes(this.#peek() ?? "")) {
      return this.#date();
    }
    const operation = this.#word("lt, gt, lte, gte, eq or ne");
    if (!comparisons.has(operation)) {
      this.#at--;
      throw this.#wrong("lt, gt, lte, gte, eq or ne");
    }
    const word = this.#word("a value");
    const isTyped = types.has(word) && this.#isWord(this.#peek());
    const value = isTyped ? this.#word("a value") : word;
    const type = isTyped ? { type: word } : {};
    return {
      type: "expression",
      tag: "expression",
      attributes: { attribute: first, operation, value, ...type },
    };
  }

  #date(): Part {
    const operation = this.#word("gt, lt or in");
    const time = () => {
      const text = this.#word("a date, as 2026-12-01 or 2026-12-01T08:00:00Z");
      if (/^\d{4}-?\d{2}-?\d{2}/.test(text)) return text;
      this.#at--;
      throw this.#wrong("a date, as 2026-12-01 or 2026-12-01T08:00:00Z");
    };
    const start = time();
    if (operation === "gt") return date({ operation, start });
    if (operation === "lt") return date({ operation, end: start });
    if (this.#word('"to"') !== "to") {
      this.#at--;
      throw this.#wrong('"to"');
    }
    return date({ operation: "in_range", start, end: time() });
  }

  #isWord = (word: string | undefined): boolean =>
    word !== undefined && !["and", "or", ")", "("].includes(word.toLowerCase());

  #peek = (): string | undefined => this.#words[this.#at];

  #word(what: string): string {
    const word = this.#peek();
    if (word === undefined || word === "(" || word === ")") throw this.#wrong(what);
    this.#at++;
    return word.replace(/^(["'])(.*)\1$/s, "$2");
  }

  #wrong(expected: string): RuleError {
    const word = this.#peek();
    const where = word === undefined ? "at its end" : `at "${word}"`;
    return new RuleError(`${where}, ${expected} is expected`);
  }
}

const date = (attributes: Readonly<Record<string, string>>): Part => ({
  type: "expression",
  tag: "date_expression",
  attributes,
});
