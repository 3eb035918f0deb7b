/**
 * Checks what a `manifest.ts` exports: all problems at once, each with its location and fix.
 *
 * @module
 */
import { z } from "zod";
import { checkFields } from "./check_fields.ts";
import { fieldSchema } from "./field_schema.ts";
import { diagnose, fieldAt } from "./diagnose.ts";
import { isSecret } from "./facts.ts";
import type { Field } from "./field.ts";
import { type Checked, type Diagnostic, problem } from "./diagnostic.ts";
import { unprintableIn } from "./printable.ts";
import {
  apiVersion,
  isolations,
  type Manifest,
  permissionNames,
  placeholders,
} from "./manifest.ts";
import { regexProblem } from "./regex.ts";
import { isPermission, permissionExample } from "./permission.ts";

/** A kind, and a name within it. */
const word = z.string().regex(/^[a-z][a-z0-9_]{0,39}$/, "small letters, digits and _, 40 at most");
/** Text on one line: runs of blanks could push the rest to the start of a new line. */
const line = (lengthMax: number) =>
  z.string().max(lengthMax).regex(/^(?:\S+(?: \S+)*)?$/, "one line, single blanks between words");
const text = z.record(z.string().regex(/^[a-zA-Z]{2,3}(-[a-zA-Z0-9]+)*$/), line(200));
const templates = z.array(z.string().min(1).max(500)).max(100).exactOptional();

/** The form of a manifest; `z.toJSONSchema` makes the published schema of it. */
export const manifestSchema = z.strictObject({
  kind: word,
  name: word,
  version: z.string().max(100).regex(
    /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$/,
    "a semantic version, such as 1.2.3",
  ),
  api: z.string().refine((api) => apiVersion(api) !== undefined, "kind/number, such as stonith/1"),
  summary: text.refine((said) => said["en"] !== undefined, "needs an entry for en"),
  config: z.array(fieldSchema),
  permissions: z.strictObject({
    net: templates,
    read: templates,
    write: templates,
    run: templates,
    env: templates,
    ffi: templates,
    sys: templates,
  }),
  family: z.strictObject({ field: z.string().max(128), types: z.string().max(200) })
    .exactOptional(),
  isolation: z.enum(isolations).exactOptional(),
  license: line(100).min(1),
  homepage: z.url({ protocol: /^https?$/ }).max(500).exactOptional(),
  author: line(100).exactOptional(),
});

/** Known names in a manifest and in its permissions, for "Did you mean". */
const known: Readonly<Record<string, readonly string[]>> = {
  "": Object.keys(manifestSchema.shape),
  permissions: Object.keys(manifestSchema.shape.permissions.shape),
};

/** The manifest, or all its problems. */
export function checkManifest(input: unknown): Checked<Manifest> {
  // The fields are checked first and separately, since they depend on each other and have a maximum
  // depth.
  const given = typeof input === "object" && input !== null ? input : {};
  const fields = checkFields(Reflect.get(given, "config"), { path: ["config"] });
  const head = fields.ok ? { ...given, config: [...fields.value] } : { ...given, config: [] };
  const parsed = manifestSchema.safeParse(head);
  const diagnostics = [
    ...parsed.success ? [] : diagnose(parsed.error.issues, {
      input: head,
      namesAt: (path) => known[path.join(".")],
    }),
    ...fields.ok ? [] : fields.diagnostics,
    ...parsed.success && fields.ok
      ? [...inconsistencies(parsed.data), ...unprintable(parsed.data, [])]
      : [],
  ];
  return parsed.success && diagnostics.length === 0
    ? { ok: true, value: parsed.data, warnings: fields.ok ? fields.warnings : [] }
    : { ok: false, diagnostics };
}

/** Texts of a manifest are shown to the person who is asked for consent. */
function unprintable(value: unknown, path: Diagnostic["path"]): Diagnostic[] {
  if (typeof value === "string") {
    const lines = path.some((step) => step === "long_text");
    const found = unprintableIn(lines ? value.replaceAll(/[\n\t]/g, "") : value);
    return found === undefined ? [] : [problem(
      path,
      `it holds the character ${found}`,
      "such a character drives a terminal, reorders text or cannot be seen",
      "remove the character",
      "HA2013",
    )];
  }
  if (typeof value !== "object" || value === null) return [];
  const isList = Array.isArray(value);
  return Object.entries(value).flatMap(([key, inner]) => {
    const at = [...path, isList ? Number(key) : key];
    return [...isList ? [] : unprintable(key, path), ...unprintable(inner, at)];
  });
}

