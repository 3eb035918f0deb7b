/**
 * Turns issues into diagnostics that a person can act on.
 *
 * @module
 */
import type { z } from "zod";
import type { Diagnostic } from "./diagnostic.ts";
import type { Field } from "./field.ts";
import { didYouMean } from "./nearest.ts";
import { isSecret, kindOf, quoted } from "./facts.ts";
import type { Problem } from "./scalar.ts";
import type { Issue } from "./values.ts";

/** What zod found, or what `values.ts` did. */
type AnyIssue = z.core.$ZodIssue | Issue;

/** Maximum diagnostics of one input: more would not help. */
export const DIAGNOSTICS_MAX = 100;

/** The context of the issues. */
export interface About {
  /** The rejected input. */
  readonly input: unknown;
  /** The path of the input within a larger one; added before each path. */
  readonly path?: Diagnostic["path"];
  /**
   * The fields of the input, if it is a configuration: they provide names, examples and secrets.
   */
  readonly fields?: readonly Field[];
  /** The names that are known at a path (without `path`), if `fields` do not contain them. */
  readonly namesAt?: (path: Diagnostic["path"]) => readonly string[] | undefined;
  /** The line of the input of a path, if known. */
  readonly lineOf?: (path: Diagnostic["path"]) => number | undefined;
}

/**
 * Every issue as diagnostics, at most `DIAGNOSTICS_MAX`, the last one with the number of omitted
 * ones.
 */
export function diagnose(issues: readonly AnyIssue[], about: About): readonly Diagnostic[] {
  const found = issues.flatMap((issue) => ofIssue(issue, about));
  if (found.length <= DIAGNOSTICS_MAX) return found;
  const more = found.length - DIAGNOSTICS_MAX + 1;
  return [...found.slice(0, DIAGNOSTICS_MAX - 1), {
    severity: "error",
    path: about.path ?? [],
    what: `${more} more problems`,
    why: "only the first problems are shown",
    fix: "fix those first",
    code: "HA1001",
  }];
}

/** The field at a path, or undefined. Indexes of arrays are ignored. */
export function fieldAt(
  fields: readonly Field[] | undefined,
  path: Diagnostic["path"],
): Field | undefined {
  let members = fields;
  let found: Field | undefined;
  let hidden = false;
  for (const step of path) {
    if (typeof step === "number") continue;
    found = members?.find(({ fieldname }) => fieldname === step);
    if (found === undefined) return undefined;
    hidden ||= isSecret(found);
    members = found.fields;
  }
  // Members of a secret group are secret.
  return found !== undefined && hidden ? { ...found, secret: true } : found;
}

function ofIssue(issue: AnyIssue, about: About): readonly Diagnostic[] {
  const inner = issue.path.filter((step) => typeof step !== "symbol");
  const at = (steps: Diagnostic["path"], problem: Problem): Diagnostic => {
    const path = [...(about.path ?? []), ...steps];
    const line = about.lineOf?.(steps);
    return {
      severity: "error",
      path,
      code: "HA1001",
      ...problem,
      ...(line === undefined ? {} : { line }),
    };
  };
  if (issue.code !== "unrecognized_keys") return [at(inner, problemOf(issue, inner, about))];
  const field = fieldAt(about.fields, inner);
  const members = inner.length === 0 ? about.fields : field?.fields;
  const known = members?.map(({ fieldname }) => fieldname) ?? about.namesAt?.(inner);
  return issue.keys.map((key) =>
    at([...inner, key], {
      what: `${quoted(undefined, key)} is not known here`,
      why: known === undefined
        ? "no field has that name"
        : known.length === 0
        ? "there are no fields here"
        : `the names are ${listed(known)}`,
      fix: `correct the name or remove it.${didYouMean(key, known ?? [])}`,
      code: "HA1002",
    })
  );
}

function problemOf(
  issue: Exclude<AnyIssue, { code: "unrecognized_keys" }>,
  inner: Diagnostic["path"],
  about: About,
): Problem {
  const field = fieldAt(about.fields, inner);
  const value = valueAt(about.input, inner);
  const name = inner.at(-1);
  const subject = name === undefined ? "the configuration" : `"${name}"`;
  if (value === undefined && issue.code !== "custom") return missing(subject, false);
  switch (issue.code) {
    case "custom": {
      const { why, fix } = issue.params ?? {};
      return {
        what: issue.message,
        why: typeof why === "string" ? why : "it breaks a rule of this place",
        fix: typeof fix === "string" ? fix : "correct it",
      };
    }
    case "invalid_type":
      if (value === "" && issue.expected === "string") return missing(subject, true);
      return {
        what: `${subject} is ${kindOf(value)}`,
        why: `it must be ${expectedText(issue.expected)}`,
        fix: `write it as ${expectedText(issue.expected)}`,
      };
    case "too_small":
    case "too_big":
      return sizeProblem(issue, subject, quoted(field, value));
    case "invalid_value": {
      const choices = issue.values.map(String);
      return {
        what: `${quoted(field, value)} is not one of the choices`,
        why: choices.length === 1
          ? `it must be ${choices[0]}`
          : `the choices are ${listed(choices)}`,
        fix: `use one of them.${typeof value === "string" ? didYouMean(value, choices) : ""}`,
      };
    }
    default:
      return {
        what: `${subject} is not valid`,
        why: field !== undefined && isSecret(field)
          ? "it breaks a rule of this place"
          : issue.message,
        fix: "correct it",
      };
  }
}

/** A value that is too small or too large, or has too few or too many characters or items. */
function sizeProblem(
  issue: Extract<AnyIssue, { code: "too_small" | "too_big" }>,
  subject: string,
  shown: string,
): Problem {
  const small = issue.code === "too_small";
  const limit = small ? issue.minimum : issue.maximum;
  const thing = issue.origin === "array" ? "item" : "character";
  const counted = issue.origin === "array" || issue.origin === "string";
  const unit = counted ? ` ${thing}${Number(limit) === 1 ? "" : "s"}` : "";
  return {
    what: unit === ""
      ? `${shown} is too ${small ? "small" : "large"}`
      : `${subject} has too ${small ? "few" : "many"} ${thing}s`,
    why: `the ${small ? "least" : "most"} is ${limit}${unit}`,
    fix: `make it ${limit}${unit} or ${small ? "more" : unit === "" ? "less" : "fewer"}`,
  };
}

function missing(subject: string, isEmpty: boolean): Problem {
  return {
    what: `${subject} is missing`,
    why: isEmpty ? "it is required, and empty counts as missing" : "it is required",
    fix: subject === "the configuration" ? "give it" : `give a value for ${subject}`,
    code: "HA1003",
  };
}

function expectedText(expected: string): string {
  switch (expected) {
    case "object":
    case "record":
      return "a group of values";
    case "array":
      return "a list";
    case "string":
      return "text";
    case "int":
      return "a whole number";
    default:
      return `a ${expected}`;
  }
}

function valueAt(input: unknown, path: Diagnostic["path"]): unknown {
  let value = input;
  for (const step of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) {
      return undefined;
    }
    value = (value as Readonly<Record<string | number, unknown>>)[step];
  }
  return value;
}

/** Names in a row; not all of them if there are many. */
function listed(names: readonly string[]): string {
  return names.length <= 24 ? names.join(", ") : `${names.slice(0, 24).join(", ")} and others`;
}
