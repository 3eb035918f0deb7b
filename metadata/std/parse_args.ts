/**
 * Stands in for `@std/cli/parse-args`, whose registry cannot be reached everywhere: the same function
 * with the same options, as far as the project uses them. The import map of `deno.json` says which of
 * the two it is. `tests/std/` compares them.
 *
 * Not here: names with dots, and clusters of single letters with values such as `-n5`.
 *
 * @module
 */

/** One name or several. */
type Names = string | readonly string[];

/** How to read arguments. */
export interface ParseOptions {
  /** Keep what follows `--` apart, as the member `--`. Default false. */
  readonly "--"?: boolean;
  /** Other names of an option. */
  readonly alias?: Readonly<Partial<Record<string, Names>>>;
  /** Options without a value; false if they are not given. True: all with two hyphens and no `=`. */
  readonly boolean?: boolean | Names;
  /** Values of options that are not given. */
  readonly default?: Readonly<Record<string, unknown>>;
  /** What follows the first argument that is no option is no option either. Default false. */
  readonly stopEarly?: boolean;
  /** Options whose value is never made a number; `_` stands for what is no option. */
  readonly string?: Names;
  /** Options that may be given several times: their value is a list. */
  readonly collect?: Names;
  /** Options that `--no-NAME` makes false. */
  readonly negatable?: Names;
  /** Is given each argument that is not declared; false leaves it out. */
  readonly unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}

/** Options by name, and what is no option. */
export interface Args {
  readonly [name: string]: unknown;
  /** What is no option. */
  readonly _: (string | number)[];
}

/**
 * Reads arguments.
 *
 * @example
 * ```ts
 * parseArgs(["--lock=l", "-y", "stonith/mine"], {
 *   string: ["lock", "_"],
 *   boolean: ["yes"],
 *   alias: { yes: "y" },
 * }); // { lock: "l", yes: true, y: true, _: ["stonith/mine"] }
 * ```
 */
export function parseArgs(args: string[], options: ParseOptions = {}): Args {
  return new Reader(options).read(args);
}

const listOf = (names: Names = []): readonly string[] =>
  typeof names === "string" ? [names] : names;

class Reader {
  readonly #options: ParseOptions;
  readonly #same = new Map<string, ReadonlySet<string>>();
  readonly #booleans: ReadonlySet<string>;
  readonly #strings: ReadonlySet<string>;
  readonly #collected: ReadonlySet<string>;
  readonly #negatable: ReadonlySet<string>;
  readonly #values = new Map<string, unknown>();
  readonly #others: (string | number)[] = [];

  constructor(options: ParseOptions) {
    this.#options = options;
    for (const [name, others] of Object.entries(options.alias ?? {})) {
      const group = new Set([name, ...listOf(others)]);
      for (const one of group) this.#same.set(one, group);
    }
    const withAliases = (names?: Names) =>
      new Set(listOf(names).flatMap((name) => [...this.#group(name)]));
    this.#booleans = withAliases(typeof options.boolean === "boolean" ? [] : options.boolean);
    this.#strings = withAliases(options.string);
    this.#collected = withAliases(options.collect);
    this.#negatable = withAliases(options.negatable);
  }

  read(args: readonly string[]): Args {
    const end = args.indexOf("--");
    const words = end < 0 ? args : args.slice(0, end);
    const behind = end < 0 ? [] : args.slice(end + 1);
    for (let at = 0; at < words.length; at++) {
      const word = words[at] ?? "";
      if (/^-./s.test(word)) at += this.#option(word, words[at + 1]);
      else {
        this.#other(word);
        if (!this.#options.stopEarly) continue;
        this.#others.push(...words.slice(at + 1));
        break;
      }
    }
    this.#defaults();
    const apart = this.#options["--"] === true;
    if (!apart) this.#others.push(...behind);
    return {
      ...Object.fromEntries(this.#values),
      _: this.#others,
      ...apart ? { "--": behind } : {},
    };
  }

  #group(name: string): ReadonlySet<string> {
    return this.#same.get(name) ?? new Set([name]);
  }

  /** Takes an option; how many words beyond it were its value. */
  #option(word: string, next: string | undefined): number {
    const long = word.startsWith("--");
    const [, name = "", inline] = /^--?([^=]+)(?:=(.*))?$/s.exec(word) ?? [];
    const [, positive = ""] = /^no-(.+)$/.exec(name) ?? [];
    if (long && inline === undefined && this.#negatable.has(positive)) {
      this.#set(positive, false, word);
      return 0;
    }
    const letters = long ? [name] : [...name];
    for (const letter of letters.slice(0, -1)) this.#set(letter, this.#none(letter), word);
    const last = letters.at(-1) ?? "";
    if (inline !== undefined && inline !== "") {
      this.#set(last, this.#booleans.has(last) ? inline !== "false" : inline, word);
      return 0;
    }
    const isBoolean = this.#booleans.has(last) || (long && this.#options.boolean === true);
    const takes = inline === undefined && next !== undefined && !next.startsWith("-");
    if (takes && (!isBoolean || /^(?:true|false)$/.test(next))) {
      this.#set(last, isBoolean ? next === "true" : next, word);
      return 1;
    }
    this.#set(last, this.#none(last), word);
    return 0;
  }

  /** The value of an option that is given without one. */
  #none(name: string): string | boolean {
    return this.#strings.has(name) ? "" : true;
  }

  #set(name: string, value: string | boolean, word: string): void {
    const declared = [this.#booleans, this.#strings, this.#same].some((known) => known.has(name));
    if (!declared && this.#options.unknown?.(word, name, value) === false) return;
    const made = typeof value === "string" && !this.#strings.has(name) ? numberOr(value) : value;
    for (const one of this.#group(name)) {
      const before = this.#values.get(one);
      const list = Array.isArray(before) ? before : [];
      this.#values.set(one, this.#collected.has(one) ? [...list, made] : made);
    }
  }

  #other(word: string): void {
    if (this.#options.unknown?.(word) === false) return;
    this.#others.push(this.#strings.has("_") ? word : numberOr(word));
  }

  #defaults(): void {
    for (const [name, value] of Object.entries(this.#options.default ?? {})) {
      for (const one of this.#group(name)) if (!this.#values.has(one)) this.#values.set(one, value);
    }
    for (const name of [...this.#booleans, ...this.#strings]) {
      if (this.#values.has(name)) continue;
      if (this.#collected.has(name)) this.#values.set(name, []);
      else if (this.#booleans.has(name)) this.#values.set(name, false);
    }
  }
}

/** A number, if the text is one. */
function numberOr(text: string): string | number {
  const isNumber = /^0x[0-9a-f]+$/i.test(text) ||
    /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/.test(text);
  return isNumber ? Number(text) : text;
}
