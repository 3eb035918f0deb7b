/**
 * Values that are set by name in a node configuration, as `media[0].address=192.0.2.1`.
 *
 * @module
 */
import { withCode } from "../../../metadata/code.ts";
import type { Field } from "../../../metadata/field.ts";
import { unknownName } from "../../../metadata/nearest.ts";
import { nodeFields } from "../../site/node_config/fields.ts";

type Values = Readonly<Record<string, unknown>>;

/** Entries of a list at most, so that no index makes a long one. */
const entriesMax = 128;

/** The configuration with these values, or what is wrong with each of them. */
export function withValues(
  before: Values,
  settings: readonly string[],
): { readonly values: Values } | { readonly wrong: readonly string[] } {
  const wrong: string[] = [];
  let values = before;
  for (const setting of settings) {
    const [, path = "", text = ""] = /^([^=]+)=([^]*)$/.exec(setting) ?? [];
    const steps = stepsOf(path);
    const bad = path === "" || steps === undefined
      ? `"${setting}" is no NAME=VALUE`
      : unknownIn(steps);
    if (bad !== undefined || steps === undefined) {
      wrong.push(withCode("HA0002", `${bad}. Fix: take names as ha node config show prints them`));
      continue;
    }
    const changed = put(values, steps, text === "" ? undefined : valueOf(steps, text));
    if (isGroup(changed)) values = changed;
    else {
      wrong.push(
        withCode(
          "HA0002",
          `"${path}" leads through a value that is no group or list. Fix: see ` +
            "ha node config show",
        ),
      );
    }
  }
  return wrong.length > 0 ? { wrong } : { values };
}

const isGroup = (value: unknown): value is Values =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Names and indexes of a path; undefined if it is none. */
function stepsOf(path: string): readonly (string | number)[] | undefined {
  if (!/^[A-Za-z]\w*(?:\[\d{1,3}\])?(?:\.[A-Za-z]\w*(?:\[\d{1,3}\])?)*$/.test(path)) {
    return undefined;
  }
  const steps = (path.match(/\w+/g) ?? []).map((step) => /^\d+$/.test(step) ? Number(step) : step);
  return steps.some((step) => typeof step === "number" && step >= entriesMax) ? undefined : steps;
}

/** A first name that the node configuration does not have. */
function unknownIn([first]: readonly (string | number)[]): string | undefined {
  const names = nodeFields.map(({ fieldname }) => `${fieldname}`);
  if (typeof first !== "string" || names.includes(first)) return undefined;
  return `There is no field ${unknownName(first, names)}`.replace(/\.$/, "");
}

/** The field of a path, as far as the daemons know it. */
function fieldOf(steps: readonly (string | number)[]): Field | undefined {
  let fields: readonly Field[] = nodeFields;
  let found: Field | undefined;
  for (const step of steps) {
    if (typeof step === "number") continue;
    found = fields.find(({ fieldname }) => fieldname === step);
    fields = found?.fields ?? [];
  }
  return found;
}

/** A text is a text where the field takes one; else what it is as JSON, if it is. */
function valueOf(steps: readonly (string | number)[], text: string): unknown {
  const field = fieldOf(steps);
  const isWhole = field?.isarray === true && typeof steps.at(-1) !== "number";
  const isText = field?.basictype === "string" || field?.basictype === "enum";
  if (isText && !isWhole) return text;
  try {
    const read: unknown = JSON.parse(text);
    return read;
  } catch {
    return isWhole && isText ? text.split(",").map((item) => item.trim()) : text;
  }
}

/** The tree with a value at a place; without one, the place is removed. Undefined: there is none. */
function put(
  tree: unknown,
  [step, ...rest]: readonly (string | number)[],
  value: unknown,
): unknown {
  if (step === undefined) return value;
  if (typeof step === "number") {
    const list: readonly unknown[] | undefined = tree === undefined
      ? []
      : Array.isArray(tree)
      ? tree
      : undefined;
    if (list === undefined || step > list.length) return undefined;
    const one = put(list[step], rest, value);
    if (one === undefined && rest.length > 0) return undefined;
    return one === undefined
      ? list.filter((_, at) => at !== step)
      : [...list.slice(0, step), one, ...list.slice(step + 1)];
  }
  if (tree !== undefined && !isGroup(tree)) return undefined;
  const one = put(tree?.[step], rest, value);
  if (one === undefined && rest.length > 0) return undefined;
  const others = Object.entries(tree ?? {});
  if (one === undefined) return Object.fromEntries(others.filter(([name]) => name !== step));
  return others.some(([name]) => name === step)
    ? Object.fromEntries(others.map(([name, old]) => [name, name === step ? one : old]))
    : Object.fromEntries([...others, [step, one]]);
}
