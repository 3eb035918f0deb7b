/**
 * Prints the JSON Schema of a manifest, for editors and other programs. It is published as
 * `manifest.schema.json`; regenerate that with `deno run metadata/manifest_schema.ts`.
 *
 * @module
 */
import { z } from "zod";
import { manifestSchema } from "./manifest_check.ts";

/** The schema as text. */
export function manifestSchemaText(): string {
  const { $schema, ...schema } = z.toJSONSchema(manifestSchema, { io: "input" });
  const title = "Manifest of a plugin";
  return `${JSON.stringify({ $schema, title, ...schema }, null, 2)}\n`;
}

if (import.meta.main) console.log(manifestSchemaText().trimEnd());
