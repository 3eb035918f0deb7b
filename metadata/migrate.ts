/**
 * Converts a configuration that was written for an earlier version to the present one.
 *
 * The steps are data, like fields. They run without any code of the plugin, a person can see in
 * advance what will change, and only then is the configuration on disk changed.
 *
 * @module
 */
import type { Checked, Diagnostic } from "./diagnostic.ts";
import type { Field, FieldValue } from "./field.ts";
import { isSecret } from "./facts.ts";

/** One step. Names are those of fields at the top of the configuration. */
export type MigrationStep =
  /** Renames the field; its value stays. */
  | { readonly type: "rename"; readonly from: string; readonly to: string }
  /** Removes the field and its value. */
  | { readonly type: "remove"; readonly name: string }
  /** Sets this value if there is none, to keep the behaviour when a default changes. */
  | { readonly type: "set"; readonly name: string; readonly value: FieldValue }
  /** Replaces values that have new names. */
  | {
    readonly type: "replace";
    readonly name: string;
    readonly values: Readonly<Record<string, FieldValue>>;
  }
  /** Converts numbers to another unit: seconds to milliseconds is a factor of 1000. */
  | { readonly type: "scale"; readonly name: string; readonly by: number }
  /** One value becomes a list of one. */
  | { readonly type: "list"; readonly name: string };

/** The changes of one version of the configuration. */
export interface Migration {
  /** The version after this migration; versions are rising whole numbers. */
  readonly to: number;
  /** The steps, in order. */
  readonly steps: readonly MigrationStep[];
}

/** A converted configuration, still to be checked. */
export interface Migrated {
  /** Its new version. */
  readonly version: number;
  /** The values, not yet checked. */
  readonly input: Readonly<Record<string, unknown>>;
}

/** The version of a configuration without one. */
export const FIRST_VERSION = 1;

/**
 * Converts `input` from `version` to the newest of `migrations`. Each change is a warning that
 * describes the change; a configuration that is newer than the newest is rejected.
 *
 * @param fields present ones: the values of those that are secret are not quoted.
 */
export function migrate(
  input: Readonly<Record<string, unknown>>,
  version: number,
  migrations: readonly Migration[],
  fields: readonly Field[] = [],
): Checked<Migrated> {
  const newest = migrations.reduce((most, { to }) => Math.max(most, to), FIRST_VERSION);
  if (!Number.isSafeInteger(version) || version < FIRST_VERSION || version > newest) {
    return {
      ok: false,
      diagnostics: [{
        severity: "error",
        path: [],
        what: `the configuration has version ${version}`,
        why: version > newest
          ? `the newest known version is ${newest}`
          : `versions are whole numbers from ${FIRST_VERSION}`,
        fix: version > newest
          ? "upgrade the plugin, or write a new configuration"
          : "correct the version",
        code: "HA1001",
      }],
    };
  }
  const warnings: Diagnostic[] = [];
  let values = new Map(Object.entries(input));
  for (const { to, steps } of migrations.toSorted((a, b) => a.to - b.to)) {
    if (to <= version) continue;
    for (const step of steps) {
      const done = apply(values, step);
      if (done === undefined) continue;
      values = done.values;
      const secret = fields.some((field) => field.fieldname === done.name && isSecret(field));
      warnings.push({
        severity: "warning",
        path: [done.name],
        what: `${done.what}${
          done.value === undefined || secret ? "" : ` ${JSON.stringify(done.value)}`
        }`,
        why: `the configuration was converted to version ${to}`,
        fix: "check it and save it",
        code: "HA1010",
      });
    }
  }
  return { ok: true, value: { version: newest, input: Object.fromEntries(values) }, warnings };
}

/**
 * Moves values of deprecated fields to what replaces them, where that is one field that has no
 * value yet: fence agents have renamed hundreds of parameters so. Others stay as they are.
 */
export function replaceDeprecated(
  fields: readonly Field[],
  input: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const values = new Map(Object.entries(input));
  for (const { fieldname, deprecated } of fields) {
    const by = typeof deprecated === "object" ? deprecated.by ?? [] : [];
    const [to] = by;
    if (by.length !== 1 || to === undefined || !values.has(fieldname) || values.has(to)) continue;
    if (!fields.some((field) => field.fieldname === to)) continue;
    values.set(to, values.get(fieldname));
    values.delete(fieldname);
  }
  return Object.fromEntries(values);
}

interface Done {
  readonly values: Map<string, unknown>;
  /** The changed field. */
  readonly name: string;
  readonly what: string;
  /** The new value, if it is worth showing. */
  readonly value?: unknown;
}

/** The values after a step; undefined if the step changed nothing. */
function apply(before: ReadonlyMap<string, unknown>, step: MigrationStep): Done | undefined {
  const values = new Map(before);
  switch (step.type) {
    case "rename": {
      if (!values.has(step.from)) return undefined;
      // If both are given, the new name wins.
      if (!values.has(step.to)) values.set(step.to, values.get(step.from));
      values.delete(step.from);
      return { values, name: step.to, what: `"${step.from}" became "${step.to}"` };
    }
    case "remove":
      return values.delete(step.name)
        ? { values, name: step.name, what: `"${step.name}" was removed` }
        : undefined;
    case "set":
      if (values.has(step.name)) return undefined;
      values.set(step.name, step.value);
      return { values, name: step.name, what: `"${step.name}" was set to`, value: step.value };
    case "replace": {
      const value = values.get(step.name);
      const key = `${value}`;
      if (value === undefined || !Object.hasOwn(step.values, key)) return undefined;
      values.set(step.name, step.values[key]);
      return { values, name: step.name, what: `"${step.name}" became`, value: step.values[key] };
    }
    case "scale": {
      const value = values.get(step.name);
      const number = typeof value === "string" && /^\d+$/.test(value.trim())
        ? Number(value)
        : value;
      if (typeof number !== "number") return undefined;
      values.set(step.name, number * step.by);
      return { values, name: step.name, what: `"${step.name}" became`, value: number * step.by };
    }
    case "list": {
      const value = values.get(step.name);
      if (value === undefined || Array.isArray(value)) return undefined;
      values.set(step.name, [value]);
      return { values, name: step.name, what: `"${step.name}" became a list` };
    }
  }
}
