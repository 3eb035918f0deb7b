/**
 * The id of a new constraint: the one that was asked for, else one made of its parts.
 *
 * @module
 */
import type { Draft } from "../document/draft.ts";
import { type Parameter, textOf, type Values } from "../operation.ts";
import { isNewId, type Problems } from "../problems.ts";

/** The parameter for it. */
export const idParameter: Parameter = {
  name: "id",
  type: "string",
  value: "ID",
  summary: "Id of the constraint; made from its parts if left out",
};

/** The id. */
export function idOf(
  draft: Draft,
  values: Values,
  parts: readonly (string | undefined)[],
  problems: Problems,
): string {
  const given = textOf(values, "id");
  if (given === undefined) {
    return draft.freeId(parts.filter((part) => part !== undefined).join("-"));
  }
  isNewId(draft, "constraint", given, problems);
  return given;
}

/** Roles as the configuration language has them, by what people write. */
const roles: Readonly<Record<string, string>> = {
  started: "Started",
  stopped: "Stopped",
  promoted: "Promoted",
  unpromoted: "Unpromoted",
  master: "Promoted",
  slave: "Unpromoted",
};

/** A role; else a problem. */
export function roleIn(values: Values, name: string, problems: Problems): string | undefined {
  const text = textOf(values, name);
  if (text === undefined) return undefined;
  const role = Object.hasOwn(roles, text.toLowerCase()) ? roles[text.toLowerCase()] : undefined;
  if (role === undefined) {
    problems.wrong(`"${text}" is no role. Fix: write Started, Stopped, Promoted or Unpromoted`);
  }
  return role;
}
