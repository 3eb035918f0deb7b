/**
 * Data about an agent that a dialect cannot express, kept as JSON within the XML so that nothing is
 * lost.
 *
 * The document is written and read back; the residue is every value that came back different (see
 * `difference.ts`).
 *
 * @module
 */
import { z } from "zod";
import { fieldSchema } from "../field_schema.ts";
import { type Change, changed, changeOf, changeSchema } from "../difference.ts";
import { tooLarge } from "../size.ts";
import type { Agent } from "./agent.ts";

/** Maximum characters of a residue. */
const CHARACTERS_MAX = 1024 * 1024;

/** The residue as JSON, or undefined if reading back gave the agent itself. */
export function residueOf(agent: Agent, back: Agent): string | undefined {
  const { fields, ...about } = agent;
  const { fields: backFields, ...backAbout } = back;
  const names = (list: Agent["fields"]) => list.map(({ fieldname }) => fieldname).join("\n");
  const sameNames = names(fields) === names(backFields);
  const changes: Record<string, Change> = Object.create(null);
  for (const [index, field] of sameNames ? fields.entries() : []) {
    const change = changeOf({ ...backFields[index] }, { ...field });
    if (change !== undefined) changes[field.fieldname] = change;
  }
  const document = changeOf(backAbout, about);
  const residue = {
    v: 1,
    ...document,
    ...(Object.keys(changes).length === 0 ? {} : { ext: changes }),
    ...(sameNames ? {} : { fields }),
  };
  // `>` might end an instruction, and two characters XML does not have: JSON can spell them otherwise.
  return Object.keys(residue).length === 1 ? undefined : JSON.stringify(residue).replace(
    /[>\ufffe\uffff]/g,
    (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/**
 * Puts the residue back. Undefined if it is not ours: it may come from any source.
 */
export function withResidue(back: Agent, json: string): Agent | undefined {
  if (json.length > CHARACTERS_MAX) return undefined;
  let parsed: z.infer<typeof residueSchema>;
  try {
    const value: unknown = JSON.parse(json);
    if (tooLarge(value, "the residue") !== undefined) return undefined;
    parsed = residueSchema.parse(value);
  } catch {
    return undefined;
  }
  const { ext = {}, fields } = parsed;
  const made = {
    ...changed({ ...back }, parsed),
    fields: fields ??
      back.fields.map((field) =>
        Object.hasOwn(ext, field.fieldname) ? changed({ ...field }, ext[field.fieldname]!) : field
      ),
  };
  const agent = agentSchema.safeParse(made);
  return agent.success ? agent.data : undefined;
}

const residueSchema = z.object({
  v: z.literal(1),
  set: z.record(z.string(), z.unknown()).optional(),
  unset: z.array(z.string()).optional(),
  ext: z.record(z.string(), changeSchema).optional(),
  fields: z.array(z.unknown()).optional(),
});

const texts = z.record(z.string(), z.string());
const agentSchema: z.ZodType<Agent> = z.strictObject({
  name: z.string(),
  version: z.string().exactOptional(),
  api: z.string().exactOptional(),
  short_text: texts.exactOptional(),
  long_text: texts.exactOptional(),
  vendorUrl: z.string().exactOptional(),
  symlinks: z.array(z.strictObject({ name: z.string(), text: z.string().exactOptional() }))
    .exactOptional(),
  fields: z.array(fieldSchema),
  actions: z.array(z.object({ name: z.string() }).catchall(z.string())),
  bare: z.array(z.string()).exactOptional(),
  specials: z.array(z.string()).exactOptional(),
});
