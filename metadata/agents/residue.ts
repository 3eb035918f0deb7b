/**
 * Data about an agent that a dialect cannot express, kept as JSON within the XML so that nothing is
 * lost.
 *
 * The document is written and read back; the residue is every value that came back different (see
 * `difference.ts`).
 *
 * @module
 */
import { fieldsShape } from "../field_shape.ts";
import { type Change, changed, changeOf, changeShape } from "../difference.ts";
import { anything, exact, list, oneOf, type Shape, table, text } from "../shape.ts";
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
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    return undefined;
  }
  if (tooLarge(parsed, "the residue") !== undefined) return undefined;
  if (!residueShape(parsed, "", [])) return undefined;
  const { ext = {}, fields } = parsed;
  const made: unknown = {
    ...changed({ ...back }, parsed),
    fields: fields ??
      back.fields.map((field) =>
        Object.hasOwn(ext, field.fieldname) ? changed({ ...field }, ext[field.fieldname]!) : field
      ),
  };
  return agentShape(made, "", []) ? made : undefined;
}

const residueShape = exact({ v: oneOf(1) }, {
  set: table(/^/, anything),
  unset: list(text()),
  ext: table(/^/, changeShape),
  fields: list(anything),
}, anything);

const texts = table(/^/, text());
const agentShape: Shape<Agent> = exact({
  name: text(),
  fields: fieldsShape,
  actions: list(exact({ name: text() }, {}, text())),
}, {
  version: text(),
  api: text(),
  short_text: texts,
  long_text: texts,
  vendorUrl: text(),
  symlinks: list(exact({ name: text() }, { text: text() })),
  bare: list(text()),
  specials: list(text()),
});
