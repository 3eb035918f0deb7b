/**
 * The parameters of a program of a family, as they go into the lock and into forms: what its meta-data
 * says, without what the plugin gives it for each action.
 *
 * @module
 */
import type { Agent } from "../../../../metadata/agents/mod.ts";
import type { Field } from "../../../../metadata/field.ts";

/** What the plugin says at each call, or what is only for a person at a terminal. */
const notConfigured: ReadonlySet<string> = new Set([
  "action",
  "option",
  "help",
  "version",
  "nodename",
]);
/** What names the plug: given for each node, so nobody has to configure it. */
const plugs: ReadonlySet<string> = new Set(["plug", "port"]);

/** See the head of the file. @param taken names of the plugin's own fields */
export function ownFields({ fields }: Pick<Agent, "fields">, taken: readonly string[]): Field[] {
  const old = fields.flatMap(({ deprecated }) =>
    typeof deprecated === "object" ? deprecated.by ?? [] : []
  );
  return fields.filter(({ fieldname }) =>
    !notConfigured.has(fieldname) && !taken.includes(fieldname)
  ).map((field) => {
    // Under its old name it is given as well.
    const isEither = plugs.has(field.fieldname) || old.includes(field.fieldname) ||
      field.deprecated !== undefined;
    const { required: _required, ...optional } = field;
    const one = isEither ? optional : field;
    // Some say "enum" and list nothing: then it is any text.
    return one.basictype === "enum" && (one.choices ?? []).length === 0
      ? { ...one, basictype: "string" as const }
      : one;
  });
}
