/**
 * The effective values of a node configuration: what its file says, what defaults add, and where each
 * value comes from. Values of secrets are hidden.
 *
 * @module
 */
import { isSecretName } from "../../../metadata/agents/mod.ts";
import { isSecret } from "../../../metadata/facts.ts";
import type { Field } from "../../../metadata/field.ts";
import type { Manifests } from "../../site/consent/manifests.ts";
import { nodeFields } from "../../site/node_config/fields.ts";

/** One value. */
export interface Effective {
  /** As `media[0].address`. */
  readonly name: string;
  /** Undefined: it is not set. */
  readonly value: unknown;
  readonly from: "file" | "default" | "not set";
}

type Values = Readonly<Record<string, unknown>>;

/** All values of a configuration that can be used. @param raw what its file holds */
export function effective(raw: Values, manifests: Manifests): readonly Effective[] {
  return rowsOf(nodeFields, raw, "", manifests);
}

function rowsOf(
  fields: readonly Field[],
  raw: Values,
  before: string,
  manifests: Manifests,
): readonly Effective[] {
  const { plugin } = raw;
  const own = typeof plugin === "string" ? manifests.get(plugin)?.config ?? [] : [];
  const known = new Set(fields.map(({ fieldname }) => fieldname));
  // What a plugin says of a parameter is more exact than what the daemons know of it.
  const all: readonly Field[] = [
    ...fields.map((field) => own.find(({ fieldname }) => fieldname === field.fieldname) ?? field),
    ...own.filter(({ fieldname }) => !known.has(fieldname)),
  ];
  const named = new Set(all.map(({ fieldname }) => fieldname));
  return [
    ...all.flatMap((field) => rowOf(field, raw, before, manifests)),
    ...Object.entries(raw).filter(([name]) => !named.has(name)).map(([name, value]) => ({
      name: `${before}${name}`,
      value: isSecretName(name) ? "***" : value,
      from: "file" as const,
    })),
  ];
}

function rowOf(
  field: Field,
  raw: Values,
  before: string,
  manifests: Manifests,
): readonly Effective[] {
  const { fieldname, basictype, fields = [], isarray } = field;
  const name = `${before}${fieldname}`;
  const isGiven = Object.hasOwn(raw, fieldname);
  const value: unknown = isGiven ? raw[fieldname] : field.default;
  if (basictype === "struct" && value !== undefined) {
    const entries: readonly unknown[] = isarray === true && Array.isArray(value) ? value : [value];
    if (entries.length > 0) {
      return entries.flatMap((entry, at) =>
        rowsOf(
          fields,
          typeof entry === "object" && entry !== null ? { ...entry } : {},
          isarray === true ? `${name}[${at}].` : `${name}.`,
          manifests,
        )
      );
    }
  }
  const isHidden = value !== undefined && (isSecret(field) || isSecretName(fieldname)) &&
    fieldname !== "authkeys" && fieldname !== "secrets";
  return [{
    name,
    value: isHidden ? "***" : value,
    from: isGiven ? "file" : value === undefined ? "not set" : "default",
  }];
}