/** A family's types are bounded, and its field can take one of them. */
function familyProblems({ family, config }: Manifest): Diagnostic[] {
  if (family === undefined) return [];
  const found: Diagnostic[] = [];
  const field = config.find(({ fieldname }) => fieldname === family.field);
  if (field?.basictype !== "string" || field.required !== true || field.isarray === true) {
    found.push(problem(
      ["family", "field"],
      `"${family.field}" cannot take the type`,
      "a family needs a required field of basictype string for it",
      "add such a field to config, or name one",
      "HA2013",
    ));
  }
  const wrong = regexProblem(family.types);
  if (wrong !== undefined) {
    found.push(
      problem(["family", "types"], "the expression cannot be used", wrong, "simplify it", "HA2013"),
    );
  }
  return found;
}

function inconsistencies(manifest: Manifest): Diagnostic[] {
  const { kind, api, permissions } = manifest;
  const found = familyProblems(manifest);
  if (!api.startsWith(`${kind}/`)) {
    found.push(error(
      ["api"],
      `"${api}" is not a contract of kind "${kind}"`,
      "a plugin implements the interface of its kind",
      `write "${kind}/1", or the number the handler serves`,
    ));
  }
  for (const name of permissionNames) {
    for (const [at, template] of (permissions[name] ?? []).entries()) {
      found.push(...templateProblems(manifest, name, template, at));
    }
  }
  return found;
}

const error = (path: Diagnostic["path"], what: string, why: string, fix: string): Diagnostic => ({
  severity: "error",
  path,
  what,
  why,
  fix,
  code: "HA2013",
});

/** A template must be a permission as it stands, or become one from fields that it may name. */
function templateProblems(
  { config }: Manifest,
  name: (typeof permissionNames)[number],
  template: string,
  at: number,
): Diagnostic[] {
  const path = ["permissions", name, at];
  const named = placeholders(template);
  const found: Diagnostic[] = [];
  if (/[^\x20-\x7e]/.test(template)) {
    found.push(error(
      path,
      `${JSON.stringify(template)} holds a character that is not ASCII`,
      "a person who consents could take it for another",
      "rename what it names",
    ));
  }
  if (named.length === 0 && !isPermission(name, template)) {
    found.push(error(
      path,
      `"${template}" is not a permission of kind ${name}`,
      "a template without a field is granted as it is written, or not at all",
      `write it such as ${permissionExample(name)}`,
    ));
  }
  for (const placeholder of named) {
    const wrong = placeholder === "deno"
      ? name === "run" ? undefined : {
        what: 'names "deno", which is for run alone',
        why: "{deno} stands for the program that runs the daemons",
        fix: "take it out",
      }
      : placeholderProblem(config, placeholder);
    if (wrong !== undefined) {
      found.push(error(path, `"${template}" ${wrong.what}`, wrong.why, wrong.fix));
    }
  }
  return found;
}

/** Why a template may not name a field. */
function placeholderProblem(config: readonly Field[], placeholder: string) {
  const field = fieldAt(config, placeholder.split("."));
  if (field === undefined) {
    return {
      what: `names "${placeholder}", which is not a field`,
      why: "a template is filled from the configuration of the instance",
      fix: `name one of ${config.map((f) => f.fieldname).join(", ") || "(no fields)"}`,
    };
  }
  if (field.basictype === "struct") {
    return {
      what: `names "${placeholder}", which is a group`,
      why: "a place of a template takes one plain value",
      fix: `name a field of it, such as ${placeholder}.${field.fields?.[0]?.fieldname ?? "name"}`,
    };
  }
  if (!isSecret(field)) return undefined;
  return {
    what: `names "${placeholder}", which is secret`,
    why: "permissions are shown, logged and put in an argument vector",
    fix: "take the secret out of the template",
  };
}
