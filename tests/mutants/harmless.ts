/**
 * Mistakes that were drawn once, that nothing noticed, and that a person has read: the program does
 * the same with them, or nobody could be harmed. They are not drawn again.
 *
 * @module
 */
import { type Mutant, mutantsOf } from "./mutate.ts";

/** One such mistake. */
export interface Harmless {
  readonly path: string;
  /** The line of the source, without the blanks around it. */
  readonly line: string;
  /** The part that changes, and what it becomes; without the blanks around them. */
  readonly before: string;
  readonly after: string;
  readonly why: string;
}

/** All of them. */
export const harmless: readonly Harmless[] = [
  {
    path: "daemons/crmd/policy.ts",
    line:
      "if (coordination === undefined || view === undefined || replica.version === undefined) return;",
    before: "||",
    after: "&&",
    why: "a node that coordinates has a view and a document: the check is for the types",
  },
];

/** Whether a mistake in a text is this one. */
export const isHarmless = (one: Harmless, path: string, text: string, mutant: Mutant): boolean =>
  one.path === path && one.before === mutant.before.trim() && one.after === mutant.after.trim() &&
  text.split("\n")[mutant.line - 1]?.trim() === one.line;

/** Those that no longer match their source. */
export const outdated = (textOf: (path: string) => string): readonly Harmless[] =>
  harmless.filter((one) => {
    const text = textOf(one.path);
    return !mutantsOf(text).some((mutant) => isHarmless(one, one.path, text, mutant));
  });
