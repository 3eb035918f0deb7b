/**
 * Readers: each takes a value that somebody else sent, and gives it with its type, or a refusal that
 * says where it is wrong and what was expected there.
 *
 * A reader of an object builds a new one from the members that it knows, so that what is believed is
 * what was checked: members of a later version are left out, and names such as `__proto__` reach
 * nobody.
 *
 * @example
 * ```ts
 * const member = object({ node: name, incarnation: count });
 * member({ node: "alice", incarnation: 1, shoeSize: 42 }); // { node: "alice", incarnation: 1 }
 * member({ node: "alice" }); // Refusal: "incarnation": expected an integer from 0 to 2^53 - 1
 * ```
 *
 * @module
 */
import type { Json } from "./messages.ts";

/** What is wrong with a value, and where in it. */
export class Refusal {
  /** Members and indexes, from the outside in: `.view.members[3]`; empty: the value itself. */
  readonly at: string;
  readonly expected: string;

  constructor(expected: string, at = "") {
    this.expected = expected;
    this.at = at;
  }

  /** The same, seen from the value that holds it. */
  within(step: string): Refusal {
    return new Refusal(this.expected, step + this.at);
  }

  toString(): string {
    return this.at === "" ? `expected ${this.expected}` : `${this.at}: expected ${this.expected}`;
  }
}

/** Reads a value, or says what is wrong with it. It never throws. */
export type Reader<T> = (value: unknown) => T | Refusal;

/** What a reader gives. */
export type Read<R> = R extends Reader<infer T> ? T : never;

/** Readers of members, by name. */
export type Members = Readonly<Record<string, Reader<unknown>>>;

/** An object of these members, of which the second ones may be absent. */
export type ObjectOf<R extends Members, O extends Members> =
  & { readonly [K in keyof R]: Read<R[K]> }
  & { readonly [K in keyof O]?: Read<O[K]> };

/** Characters of an id, a key or a name of anything but a node or service at most. */
export const idCharactersMax = 1024;
/** Characters of a node's or a service's name at most, as a frame carries it. */
export const nameCharactersMax = 255;
/** The longest duration: a century. Timers of any length are armed in steps that the system takes. */
export const durationMsMax = 100 * 365 * 24 * 3_600_000;
/** Seconds before and after 1970, as far as dates go. */
export const dateSMax = 8_640_000_000_000;
/** Nodes in one message at most. */
export const nodesMax = 1024;

/** A text. */
export function text(charactersMax: number): Reader<string> {
  const wrong = new Refusal(`text of at most ${charactersMax} characters`);
  return (value) => typeof value === "string" && value.length <= charactersMax ? value : wrong;
}

/**
 * Text that a document can hold: what gets into the CIB, or into a line that people read. Control
 * characters and halves of characters are refused.
 */
export function writable(charactersMax: number): Reader<string> {
  const wrong = new Refusal(
    `text of at most ${charactersMax} characters, without control characters`,
  );
  return (value) =>
    typeof value === "string" && value.length <= charactersMax && isWritable(value) ? value : wrong;
}

function isWritable(text: string): boolean {
  // Nearly all text is seen to be so at once.
  if (!/[^\t\n\r -\ud7ff]/.test(text)) return true;
  // deno-lint-ignore no-control-regex -- they are what it looks for
  return text.isWellFormed() && !/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/.test(text);
}

/** An integer within bounds. */
export function integer(min: number, max: number): Reader<number> {
  const wrong = new Refusal(`an integer from ${min} to ${max}`);
  return (value) =>
    typeof value === "number" && Number.isSafeInteger(value) && value >= min && value <= max
      ? value
      : wrong;
}

/** One of these texts. */
export function oneOf<const T extends string>(...values: readonly T[]): Reader<T> {
  const wrong = new Refusal(`one of ${values.join(", ")}`);
  return (value) => values.find((one) => one === value) ?? wrong;
}

/** Whether something holds. */
export const yesOrNo: Reader<boolean> = (value) => typeof value === "boolean" ? value : notBoolean;
const notBoolean = new Refusal("true or false");

/** Name of a node or a service. */
export const name: Reader<string> = writable(nameCharactersMax);
/** What an answer repeats. */
export const id: Reader<string> = writable(idCharactersMax);
/** Something that is counted. */
export const count: Reader<number> = integer(0, Number.MAX_SAFE_INTEGER);
/** Milliseconds. */
export const durationMs: Reader<number> = integer(0, durationMsMax);
/** Seconds since 1970, as far as dates go: a wall clock may be wrong by any number of years. */
export const timeS: Reader<number> = integer(-dateSMax, dateSMax);

