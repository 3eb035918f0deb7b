/**
 * Reads one `parameter` element of any dialect as a field.
 *
 * @module
 */
import { check } from "../check.ts";
import type { Diagnostic } from "../diagnostic.ts";
import type { Field } from "../field.ts";
import type { XmlElement } from "../xml/mod.ts";
import { childrenOf, textOf, textsOf } from "./element.ts";
import { isSecretName } from "./secret_names.ts";

/** What was read, and whether the parameter had a `content` element. */
export interface ReadParameter {
  readonly field: Field;
  readonly bare: boolean;
}

/** Reads a parameter that has a name. `deprecated` of fence agents needs the others: see `fence.ts`. */
export function readParameter(parameter: XmlElement): ReadParameter {
  const { name = "", required, unique, reloadable } = parameter.attributes;
  const group = parameter.attributes["unique-group"];
  const content = childrenOf(parameter, "content")[0];
  const given = content?.attributes.default;
  const short = textsOf(parameter, "shortdesc");
  const long = textsOf(parameter, "longdesc");
  const getopt = childrenOf(parameter, "getopt")[0]?.attributes.mixed;
  const gone = childrenOf(parameter, "deprecated")[0];
  const field: Field = {
    fieldname: name,
    ...contentType(content),
    ...(given === undefined ? {} : { default: given }),
    ...(isOn(required) ? { required: true } : {}),
    // A parameter that is unique by itself is in a group of its own name (OCF 1.1).
    ...(group !== undefined && group !== name
      ? { unique: group }
      : isOn(unique) || group !== undefined
      ? { unique: true }
      : {}),
    ...(isSecretName(name) || isOn(parameter.attributes.private) ? { secret: true } : {}),
    ...(isOn(reloadable) ? { reloadable: true } : {}),
    ...(gone === undefined ? {} : { deprecated: replacement(gone) }),
    ...(getopt === undefined ? {} : { getopt }),
    ...(short === undefined ? {} : { short_text: short }),
    ...(long === undefined ? {} : { long_text: long }),
  };
  return { field, bare: content === undefined };
}

/** The tolerated errors of a parameter. */
export function* parameterSlips(
  { field, bare }: ReadParameter,
  path: Diagnostic["path"],
  line: number | undefined,
): Generator<Diagnostic> {
  const slip = (what: string, why: string, fix: string): Diagnostic => ({
    severity: "warning",
    path,
    what,
    why,
    fix,
    code: "HA7007",
    ...(line === undefined ? {} : { line }),
  });
  const name = field.fieldname;
  if (!/^[A-Za-z_][A-Za-z0-9_.:-]*$/.test(name)) {
    yield slip(
      `${JSON.stringify(name)} is not a portable parameter name`,
      "shell scripts and configurations cannot use it",
      "use letters, digits and underscores",
    );
  }
  if (bare) {
    yield slip(`"${name}" has no content element`, "its type is unknown", "add one");
  }
  if (!KNOWN.has(contentTypeOf(field))) {
    yield slip(
      `"${name}" has the unknown type "${field.specialtype}"`,
      "it is treated as text",
      `use one of ${[...KNOWN].join(", ")}`,
    );
  }
  if (field.basictype === "enum" && !field.choices?.length) {
    yield slip(`"${name}" is a choice without options`, "any text is accepted", "add the options");
  }
  if (field.short_text === undefined) {
    yield slip(`"${name}" has no shortdesc`, "a form cannot show a caption for it", "add one");
  }
  if (field.default === undefined) return;
  const { required: _required, deprecated: _deprecated, secret: _secret, ...alone } = field;
  const checked = check([alone], { [name]: field.default });
  if (checked.ok) return;
  for (const { what, why } of checked.diagnostics) {
    yield slip(
      `the default of "${name}" is invalid: ${what}`,
      `${why}; the default is ignored`,
      "correct or remove it",
    );
  }
}

const KNOWN: ReadonlySet<string> = new Set(["string", "integer", "boolean", "select", "second"]);

function contentTypeOf(field: Field): string {
  return field.basictype === "string" && field.specialtype !== undefined
    ? field.specialtype
    : "string";
}

function contentType(
  content: XmlElement | undefined,
): Pick<Field, "basictype" | "specialtype" | "unit" | "choices"> {
  const type = content?.attributes.type;
  switch (type) {
    case undefined:
    case "string":
      return { basictype: "string" };
    case "integer":
    case "boolean":
      return { basictype: type };
    case "second":
      return { basictype: "integer", specialtype: "duration", unit: "s" };
    case "select":
      return {
        basictype: "enum",
        choices: childrenOf(content, "option").map(({ attributes }) => attributes.value ?? ""),
      };
    default:
      // A type that no standard has: kept by its name, so that it can be written again.
      return { basictype: "string", specialtype: type };
  }
}

function replacement(gone: XmlElement): NonNullable<Field["deprecated"]> {
  const by = childrenOf(gone, "replaced-with").map(({ attributes }) => attributes.name ?? "")
    .filter((name) => name !== "");
  const texts = textsOf(gone, "desc");
  if (by.length === 0 && texts === undefined) return true;
  return {
    ...(by.length === 0 ? {} : { by }),
    ...(texts === undefined ? {} : { text: texts }),
  };
}

function isOn(value: string | undefined): boolean {
  return value !== undefined && ["1", "true", "yes", "on"].includes(value.trim().toLowerCase());
}

/** The text of the first child of a name. */
export function firstText(parent: XmlElement, name: string): string | undefined {
  const found = childrenOf(parent, name)[0];
  return found === undefined ? undefined : textOf(found);
}
