/**
 * The grant of an instance: the permission templates of its manifest, filled from its checked
 * configuration.
 *
 * A value fills one place of one template and can never widen it (`metadata/permission.ts`), even
 * if the field's type allows more, since the result becomes a flag or a worker's permission set.
 *
 * @module
 */
import { type Checked, type Diagnostic, problem } from "../metadata/diagnostic.ts";
import { quoted } from "../metadata/facts.ts";
import { messageOf } from "../metadata/message_of.ts";
import { isPermission, plainIn } from "../metadata/permission.ts";
import {
  type PermissionName,
  permissionNames,
  type Permissions,
  placeholders,
} from "./manifest.ts";

/** Maximum entries of one permission, after lists are filled in. */
const entriesMax = 256;

/**
 * Fills the templates. A template that names an optional field without a value is left out; one
 * that names a list gives an entry for each item, and fields of one item belong together: the
 * address of one item never meets the port of another.
 *
 * @param denoPath the value of `{deno}`; a template with it is rejected if it is unknown
 */
export function fill(
  permissions: Permissions,
  config: unknown,
  denoPath?: string,
): Checked<Permissions> {
  const granted: Partial<Record<PermissionName, readonly string[]>> = {};
  const diagnostics: Diagnostic[] = [];
  const values = { ...asRecord(config), deno: denoPath };
  const fix = "give the field one plain value, or correct the template in the manifest";
  for (const name of permissionNames) {
    const entries = new Set<string>();
    for (const [at, template] of (permissions[name] ?? []).entries()) {
      try {
        for (const entry of fillings(name, template, values)) entries.add(entry);
        if (entries.size > entriesMax) throw new RangeError(`${name} has ${entries.size} entries`);
      } catch (error) {
        const what = `"${template}" cannot be filled`;
        diagnostics.push(problem(["permissions", name, at], what, messageOf(error), fix, "HA2013"));
      }
    }
    if (entries.size > 0) granted[name] = [...entries];
  }
  if (diagnostics.length > 0) return { ok: false, diagnostics };
  return { ok: true, value: granted, warnings: [] };
}

/** All fillings of one template. Throws with the reason if there can be none. */
function fillings(name: PermissionName, template: string, config: unknown): string[] {
  let unfolded = [config];
  for (const placeholder of placeholders(template)) {
    unfolded = unfolded.flatMap((one) => [...unfold(one, placeholder.split("."))]);
    if (unfolded.length > entriesMax) {
      throw new RangeError(`it has more than ${entriesMax} entries`);
    }
  }
  return unfolded.map((one) => {
    const filled = template.replace(/\{([^{}]*)\}/g, (whole, placeholder: string) => {
      const path = placeholder.split(".");
      const value = path.reduce<unknown>((inner, step) => asRecord(inner)[step], one);
      const plain = plainIn(name, template, whole, value);
      if (plain !== undefined) return plain;
      throw new TypeError(`the value ${quoted(undefined, value)} of "${placeholder}" is not plain`);
    });
    if (isPermission(name, filled)) return filled;
    throw new TypeError(`${quoted(undefined, filled)} is not a permission of kind ${name}`);
  });
}

/** The same configuration for each item of every list on the path; none if there is no value. */
function* unfold(value: unknown, path: readonly string[]): Generator<unknown> {
  const [step, ...rest] = path;
  if (value === undefined || value === null) return;
  if (Array.isArray(value)) { for (const item of value) yield* unfold(item, path); }
  else if (step === undefined) yield value;
  else {
    for (const inner of unfold(asRecord(value)[step], rest)) {
      yield { ...asRecord(value), [step]: inner };
    }
  }
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? value as Record<string, unknown> : {};
}
