/**
 * Conditional fields: decides which fields apply, given the values so far.
 *
 * @module
 */
import type { Field, FieldValue } from "./field.ts";

/**
 * Whether a field is asked: its `showif` names a field of the same list that is itself asked and
 * has one of the values. A condition on a field that does not exist, or on itself by a detour, is
 * never fulfilled.
 */
export function isShown(
  field: Field,
  fields: readonly Field[],
  values: Readonly<Record<string, unknown>>,
): boolean {
  const seen = new Set<string>();
  for (let at: Field | undefined = field; at !== undefined;) {
    const condition: Field["showif"] = at.showif;
    if (condition === undefined) return true;
    if (seen.has(at.fieldname)) return false;
    seen.add(at.fieldname);
    if (!Object.hasOwn(values, condition.field)) return false;
    const value = values[condition.field];
    if (!condition.is.some((wanted) => isSame(wanted, value))) return false;
    at = fields.find(({ fieldname }) => fieldname === condition.field);
  }
  return false;
}

/** An array fulfils the condition with any of its items. */
function isSame(wanted: FieldValue, value: unknown): boolean {
  if (Array.isArray(value)) return value.some((item) => isSame(wanted, item));
  // Conditions read from XML are text where the checked value may be a number or a boolean.
  return typeof value !== "object" && typeof wanted !== "object" && `${wanted}` === `${value}`;
}
