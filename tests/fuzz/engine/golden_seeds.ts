/**
 * Random clusters and the digests of what the engine says about each: one line for each seed.
 *
 * @module
 */
import { digestOf, type Told } from "./told.ts";

/** Digests by what they are of, by seed. */
export function goldenSeeds(text: string): ReadonlyMap<number, ReadonlyMap<string, string>> {
  const lines = text.split("\n").filter((line) => /^\d/.test(line));
  return new Map(lines.map((line) => {
    const [seed, ...parts] = line.split("; ");
    const digests = parts.map((part): [string, string] => {
      const space = part.lastIndexOf(" ");
      return [part.slice(0, space), part.slice(space + 1)];
    });
    return [Number(seed), new Map(digests)];
  }));
}

/** The same as text. */
export const textOfSeeds = (told: ReadonlyMap<number, Told>): string =>
  [...told].map(([seed, parts]) =>
    [seed, ...Object.entries(parts).map(([part, text]) => `${part} ${digestOf(text)}`)].join("; ")
  ).join("\n") + "\n";
