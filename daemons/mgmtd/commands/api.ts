/**
 * `ha api`: every operation on a configuration, as data.
 *
 * @module
 */
import { methodOf, operations } from "../api/mod.ts";
import type { Operation } from "../api/operation.ts";
import type { Command } from "../command.ts";
import { exit } from "../exit.ts";

/** An operation as data: JSON Schema of its parameters. */
export function describe(operation: Operation) {
  const { path, summary, effect, parameters } = operation;
  return {
    method: methodOf(operation),
    command: ["ha", ...path].join(" "),
    summary,
    effect,
    parameters: {
      type: "object",
      additionalProperties: false,
      properties: Object.fromEntries(parameters.map((one) => [one.name, schemaOf(one)])),
      required: parameters.filter(({ positional }) => positional?.includes("required") === true)
        .map(({ name }) => name),
    },
  };
}

function schemaOf({ type, summary, multiple, positional }: Operation["parameters"][number]) {
  const isList = multiple === true || positional?.startsWith("rest") === true;
  return isList
    ? { type: "array", items: { type }, description: summary }
    : { type, description: summary };
}

/** The command. */
export const api: Command = {
  path: ["api"],
  summary: "Print every operation on a configuration, with its parameters, as JSON",
  options: {},
  grant: () => ({}),
  run(_call, io) {
    io.out(`${JSON.stringify(operations.map(describe), undefined, 2)}\n`);
    return exit.ok;
  },
};
