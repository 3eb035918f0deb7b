/**
 * Reads a regular expression into the parts of an automaton (see `regex.ts`).
 *
 * @module
 */

/** Maximum states of an automaton: bounded repetitions are written out. */
export const STATES_MAX = 2000;
/** Maximum depth of groups within groups. */
const GROUPS_MAX = 64;

/**
 * One state: the character that it accepts, and the next states. Without `is` it accepts nothing
 * and passes on.
 */
export interface State {
  /** Accepts one character that fulfils it. */
  readonly is?: (character: string) => boolean;
  /** Is passed only at the beginning, or only at the end. */
  readonly only?: "start" | "end";
  /** A border of a group: twice its number, and one more at its end. */
  readonly mark?: number;
  /** The first of them is what the expression would rather have. */
  readonly next: number[];
}

/** Part of an expression: adds its states before `next` and gives its first. */
export type Part = (add: (state: State) => number, next: number) => number;

/** Reads what JavaScript has already accepted, so it need not look for errors. */
export class Reader {
  readonly #pattern: string;
  #at = 0;
  #depth = 0;
  #groups = 0;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  /** Groups that were read, and whose text counts. */
  get groups(): number {
    return this.#groups;
  }

  whole(): Part {
    const parts = [this.#sequence()];
    while (this.#skip(/\|/y) !== undefined) parts.push(this.#sequence());
    if (parts.length === 1) return parts[0]!;
    return (add, next) => add({ next: parts.map((part) => part(add, next)) });
  }

  #sequence(): Part {
    const parts: Part[] = [];
    while (this.#at < this.#pattern.length && !/[|)]/.test(this.#pattern[this.#at]!)) {
      parts.push(this.#repeated(this.#atom()));
    }
    return (add, next) => parts.reduceRight((then, part) => part(add, then), next);
  }

  #atom(): Part {
    if (this.#skip(/\(\?<?[=!]/y) !== undefined) throw new Error("it looks around");
    const opening = this.#skip(/\((?:\?:|\?<[^>]*>)?/y);
    if (opening !== undefined) {
      const number = opening === "(?:" ? undefined : ++this.#groups;
      if (this.#pattern[this.#at] === "?") throw new Error("it changes flags");
      if (++this.#depth > GROUPS_MAX) throw new Error(`it has groups more than ${GROUPS_MAX} deep`);
      const inner = this.whole();
      this.#at++; // The closing bracket.
      this.#depth--;
      return number === undefined ? inner : (add, next) => {
        const end = add({ mark: 2 * number + 1, next: [next] });
        return add({ mark: 2 * number, next: [inner(add, end)] });
      };
    }
    const border = this.#skip(/[\^$]/y);
    if (border !== undefined) {
      const only = border === "^" ? "start" : "end";
      return (add, next) => add({ only, next: [next] });
    }
    if (this.#skip(/\\(?:[1-9]|k)/y) !== undefined) throw new Error("it refers back");
    if (this.#skip(/\\[bB]/y) !== undefined) throw new Error("it looks around");
    const source = this.#skip(/\\(?:u\{[^}]*\}|u[0-9a-fA-F]{4}|x..|c.|[pP]\{[^}]*\}|[^])/yu) ??
      (this.#pattern[this.#at] === "[" ? this.#class() : this.#skip(/[^]/yu)!);
    const plain = /^[^\\[.]/u.test(source) ? source : undefined;
    const expression = plain === undefined ? new RegExp(`^${source}$`, "v") : undefined;
    const is = (character: string): boolean => expression?.test(character) ?? character === plain;
    return (add, next) => add({ is, next: [next] });
  }

  /** A class, with classes within it. */
  #class(): string {
    const from = this.#at;
    let depth = 0;
    do {
      const character = this.#pattern[this.#at];
      if (character === undefined) throw new Error("a class is not closed");
      if (character === "[") depth++;
      if (character === "]") depth--;
      this.#at += character === "\\" ? 2 : 1;
    } while (depth > 0);
    return this.#pattern.slice(from, this.#at);
  }

  #repeated(part: Part): Part {
    const quantifier = this.#skip(/(?:[*+?]|\{\d+(?:,\d*)?\})\??/y);
    if (quantifier === undefined) return part;
    const [low, high] = bounds(quantifier);
    const lazy = /.\?$/.test(quantifier);
    const ordered = (more: number, enough: number) => lazy ? [enough, more] : [more, enough];
    if (low > STATES_MAX || (high !== Infinity && high > STATES_MAX)) {
      throw new Error(`it repeats something more than ${STATES_MAX} times`);
    }
    return (add, next) => {
      let then = next;
      if (high === Infinity) {
        const again: number[] = [];
        then = add({ next: again });
        again.push(...ordered(part(add, then), next));
      }
      for (let extra = low; high !== Infinity && extra < high; extra++) {
        then = add({ next: ordered(part(add, then), next) });
      }
      for (let times = 0; times < low; times++) then = part(add, then);
      return then;
    };
  }

  /** Takes what stands here, if it is of the form. */
  #skip(form: RegExp): string | undefined {
    form.lastIndex = this.#at;
    const found = form.exec(this.#pattern)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }
}

function bounds(quantifier: string): readonly [low: number, high: number] {
  switch (quantifier[0]) {
    case "*":
      return [0, Infinity];
    case "+":
      return [1, Infinity];
    case "?":
      return [0, 1];
    default: {
      const [, low, comma, high] = /\{(\d+)(,?)(\d*)\}/.exec(quantifier)!;
      return [Number(low), comma === "" ? Number(low) : high === "" ? Infinity : Number(high)];
    }
  }
}