/** A list. */
export function list<T>(item: Reader<T>, max: number): Reader<readonly T[]> {
  const wrong = new Refusal(`a list of at most ${max} items`);
  return (value) => {
    if (!Array.isArray(value) || value.length > max) return wrong;
    const items: T[] = [];
    for (let index = 0; index < value.length; index++) {
      const one = item(value[index]);
      if (one instanceof Refusal) return one.within(`[${index}]`);
      items.push(one);
    }
    return items;
  };
}

/** Values by name. */
export function record<T>(of: Reader<T>, max: number): Reader<Readonly<Record<string, T>>> {
  const wrong = new Refusal(`an object of at most ${max} members`);
  return (value) => {
    if (!isObject(value)) return wrong;
    const entries: Record<string, T> = {};
    const names = Object.keys(value);
    if (names.length > max) return wrong;
    for (const key of names) {
      if (key.length > idCharactersMax || key === "__proto__" || !isWritable(key)) {
        return notName.within(quoted(key));
      }
      const one = of(value[key]);
      if (one instanceof Refusal) return one.within(quoted(key));
      entries[key] = one;
    }
    return entries;
  };
}
const notName = new Refusal(`a name of at most ${idCharactersMax} characters, not __proto__`);

/** An object; the members that are not named here are left out. */
export function object<R extends Members, O extends Members = Record<never, never>>(
  required: R,
  optional?: O,
): Reader<ObjectOf<R, O>>;
export function object(required: Members, optional: Members = {}): Reader<unknown> {
  const must = Object.entries(required);
  const readers = new Map([...must, ...Object.entries(optional)]);
  return (value) => {
    if (!isObject(value)) return notObject;
    const made: Record<string, unknown> = {};
    // In the order in which they came, so that what is passed on is written as it was.
    for (const key of Object.keys(value)) {
      const read = readers.get(key);
      if (read === undefined || value[key] === undefined) continue;
      const one = read(value[key]);
      if (one instanceof Refusal) return one.within(`.${key}`);
      made[key] = one;
    }
    for (const [key, read] of must) {
      if (Object.hasOwn(made, key)) continue;
      const missing = read(undefined);
      return (missing instanceof Refusal ? missing : notThere).within(`.${key}`);
    }
    return made;
  };
}
const notThere = new Refusal("a value");
const notObject = new Refusal("an object");

/** One of several sorts of objects: the member `by` says which. */
export function sorts<T>(
  by: string,
  readers: Readonly<Record<string, Reader<T>>>,
): Reader<T> {
  const known = new Map(Object.entries(readers));
  const wrong = new Refusal(`one of ${[...known.keys()].join(", ")}`, `.${by}`);
  return (value) => {
    if (!isObject(value)) return notObject;
    const sort = own(value, by);
    const read = typeof sort === "string" ? known.get(sort) : undefined;
    return read === undefined ? wrong : read(value);
  };
}

/** Anything that JSON can say, to a depth: for what only a person reads, or another reader. */
export function anything(depthMax: number): Reader<Json> {
  const read = (value: unknown, depth: number): Json | Refusal => {
    if (value === null || typeof value === "string" || typeof value === "boolean") return value;
    if (typeof value === "number") return Number.isFinite(value) ? value : notJson;
    if (typeof value !== "object") return notJson;
    if (depth >= depthMax) return new Refusal(`JSON of at most ${depthMax} levels`);
    if (Array.isArray(value)) {
      const items: Json[] = [];
      for (const item of value) {
        const one = read(item, depth + 1);
        if (one instanceof Refusal) return one;
        items.push(one);
      }
      return items;
    }
    const made: Record<string, Json> = {};
    for (const [key, member] of Object.entries(value)) {
      if (key === "__proto__") return notName.within(quoted(key));
      if (member === undefined) continue;
      const one = read(member, depth + 1);
      if (one instanceof Refusal) return one;
      made[key] = one;
    }
    return made;
  };
  return (value) => read(value, 0);
}
const notJson = new Refusal("a value that JSON can say");

/** Only a member of the object itself: `constructor` and the like are nobody's. */
const own = (value: Readonly<Record<string, unknown>>, key: string): unknown =>
  Object.hasOwn(value, key) ? value[key] : undefined;

const quoted = (key: string): string => `[${JSON.stringify(key.slice(0, 64))}]`;

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
