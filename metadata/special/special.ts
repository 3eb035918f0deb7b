/**
 * What a special type is: more than its basic type says, known to programs that care.
 *
 * Each one refuses what could widen a permission: a value is put into templates such as
 * `net: ["{address}:{port}"]`, so that a comma, a wildcard, white space, `..`, NUL, a CIDR block or
 * a `file:` in it might grant more than was consented to.
 *
 * @module
 */

/** Why a text is not of the type, and what to do. */
export interface Refusal {
  /** What the type demands. */
  readonly why: string;
  /** What to write instead. */
  readonly mend: string;
}

/** One special type. */
export interface Special {
  /** With its article, for sentences: `an IPv4 address`. */
  readonly noun: string;
  /** A value of the type, for mends and placeholders. */
  readonly example: string;
  /** The value of this type cannot widen a permission template that it is put into. */
  readonly confined: boolean;
  /** Its `format` in JSON Schema, if that has one. */
  readonly format?: string;
  /** The `type` of an HTML input that suits it, if it is not `text`. */
  readonly input?: string;
  /** Nothing if the text is of the type. */
  readonly refuse: (text: string) => Refusal | undefined;
}

/** A special type that is told by one sentence of why. */
export function special(
  about: Omit<Special, "refuse">,
  is: (text: string) => boolean,
  why: string,
): Special {
  const refusal: Refusal = { why, mend: `give ${about.noun} such as ${about.example}` };
  return { ...about, refuse: (text) => is(text) ? undefined : refusal };
}
