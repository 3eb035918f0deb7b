/**
 * A special type: more specific than a basic type, known to some programs.
 *
 * Each special type rejects values that could widen a permission. A value fills templates such as
 * `net: ["{address}:{port}"]`, so a comma, a wildcard, white space, `..`, NUL, a CIDR block or
 * `file:` in it might grant more than the operator approved.
 *
 * @module
 */

/** The cause and fix for a text that is not of the type. */
export interface Refusal {
  /** What the type requires. */
  readonly why: string;
  /** The fix: what to write instead. */
  readonly fix: string;
}

/** One special type. */
export interface Special {
  /** With its article, for sentences: `an IPv4 address`. */
  readonly noun: string;
  /** A value of the type, for fixes and placeholders. */
  readonly example: string;
  /** The value of this type cannot widen a permission template that it is put into. */
  readonly confined: boolean;
  /** Its `format` in JSON Schema, if that has one. */
  readonly format?: string;
  /** The `type` of an HTML input that suits it, if it is not `text`. */
  readonly input?: string;
  /** Undefined if the text is of the type. */
  readonly refuse: (text: string) => Refusal | undefined;
}

/** A special type whose errors all have the same cause. */
export function special(
  about: Omit<Special, "refuse">,
  is: (text: string) => boolean,
  why: string,
): Special {
  const refusal: Refusal = { why, fix: `give ${about.noun} such as ${about.example}` };
  return { ...about, refuse: (text) => is(text) ? undefined : refusal };
}
