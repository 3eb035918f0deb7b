/**
 * Checks a configuration against its fields: returns a typed value, or all errors.
 *
 * @example
 * ```ts
 * import { check } from "./check.ts";
 *
 * const checked = check(
 *   [
 *     { fieldname: "address", basictype: "string", specialtype: "host", required: true },
 *     { fieldname: "port", basictype: "integer", specialtype: "port", default: 161 },
 *   ],
 *   { address: "pdu.example.org" },
 *   { path: ["config"] },
 * );
 * if (checked.ok) console.log(checked.value.port); // 161
 * ```
 *
 * @module
 */
import { diagnose } from "./diagnose.ts";
import type { Checked, Diagnostic } from "./diagnostic.ts";
import type { ConfigOf, Field } from "./field.ts";
import { textIn } from "./text.ts";
import { isShown } from "./showif.ts";
import { type Values, valuesOf } from "./values.ts";

/** The options of a check. */
export interface CheckOptions {
  /** The path of the input within a larger one; added before the path of each diagnostic. */
  readonly path?: Diagnostic["path"];
  /** The line of the input of a path (without `path`), if the caller knows it. */
  readonly lineOf?: (path: Diagnostic["path"]) => number | undefined;
}

/** The type of a checked configuration: inferred from the fields, if the compiler knows them. */
export type CheckedConfig<Fs extends readonly Field[]> = readonly Field[] extends Fs ? Values
  : ConfigOf<Fs>;

/**
 * Checks `input` against `fields`. Defaults are filled; an unknown name is an error that
 * names the nearest field; the value of a secret is never quoted. Deprecated fields and those
 * that do not apply (`showif`) but are given cause a warning.
 */
export function check<const Fs extends readonly Field[]>(
  fields: Fs,
  input: unknown,
  options: CheckOptions = {},
): Checked<CheckedConfig<Fs>> {
  const { values, issues } = valuesOf(fields, input);
  if (issues.length > 0) {
    return { ok: false, diagnostics: diagnose(issues, { ...options, input, fields }) };
  }
  const value = values as CheckedConfig<Fs>;
  return {
    ok: true,
    value,
    warnings: warn(fields, input, values, options.path ?? [], options),
  };
}

function warn(
  fields: readonly Field[],
  input: unknown,
  values: Values,
  path: Diagnostic["path"],
  options: CheckOptions,
): readonly Diagnostic[] {
  const warnings: Diagnostic[] = [];
  for (const field of fields) {
    const { fieldname: name, deprecated, showif } = field;
    if (typeof input !== "object" || input === null || !Object.hasOwn(input, name)) continue;
    const at = [...path, name];
    const line = options.lineOf?.(at.slice(options.path?.length ?? 0));
    const say = (what: string, why: string, fix: string) =>
      warnings.push({
        severity: "warning",
        path: at,
        what,
        why,
        fix,
        code: "HA1010",
        ...(line === undefined ? {} : { line }),
      });
    if (deprecated) {
      const { by, text } = deprecated === true ? {} : deprecated;
      say(
        `"${name}" is deprecated`,
        textIn(text, "en") ?? "a later version may remove it",
        by?.length ? `use ${by.map((other) => `"${other}"`).join(", ")}` : "remove it",
      );
    }
    if (showif !== undefined && !isShown(field, fields, values)) {
      const wanted = showif.is.map((value) => JSON.stringify(value)).join(" or ");
      say(
        `"${name}" is not used`,
        `it applies only if "${showif.field}" is ${wanted}`,
        `remove it, or set "${showif.field}"`,
      );
    }
    const value = values[name];
    if (field.basictype === "struct" && field.isarray !== true && typeof value === "object") {
      const inner = (input as Readonly<Record<string, unknown>>)[name];
      warnings.push(...warn(field.fields ?? [], inner, value as Values, at, options));
    }
  }
  return warnings;
}
