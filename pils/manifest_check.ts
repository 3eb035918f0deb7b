/**
 * Checks what a `manifest.ts` exports: all problems at once, each with its place and its mend.
 *
 * @module
 */
import { z } from "zod";
import type { Checked, Diagnostic } from "../metadata/diagnostic.ts";
import type { Field } from "../metadata/field.ts";
import type { Manifest } from "./manifest.ts";
import { apiVersion } from "./handler.ts";
import { placeholders } from "./grant.ts";

/** A kind, and a name within it. */
const word = z.string().regex(/^[a-z][a-z0-9_]{0,39}$/, "small letters, digits and _, 40 at most");
const text = z.record(z.string().regex(/^[a-zA-Z]{2,3}(-[a-zA-Z0-9]+)*$/), z.string().max(4_000));
const value: z.ZodType = z.lazy(() =>
  z.union([
    z.string(),
    z.number(),
    z.boolean(),
    z.array(value).max(1_000),
    z.record(z.string(), value),
  ])
);
const size = z.number().int().min(0);
const choice = z.union([z.string(), z.strictObject({ value: z.string(), label: text.optional() })]);

const field: z.ZodType = z.lazy(() =>
  z.strictObject({
    fieldname: z.string().regex(/^[A-Za-z_][A-Za-z0-9_.-]{0,79}$/, "letters, digits, _ . and -"),
    basictype: z.enum(["string", "integer", "number", "boolean", "enum", "struct"]),
    specialtype: z.string().optional(),
    label: text.optional(),
    isarray: z.boolean().optional(),
    minitems: size.optional(),
    maxitems: size.optional(),
    fields: z.array(field).max(200).optional(),
    length: size.optional(),
    regex: z.string().max(1_000).refine(isRegex, "not a regular expression").optional(),
    minimum: z.number().optional(),
    maximum: z.number().optional(),
    unit: z.string().optional(),
    choices: z.array(choice).max(1_000).optional(),
    default: value.optional(),
    required: z.boolean().optional(),
    unique: z.union([z.boolean(), z.string()]).optional(),
    secret: z.boolean().optional(),
    reloadable: z.boolean().optional(),
    deprecated: z.union([
      z.boolean(),
      z.strictObject({ by: z.array(z.string()).optional(), text: text.optional() }),
    ]).optional(),
    showif: z.strictObject({ field: z.string(), is: z.array(value) }).optional(),
    choicesfrom: z.string().optional(),
    class: z.string().optional(),
    order: z.number().optional(),
    getopt: z.string().optional(),
    short_text: text.optional(),
    long_text: text.optional(),
  })
);

const templates = z.array(z.string().min(1).max(500)).max(100).optional();

/** The form of a manifest; `z.toJSONSchema` makes the published schema of it. */
export const manifestSchema = z.strictObject({
  kind: word,
  name: word,
  version: z.string().regex(
    /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$/,
    "a semantic version, such as 1.2.3",
  ),
  api: z.string().refine((api) => apiVersion(api) !== undefined, "kind/number, such as stonith/1"),
  summary: text.refine((said) => said["en"] !== undefined, "needs an entry for en"),
  config: z.array(field).max(200),
  permissions: z.strictObject({
    net: templates,
    read: templates,
    write: templates,
    run: templates,
    env: templates,
    ffi: templates,
    sys: templates,
  }),
  isolation: z.enum(["inline", "worker", "process"]).optional(),
  license: z.string().min(1),
  homepage: z.url().optional(),
  author: z.string().optional(),
});

/** The manifest, or all that is wrong with it. */
export function checkManifest(input: unknown): Checked<Manifest> {
  const parsed = manifestSchema.safeParse(input);
  if (!parsed.success) {
    return { ok: false, diagnostics: parsed.error.issues.map((issue) => said(issue, input)) };
  }
  // The schema is the type, which zod cannot say of `exactOptionalPropertyTypes`.
  const manifest = parsed.data as Manifest;
  const diagnostics = [...kindDiagnostics(manifest), ...permissionDiagnostics(manifest)];
  return diagnostics.length > 0
    ? { ok: false, diagnostics }
    : { ok: true, value: manifest, warnings: [] };
}

function kindDiagnostics({ kind, api, config }: Manifest): Diagnostic[] {
  const found: Diagnostic[] = [];
  if (!api.startsWith(`${kind}/`)) {
    found.push(error(["api"], `"${api}" is not a contract of kind "${kind}"`, {
      why: "a plugin implements the interface of its kind",
      mend: `write "${kind}/1", or the number the handler serves`,
    }));
  }
  const seen = new Set<string>();
  config.forEach(({ fieldname }, at) => {
    if (seen.has(fieldname)) {
      found.push(error(["config", at, "fieldname"], `"${fieldname}" is there twice`, {
        why: "a field is known by its name",
        mend: "give each field a name of its own",
      }));
    }
    seen.add(fieldname);
  });
  return found;
}

function permissionDiagnostics({ permissions, config }: Manifest): Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const [name, entries] of Object.entries(permissions)) {
    (entries as readonly string[] | undefined)?.forEach((template, at) => {
      for (const placeholder of placeholders(template)) {
        if (placeholder === "deno") continue;
        const named = fieldAt(config, placeholder.split("."));
        const path = ["permissions", name, at];
        if (named === undefined) {
          found.push(error(path, `"${template}" names "${placeholder}", which is no field`, {
            why: "a template is filled from the configuration of the instance",
            mend: `name one of ${config.map((f) => f.fieldname).join(", ") || "(no fields)"}`,
          }));
        } else if (named.secret === true) {
          found.push(error(path, `"${template}" names "${placeholder}", which is secret`, {
            why: "permissions are shown, logged and put in an argument vector",
            mend: "take the secret out of the template",
          }));
        }
      }
    });
  }
  return found;
}

function fieldAt(fields: readonly Field[], [first, ...rest]: readonly string[]): Field | undefined {
  const found = fields.find((field) => field.fieldname === first);
  return rest.length === 0 ? found : fieldAt(found?.fields ?? [], rest);
}

function said(issue: z.core.$ZodIssue, input: unknown): Diagnostic {
  const path = issue.path.map((step) => typeof step === "number" ? step : String(step));
  const given = path.reduce<unknown>(
    (inner, step) =>
      typeof inner === "object" && inner !== null ? Reflect.get(inner, step) : undefined,
    input,
  );
  const quoted = given === undefined ? "nothing" : JSON.stringify(given)?.slice(0, 80) ??
    `a ${typeof given}`;
  return error(path, `${quoted} is not what a manifest says here`, {
    why: issue.message,
    mend: "see the manifest type of pils/manifest.ts",
  });
}

function error(
  path: Diagnostic["path"],
  what: string,
  { why, mend }: { readonly why: string; readonly mend: string },
): Diagnostic {
  return { severity: "error", path, what, why, mend };
}

function isRegex(source: string): boolean {
  try {
    new RegExp(source, "v");
    return true;
  } catch {
    return false;
  }
}
