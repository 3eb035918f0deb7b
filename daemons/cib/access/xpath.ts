/**
 * The XPath of ACL rules, read into a tree: location paths, unions, conditions with `and`, `or`, `=`,
 * `!=` and a few functions. Whatever else XPath has is refused: a rule that is not understood must
 * never count as one that gives something.
 *
 * @module
 */

/** Characters of a path, and parts that it is read into, at most. */
export const pathCharactersMax = 4_096;
const partsMax = 256;
/** Levels of conditions inside of conditions at most. */
const levelsMax = 16;

/** From where a step goes. */
export type Axis =
  | "ancestor"
  | "ancestor-or-self"
  | "attribute"
  | "child"
  | "descendant"
  | "descendant-or-self"
  | "parent"
  | "self";

/** One step of a path. */
export interface Step {
  readonly axis: Axis;
  /** A name; `*`: any element or attribute; `node()`: the document too. */
  readonly test: string;
  readonly conditions: readonly Expression[];
}

/** What is understood of XPath. */
export type Expression =
  | { readonly type: "path"; readonly absolute: boolean; readonly steps: readonly Step[] }
  | { readonly type: "union"; readonly of: readonly Expression[] }
  | { readonly type: "text"; readonly text: string }
  | {
    readonly type: "or" | "and" | "=" | "!=";
    readonly left: Expression;
    readonly right: Expression;
  }
  | { readonly type: "call"; readonly name: string; readonly of: readonly Expression[] };

const axes: ReadonlySet<string> = new Set<Axis>([
  "ancestor",
  "ancestor-or-self",
  "attribute",
  "child",
  "descendant",
  "descendant-or-self",
  "parent",
  "self",
]);
const isAxis = (name: string): name is Axis => axes.has(name);

/** Functions, with the number of what they are given. */
const functions: ReadonlyMap<string, number> = new Map([
  ["not", 1],
  ["contains", 2],
  ["starts-with", 2],
  ["local-name", 0],
  ["name", 0],
  ["true", 0],
  ["false", 0],
]);

