/**
 * From a call on a command line to the values of an operation's parameters, and back to the options
 * and the usage that a command has.
 *
 * @module
 */
import type { Call, Option } from "../command.ts";
import type { Operation, Parameter, Values } from "../api/operation.ts";

/** The options of an operation. */
export function optionsOf({ parameters }: Operation): Readonly<Record<string, Option>> {
  return Object.fromEntries(
    parameters.filter(({ positional }) => positional === undefined).map((one) => [one.name, {
      type: one.type,
      summary: one.summary,
      ...(one.value === undefined ? {} : { value: one.value }),
      ...(one.multiple === true ? { multiple: true } : {}),
    }]),
  );
}

const positionalsOf = ({ parameters }: Operation): readonly Parameter[] =>
  parameters.filter(({ positional }) => positional !== undefined);

/** The usage of what is given by its place: `RESOURCE AGENT [NAME=VALUE...]`. */
export function positionalUsage(operation: Operation): string {
  return positionalsOf(operation).map(({ name, value = name.toUpperCase(), positional }) => {
    switch (positional) {
      case "optional":
        return `[${value}]`;
      case "rest":
        return `[${value}...]`;
      case "rest required":
        return `${value}...`;
      default:
        return value;
    }
  }).join(" ");
}

/** The values; what is missing or too much, as a text. */
export function valuesOf(operation: Operation, { positionals, options }: Call): Values | string {
  const values: Record<string, string | boolean | readonly string[]> = Object.create(null);
  let left = positionals;
  for (const { name, value = name, positional } of positionalsOf(operation)) {
    if (positional === "rest" || positional === "rest required") {
      if (left.length > 0) values[name] = left;
      else if (positional === "rest required") return `${value} is missing.`;
      left = [];
      continue;
    }
    const [first, ...rest] = left;
    if (first !== undefined) values[name] = first;
    else if (positional === "required") return `${value} is missing.`;
    left = rest;
  }
  if (left.length > 0) return `"${left.join(" ")}" is not expected.`;
  for (const { name } of operation.parameters.filter((one) => one.positional === undefined)) {
    const value = options[name];
    if (value === undefined) continue;
    values[name] = Array.isArray(value)
      ? value.filter((one) => typeof one === "string")
      : value as string | boolean;
  }
  return values;
}
