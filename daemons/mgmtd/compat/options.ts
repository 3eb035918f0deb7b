/**
 * Reads options as the original programs do: `-n x`, `-nx`, `--name x`, `--name=x`, `-Gq`.
 *
 * @module
 */
import { Ending, exitCode } from "./exit_code.ts";

/** How an option is given: alone, with a value, or with a value that may be absent. */
export type Taking = "nothing" | "value" | "maybe";

/** Options by their names, `-n` and `--name`: what each means, and how it is given. */
export type OptionTable = Readonly<Record<string, readonly [meaning: string, taking: Taking]>>;

/** The options that were given, by meaning; one that was given alone is empty. The last one counts. */
export interface Given {
  readonly options: ReadonlyMap<string, string>;
  /** Meanings in the order in which they were given. */
  readonly order: readonly string[];
  readonly rest: readonly string[];
}

/** Arguments of one call, and characters of each, at most. */
const argumentsMax = 256;

/** Adds one row under several names. */
export const row = (
  names: string,
  meaning: string,
  taking: Taking = "nothing",
): Record<string, readonly [string, Taking]> =>
  Object.fromEntries(names.split(" ").map((name) => [name, [meaning, taking]]));

/**
 * Reads them.
 *
 * @throws {Ending} with the code of a usage error.
 */
export function readOptions(table: OptionTable, args: readonly string[]): Given {
  if (args.length > argumentsMax) throw usage(`${args.length} arguments; limit ${argumentsMax}`);
  const options = new Map<string, string>();
  const order: string[] = [];
  const rest: string[] = [];
  const known = new Map(Object.entries(table));
  const waiting = [...args];
  const take = (name: string, attached: string | undefined): boolean => {
    const found = known.get(name);
    if (found === undefined) throw usage(`Unknown option ${name}`);
    const [meaning, taking] = found;
    order.push(meaning);
    if (taking === "nothing") {
      if (attached !== undefined && name.startsWith("--")) throw usage(`${name} takes no value`);
      options.set(meaning, "");
      return false;
    }
    let value = attached;
    if (value === undefined && (taking === "value" || waiting[0]?.startsWith("-") === false)) {
      value = waiting.shift();
    }
    if (value === undefined && taking === "value") throw usage(`Missing argument for ${name}`);
    options.set(meaning, value ?? "");
    return true;
  };
  for (let word = waiting.shift(); word !== undefined; word = waiting.shift()) {
    if (word === "--") {
      rest.push(...waiting.splice(0));
    } else if (word.startsWith("--")) {
      const at = word.indexOf("=");
      if (at < 0) take(word, undefined);
      else take(word.slice(0, at), word.slice(at + 1));
    } else if (word.length > 1 && word.startsWith("-")) {
      for (let at = 1; at < word.length; at++) {
        const attached = at + 1 < word.length ? word.slice(at + 1) : undefined;
        if (take(`-${word[at]}`, attached)) break;
      }
    } else rest.push(word);
  }
  return { options, order, rest };
}

/** A call that the program cannot understand. */
export const usage = (message: string): Ending => new Ending(exitCode.usage, message);

/** Milliseconds of a duration such as `5`, `30s`, `100ms`, `2min`. */
export function durationMs(text: string): number {
  const found = /^\s*(\d{1,9})\s*([a-z]*)\s*$/i.exec(text);
  const factor = units.get(found?.[2]?.toLowerCase() ?? "none");
  if (found === null || factor === undefined) throw usage(`"${text}" is no duration`);
  return Math.ceil(Number(found[1]) * factor);
}

const units: ReadonlyMap<string, number> = new Map([
  ["", 1_000],
  ["s", 1_000],
  ["sec", 1_000],
  ["ms", 1],
  ["msec", 1],
  ["us", 0.001],
  ["usec", 0.001],
  ["m", 60_000],
  ["min", 60_000],
  ["h", 3_600_000],
  ["hr", 3_600_000],
]);
