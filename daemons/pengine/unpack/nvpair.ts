/**
 * Sets of names and values (`meta_attributes`, `instance_attributes`...), with rules and scores.
 *
 * @module
 */
import { applies, type RuleInput } from "./rule.ts";
import { parseScore } from "./score.ts";
import { children, type XmlElement } from "./xml.ts";

/** How to take values. */
export interface NvpairOptions {
  /** A set with this id comes before all others. */
  readonly first?: string;
  /** Values replace those already there. */
  readonly overwrite?: boolean;
}

/**
 * Adds the values of all sets of that name which apply. The set with the higher score wins, then
 * the one that was written last.
 */
export function addNvpairs(
  into: Map<string, string>,
  element: XmlElement | undefined,
  setName: string,
  input: RuleInput,
  options: NvpairOptions = {},
): void {
  const sets: { readonly set: XmlElement; readonly score: number }[] = [];
  for (const written of children(element, setName)) {
    const set = input.resolve(written);
    if (set === undefined) continue;
    const score = set.attributes.id === options.first && options.first !== undefined
      ? Infinity
      : parseScore(set.attributes.score);
    sets.unshift({ set, score });
  }
  if (sets.length > 1) sets.sort((a, b) => b.score === a.score ? 0 : b.score - a.score);
  for (const { set } of sets) {
    if (applies(set, input)) addSet(into, set, input, options.overwrite ?? false);
  }
}

function addSet(
  into: Map<string, string>,
  set: XmlElement,
  input: RuleInput,
  overwrite: boolean,
): void {
  // Configurations of the first release wrapped the pairs once more.
  const wrapped = children(set, "attributes")[0] ?? set;
  for (const written of children(wrapped, "nvpair")) {
    const pair = input.resolve(written);
    if (pair === undefined) continue;
    const name = written.attributes.name ?? pair.attributes.name;
    const value = pair.attributes.value;
    if (name === undefined || value === undefined) continue;
    if (value.toLowerCase() === "#default") {
      if (into.has(name)) into.delete(name);
    } else if (overwrite || !into.has(name)) into.set(name, value);
  }
}
