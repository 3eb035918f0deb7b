/**
 * Converts a path within a configuration to the name of a control, and back.
 *
 * @module
 */
import type { Diagnostic } from "../diagnostic.ts";

/** Steps of a path at most. */
const STEPS_MAX = 32;

/** `["outlets", 0, "name"]` as `outlets.0.name`; dots within a name are escaped. */
export function controlName(path: Diagnostic["path"]): string {
  return path.map((step) =>
    typeof step === "number"
      ? `${step}`
      : encodeURIComponent(step.toWellFormed()).replaceAll(".", "%2E")
  ).join(".");
}

/** The path of a control's name; undefined if it is none. Digits alone are an index. */
export function controlPath(name: string): readonly (string | number)[] | undefined {
  const steps = name.split(".");
  if (steps.length > STEPS_MAX) return undefined;
  try {
    return steps.map((step) => /^\d{1,6}$/.test(step) ? Number(step) : decodeURIComponent(step));
  } catch {
    return undefined;
  }
}
