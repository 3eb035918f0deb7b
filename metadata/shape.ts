/**
 * Shapes of JSON that somebody wrote by hand or that came from a plugin: each looks at a value and says
 * where it is wrong. A shape is a type guard, so what it lets through has its type. It costs a process
 * nothing, where a schema library costs it 8 MiB.
 *
 * @example
 * ```ts
 * const lock = exact({ version: oneOf(1), plugins: table(/^[a-z]+$/, anything) });
 * const wrong: string[] = [];
 * if (lock(input, "", wrong)) input.version; // 1
 * else console.log(wrong); // ['version: expected 1']
 * ```
 *
 * @module
 */

/** Looks at the value at a place; what is wrong is added to `wrong`. */
export type Shape<T> = (value: unknown, at: string, wrong: string[]) => value is T;

/** The type that a shape lets through. */
export type Shaped<S> = S extends Shape<infer T> ? T : never;

type Members = Readonly<Record<string, Shape<unknown>>>;

const refuse = (expected: string, at: string, wrong: string[]): false => {
  wrong.push(`${at === "" ? "it" : at}: expected ${expected}`);
  return false;
};

/** Any value. */
export const anything: Shape<unknown> = (_value): _value is unknown => true;

/** Text; `form`: all of it must match. */
export const text = (form?: RegExp, expected = `text like ${form}`): Shape<string> =>
(
  value,
  at,
  wrong,
): value is string =>
  typeof value !== "string"
    ? refuse("text", at, wrong)
    : form === undefined || form.test(value) || refuse(expected, at, wrong);

/** `true` or `false`. */
export const yesOrNo: Shape<boolean> = (value, at, wrong): value is boolean =>
  typeof value === "boolean" || refuse("true or false", at, wrong);

/** A whole number, 0 or more. */
export const count: Shape<number> = (value, at, wrong): value is number =>
  (Number.isSafeInteger(value) && Number(value) >= 0) || refuse("a whole number", at, wrong);

/** A number that is finite. */
export const number: Shape<number> = (value, at, wrong): value is number =>
  Number.isFinite(value) || refuse("a number", at, wrong);

/** One of these values. */
export const oneOf = <const T extends string | number>(...values: readonly T[]): Shape<T> =>
(
  value,
  at,
  wrong,
): value is T => values.some((one) => one === value) || refuse(values.join(" or "), at, wrong);

/** A list of so many items. */
export const list = <T>(of: Shape<T>, itemsMax = Infinity, itemsMin = 0): Shape<readonly T[]> =>
(
  value,
  at,
  wrong,
): value is readonly T[] =>
  Array.isArray(value) && value.length <= itemsMax && value.length >= itemsMin
    // All items are checked, so that all problems are reported at once.
    ? value.map((item, index) => of(item, `${at}[${index}]`, wrong)).every(Boolean)
    : refuse(itemsMax === Infinity ? "a list" : `a list of at most ${itemsMax}`, at, wrong);

/** An object whose names are data. */
export const table = <T>(names: RegExp, of: Shape<T>): Shape<Readonly<Record<string, T>>> =>
(
  value,
  at,
  wrong,
): value is Readonly<Record<string, T>> =>
  isObject(value)
    ? Object.entries(value).map(([name, member]) =>
      names.test(name)
        ? of(member, inside(at, name), wrong)
        : refuse(`a name like ${names}`, inside(at, name), wrong)
    ).every(Boolean)
    : refuse("an object", at, wrong);

/**
 * An object with exactly these members; those of `optional` may be left out.
 *
 * @param others what any other member must be: none is taken if left out.
 */
export function exact<const R extends Members, const O extends Members = Record<never, never>>(
  required: R,
  optional?: O,
  others?: Shape<unknown>,
): Shape<
  & { readonly [K in keyof R]: Shaped<R[K]> }
  & { readonly [K in keyof O]?: Shaped<O[K]> }
> {
  type Made =
    & { readonly [K in keyof R]: Shaped<R[K]> }
    & { readonly [K in keyof O]?: Shaped<O[K]> };
  const all = new Map<string, Shape<unknown>>([
    ...Object.entries(required),
    ...Object.entries(optional ?? {}),
  ]);
  return (value, at, wrong): value is Made => {
    if (!isObject(value)) return refuse("an object", at, wrong);
    const before = wrong.length;
    for (const name of Object.keys(required)) {
      if (!Object.hasOwn(value, name)) refuse("this member", inside(at, name), wrong);
    }
    for (const [name, member] of Object.entries(value)) {
      const shape = all.get(name) ?? others;
      if (shape !== undefined) shape(member, inside(at, name), wrong);
      else refuse(`one of ${[...all.keys()].join(", ")}`, inside(at, name), wrong);
    }
    return wrong.length === before;
  };
}

const inside = (at: string, name: string): string => at === "" ? name : `${at}.${name}`;

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
