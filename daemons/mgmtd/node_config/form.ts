/**
 * The node configuration as a form: questions on a terminal, and JSON Schema.
 *
 * @module
 */
import type { Field } from "../../../metadata/field.ts";
import { askForm } from "../../../metadata/form/mod.ts";
import { type JsonSchema, jsonSchema } from "../../../metadata/json_schema.ts";
import { messageOf } from "../../../metadata/message_of.ts";
import { bytesMax, readText } from "../../site/bounded_file.ts";
import { nodeFields } from "../../site/node_config/fields.ts";
import { entryFields, entryLists } from "../../site/node_config/node_config.ts";
import { splitEntry, watchdogFields } from "../../site/node_config/plugin_entries.ts";
import type { Io } from "../command.ts";

type Values = Readonly<Record<string, unknown>>;
const allFields: readonly Field[] = nodeFields;

/** The schema. Entries that name a plugin also take that plugin's parameters. */
export function schemaOf(): JsonSchema {
  return opened(jsonSchema(nodeFields));
}

/** The schema with entries that take more than their fields. */
function opened(schema: JsonSchema): JsonSchema {
  const properties = groupOf(schema.properties);
  const open = (name: string) => {
    const property = groupOf(properties[name]);
    return property.items === undefined
      ? { ...property, additionalProperties: true }
      : { ...property, items: { ...groupOf(property.items), additionalProperties: true } };
  };
  const entries = [...entryLists, "watchdog"].map((name) => [name, open(name)] as const);
  return { ...schema, properties: { ...properties, ...Object.fromEntries(entries) } };
}

const groupOf = (value: unknown): Values =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};

/** What a file holds; nothing, if there is none; a text that says what is wrong with it. */
export async function objectIn(file: string): Promise<Values | string> {
  try {
    const read: unknown = JSON.parse(await readText(file, bytesMax.nodeConfig));
    if (typeof read === "object" && read !== null && !Array.isArray(read)) return { ...read };
    return `"${file}" holds no object`;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return {};
    return `Cannot use "${file}": ${messageOf(error)}`;
  }
}

/** Asks for all fields; undefined if nobody answers. Parameters of plugins stay as they are. */
export async function asked(
  before: Values,
  io: Io,
): Promise<{ readonly values: Values } | undefined> {
  io.out('"?" explains, "-" takes a value away. Parameters of plugins: --set.\n');
  const answered = await askForm(nodeFields, {
    write: (text) => io.out(text),
    readLine: (question) => Promise.resolve(io.ask(question.trimEnd())),
    readSecret: (question) => io.secret?.(question) ?? Promise.resolve(undefined),
  }, { values: known(before) });
  if (answered === undefined) return undefined;
  const values = new Map(Object.entries(withParameters(answered, before)));
  for (const { fieldname, default: usual } of allFields) {
    // A default may change with the version: only what somebody chose is written.
    const isUsual = JSON.stringify(values.get(fieldname)) === JSON.stringify(usual);
    if (values.get(fieldname) === undefined || isUsual && !Object.hasOwn(before, fieldname)) {
      values.delete(fieldname);
    }
  }
  return { values: Object.fromEntries(values) };
}

/** The values that the form knows. */
function known(before: Values): Values {
  const values: Record<string, unknown> = { ...before };
  for (const name of entryLists) {
    const list = values[name];
    if (Array.isArray(list)) {
      values[name] = list.map((entry: unknown) => splitEntry(entryFields[name], entry).known);
    }
  }
  if (values.watchdog !== undefined) {
    values.watchdog = splitEntry(watchdogFields, values.watchdog).known;
  }
  return values;
}

/** The answers with the parameters that entries of the same plugin at the same place had. */
function withParameters(answered: Values, before: Values): Values {
  const values: Record<string, unknown> = { ...answered };
  const merged = (entry: unknown, old: unknown, fields: readonly Field[]): unknown => {
    if (groupOf(entry).plugin !== groupOf(old).plugin) return entry;
    return { ...groupOf(splitEntry(fields, old).parameters), ...groupOf(entry) };
  };
  for (const name of entryLists) {
    const [list, olds] = [values[name], before[name]];
    if (!Array.isArray(list) || !Array.isArray(olds)) continue;
    values[name] = list.map((entry: unknown, at) => merged(entry, olds[at], entryFields[name]));
  }
  if (values.watchdog !== undefined && before.watchdog !== undefined) {
    values.watchdog = merged(values.watchdog, before.watchdog, watchdogFields);
  }
  return values;
}