const tokens =
  /\s*(?:(\/\/|\/|::|\.\.|\.|@|\[|\]|\(|\)|\||!=|=|,|\*)|("[^"]*"|'[^']*')|([\p{L}_][\p{L}\p{N}_.-]*))/uy;

/**
 * Reads a path.
 *
 * @throws {SyntaxError} if it is none, or uses what is not understood here.
 */
export function readXpath(text: string): Expression {
  if (text.length > pathCharactersMax) {
    throw new SyntaxError(`An XPath of ${text.length} characters; limit ${pathCharactersMax}`);
  }
  const reading = new Reading(text);
  const found = reading.either();
  reading.end();
  if (found.type !== "path" && found.type !== "union") reading.fail("a path to elements");
  return found;
}

class Reading {
  readonly #text: string;
  readonly #tokens: { readonly text: string; readonly at: number }[] = [];
  #next = 0;
  #parts = 0;
  #levels = 0;

  constructor(text: string) {
    this.#text = text;
    tokens.lastIndex = 0;
    while (text.slice(tokens.lastIndex).trim() !== "") {
      const at = tokens.lastIndex;
      const found = tokens.exec(text);
      if (found === null) throw this.#error(at, "a step, a condition or a text in quotes");
      this.#tokens.push({ text: found[1] ?? found[2] ?? found[3] ?? "", at });
    }
  }

  /** An expression: the weakest operators first. */
  either(): Expression {
    if (++this.#levels > levelsMax) this.fail(`at most ${levelsMax} levels of conditions`);
    let left = this.#both();
    while (this.#takes("or")) left = { type: "or", left, right: this.#both() };
    this.#levels--;
    return left;
  }

  end(): void {
    if (this.#next < this.#tokens.length) this.fail("the end");
  }

  fail(expected: string): never {
    throw this.#error(this.#tokens[this.#next]?.at ?? this.#text.length, expected);
  }

  #error(at: number, expected: string): SyntaxError {
    return new SyntaxError(
      `"${this.#text}" is not an XPath that is understood here: at character ${at + 1}, ` +
        `expected ${expected}`,
    );
  }

  #both(): Expression {
    let left = this.#equal();
    while (this.#takes("and")) left = { type: "and", left, right: this.#equal() };
    return left;
  }

  #equal(): Expression {
    const left = this.#union();
    for (const type of ["=", "!="] as const) {
      if (this.#takes(type)) return { type, left, right: this.#union() };
    }
    return left;
  }

  #union(): Expression {
    const of = [this.#one()];
    while (this.#takes("|")) of.push(this.#one());
    const [first] = of;
    if (of.length === 1 && first !== undefined) return first;
    if (of.some(({ type }) => type !== "path" && type !== "union")) this.fail("a path");
    return { type: "union", of };
  }

  #one(): Expression {
    if (++this.#parts > partsMax) this.fail(`at most ${partsMax} parts`);
    const { text = "" } = this.#tokens[this.#next] ?? {};
    const after = this.#tokens[this.#next + 1]?.text;
    if (text === "(") {
      this.#next++;
      const inner = this.either();
      this.#needs(")");
      return inner;
    }
    if (text.startsWith("'") || text.startsWith('"')) {
      this.#next++;
      return { type: "text", text: text.slice(1, -1) };
    }
    return after === "(" && text !== "node" ? this.#call(text) : this.#path();
  }

  #call(name: string): Expression {
    const wanted = functions.get(name);
    if (wanted === undefined) this.fail(`one of ${[...functions.keys()].join("(), ")}()`);
    this.#next += 2;
    const of: Expression[] = [];
    while (of.length < wanted) {
      if (of.length > 0) this.#needs(",");
      of.push(this.either());
    }
    this.#needs(")");
    return { type: "call", name, of };
  }

  #path(): Expression {
    const steps: Step[] = [];
    const absolute = this.#peek("/") || this.#peek("//");
    if (absolute && this.#takes("//")) steps.push(anywhere);
    else if (absolute) {
      this.#needs("/");
      // The document itself.
      if (!this.#beginsStep()) return { type: "path", absolute, steps };
    }
    for (;;) {
      steps.push(this.#step());
      if (this.#takes("//")) steps.push(anywhere);
      else if (!this.#takes("/")) return { type: "path", absolute, steps };
    }
  }

  #step(): Step {
    if (++this.#parts > partsMax) this.fail(`at most ${partsMax} parts`);
    if (this.#takes(".")) return { axis: "self", test: "node()", conditions: [] };
    if (this.#takes("..")) return { axis: "parent", test: "node()", conditions: [] };
    let axis: Axis = "child";
    if (this.#takes("@")) axis = "attribute";
    else if (this.#tokens[this.#next + 1]?.text === "::") {
      const { text = "" } = this.#tokens[this.#next] ?? {};
      if (!isAxis(text)) this.fail(`one of ${[...axes].join(", ")}`);
      axis = text;
      this.#next += 2;
    }
    const test = this.#test();
    const conditions: Expression[] = [];
    while (this.#takes("[")) {
      conditions.push(this.either());
      this.#needs("]");
    }
    return { axis, test, conditions };
  }

  #test(): string {
    if (!this.#beginsStep()) this.fail("a name or *");
    const { text = "" } = this.#tokens[this.#next++] ?? {};
    if (text !== "node" || !this.#takes("(")) return text;
    this.#needs(")");
    return "node()";
  }

  #beginsStep(): boolean {
    return /^(?:[\p{L}_*@]|\.)/u.test(this.#tokens[this.#next]?.text ?? "");
  }

  #peek(text: string): boolean {
    return this.#tokens[this.#next]?.text === text;
  }

  #takes(text: string): boolean {
    if (!this.#peek(text)) return false;
    this.#next++;
    return true;
  }

  #needs(text: string): void {
    if (!this.#takes(text)) this.fail(`"${text}"`);
  }
}

/** What `//` stands for. */
const anywhere: Step = { axis: "descendant-or-self", test: "node()", conditions: [] };
