/**
 * Rules: expressions on node attributes, dates, resources and operations, joined by and / or.
 *
 * @module
 */
import { type Agent, Role } from "../model.ts";
import { evaluateDate } from "./date_rule.ts";
import { parseInterval } from "./interval.ts";
import { parseRole } from "./role.ts";
import { compareVersions } from "./version.ts";
import { children, type XmlElement } from "./xml.ts";
import type { Zone } from "./zone.ts";

/** What a rule is evaluated for. What is absent cannot be compared with. */
export interface RuleInput {
  readonly nowS: number;
  /** The zone of dates that name none. */
  readonly zone?: Zone;
  readonly attributes?: ReadonlyMap<string, string>;
  readonly role?: Role;
  readonly agent?: Agent;
  readonly operation?: { readonly name: string; readonly intervalMs: number };
  /** Of locations: what a pattern matched, and the resource's own values to compare with. */
  readonly match?: {
    readonly groups: readonly (string | undefined)[];
    readonly parameters: () => ReadonlyMap<string, string>;
    readonly meta: ReadonlyMap<string, string>;
  };
  /** Finds what an `id-ref` stands for. */
  readonly resolve: (element: XmlElement) => XmlElement | undefined;
  /** Expressions that may still be evaluated: references can multiply them without end. */
  readonly budget: { expressionsLeft: number };
  /** Called for what cannot be understood. */
  readonly complain?: (element: XmlElement, problem: string) => void;
  /** Called with the time at which the answer changes by time alone. */
  readonly changesAt?: (atS: number) => void;
}

/** References between rules, which could be a circle, are followed this deep at most. */
const depthMax = 64;

/** Whether any rule of an element holds; an element without rules always applies. */
export function applies(element: XmlElement, input: RuleInput): boolean {
  let any = false;
  for (const rule of children(element, "rule")) {
    any = true;
    if (evaluateRule(rule, input)) return true;
  }
  return !any;
}

/** Whether a rule holds. A rule without expressions holds if it is an "and". */
export function evaluateRule(rule: XmlElement, input: RuleInput, depth = 0): boolean {
  const resolved = depth > depthMax ? undefined : input.resolve(rule);
  if (resolved === undefined) return false;
  const any = resolved.attributes["boolean-op"]?.toLowerCase() === "or";
  for (const expression of children(resolved)) {
    if (evaluateExpression(expression, input, depth) === any) return any;
  }
  return !any;
}

function evaluateExpression(written: XmlElement, input: RuleInput, depth: number): boolean {
  const expression = input.resolve(written);
  if (expression === undefined) return false;
  if (input.budget.expressionsLeft-- <= 0) {
    input.complain?.(expression, "its rule comes to too many expressions. Make it simpler");
    return false;
  }
  switch (expression.name.raw) {
    case "rule":
      return evaluateRule(expression, input, depth + 1);
    case "date_expression": {
      const { passed, changesAtS } = evaluateDate(
        expression,
        input.nowS,
        input.complain,
        input.zone,
      );
      if (changesAtS !== undefined) input.changesAt?.(changesAtS);
      return passed;
    }
    case "rsc_expression":
      return input.agent !== undefined && matchesAgent(expression, input.agent);
    case "op_expression":
      return input.operation !== undefined && matchesOperation(expression, input.operation);
    case "expression":
      return expression.attributes.attribute === "#role"
        ? matchesRole(expression, input.role ?? Role.unknown)
        : input.attributes !== undefined && matchesAttribute(expression, input.attributes, input);
    default:
      return false;
  }
}

function matchesAgent({ attributes }: XmlElement, agent: Agent): boolean {
  const { class: standard, provider, type } = attributes;
  if (standard !== undefined && standard !== agent.class) return false;
  if (provider !== undefined && provider !== agent.provider) return false;
  return type === undefined || type === agent.type;
}

function matchesOperation(
  { attributes }: XmlElement,
  operation: { readonly name: string; readonly intervalMs: number },
): boolean {
  const { name, interval } = attributes;
  if (name !== operation.name) return false;
  return interval === undefined || parseInterval(interval) === operation.intervalMs;
}

function matchesRole({ attributes }: XmlElement, role: Role): boolean {
  switch (attributes.operation) {
    case "defined":
      return role > Role.started;
    case "not_defined":
      return role > Role.unknown && role < Role.unpromoted;
    case "eq":
      return parseRole(attributes.value) === role;
    case "ne":
      // Only what can be promoted has a role to differ in.
      return role >= Role.unpromoted && parseRole(attributes.value) !== role;
    default:
      return false;
  }
}

function matchesAttribute(
  { attributes }: XmlElement,
  known: ReadonlyMap<string, string>,
  { match }: RuleInput,
): boolean {
  const { operation, type, "value-source": source } = attributes;
  let { attribute: name, value } = attributes;
  if (name === undefined || operation === undefined) return false;
  if (match !== undefined) {
    name = fillIn(name, match.groups);
    const table = source === "param"
      ? match.parameters()
      : source === "meta"
      ? match.meta
      : undefined;
    if (table !== undefined) value = value === undefined ? undefined : table.get(value);
  }
  return compare(known.get(name), value, type, operation);
}

/** Puts what a pattern matched in the places of `%0` to `%9`. */
export function fillIn(text: string, groups: readonly (string | undefined)[]): string {
  return text.replace(/%(\d)/g, (_, digit) => groups[Number(digit)] ?? "");
}

function compare(
  left: string | undefined,
  right: string | undefined,
  type: string | undefined,
  operation: string,
): boolean {
  if (operation === "defined") return left !== undefined;
  if (operation === "not_defined") return left === undefined;
  const order = left === undefined || right === undefined
    ? (left === right ? 0 : left === undefined ? -1 : 1)
    : compareValues(left, right, type ?? defaultType(operation, left, right));
  if (operation === "eq") return order === 0;
  if (operation === "ne") return order !== 0;
  if (left === undefined || right === undefined) return false;
  switch (operation) {
    case "lt":
      return order < 0;
    case "lte":
      return order <= 0;
    case "gt":
      return order > 0;
    case "gte":
      return order >= 0;
    default:
      return false;
  }
}

const defaultType = (operation: string, left: string, right: string): string =>
  operation === "eq" || operation === "ne"
    ? "string"
    : left.includes(".") || right.includes(".")
    ? "number"
    : "integer";

/** What does not read as its type is compared as text. */
function compareValues(left: string, right: string, type: string): number {
  switch (type) {
    case "integer":
      return compareNumbers(left, right, /^\s*[+-]?\d+/);
    case "number":
      return compareNumbers(left, right, /^\s*[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?/i);
    case "version":
      return compareVersions(left, right);
    default:
      return compareText(left, right);
  }
}

function compareNumbers(left: string, right: string, shape: RegExp): number {
  const [a, b] = [shape.exec(left), shape.exec(right)];
  if (a === null || b === null) return compareText(left, right);
  return Math.sign(Number(a[0]) - Number(b[0]));
}

function compareText(left: string, right: string): number {
  const [a, b] = [left.toLowerCase(), right.toLowerCase()];
  return a < b ? -1 : a > b ? 1 : 0;
}
