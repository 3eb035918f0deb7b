/**
 * Elements of a configuration in the words in which commands take them.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";
import { childOf, childrenOf } from "../document/element.ts";
import { pairsOf } from "../document/pairs.ts";

/** `class:provider:type`. */
export const agentOf = ({ attributes }: XmlElement): string =>
  [attributes.class, attributes.provider, attributes.type].filter((part) => part !== undefined)
    .join(":");

/** A value that could be taken for several, or for none, is in quotes, and quotes in it are escaped. */
const quoted = (value: string): string =>
  /^[\w@%+=:,./#-]+$/.test(value) ? value : `"${value.replaceAll(/["\\]/g, "\\$&")}"`;

const quotedName = (name: string): string => name.includes("=") ? `"${name}"` : quoted(name);

/** A name with its value: one word, whatever is in them. */
export const pairText = (name: string, value: string): string =>
  `${quotedName(name)}=${quoted(value)}`;

const pairs = (of: ReadonlyMap<string, string>): string =>
  [...of].map(([name, value]) => pairText(name, value)).join(" ");

/** A resource and what is in it, a line each. */
export function resourceLines(of: XmlElement, indent = ""): readonly string[] {
  const tag = of.name.raw === "master" ? "clone" : of.name.raw;
  const head = of.name.raw === "primitive"
    ? `${of.attributes.id} ${agentOf(of)}`
    : `${of.attributes.id} (${tag})`;
  const inner = `${indent}  `;
  const part = (title: string, text: string) => text === "" ? [] : [`${inner}${title}: ${text}`];
  const { template } = of.attributes;
  return [
    indent + head,
    ...(template === undefined ? [] : [`${inner}template: ${template}`]),
    ...part("parameters", pairs(pairsOf(of, "instance_attributes"))),
    ...part("meta", pairs(pairsOf(of, "meta_attributes"))),
    ...part("utilization", pairs(pairsOf(of, "utilization"))),
    ...childrenOf(childOf(of, "operations"), "op").map((op) => `${inner}op ${operationText(op)}`),
    ...childrenOf(of, "primitive", "group", "clone", "master", "bundle")
      .flatMap((child) => resourceLines(child, inner)),
  ];
}

function operationText({ attributes }: XmlElement): string {
  const { id: _, name, ...rest } = attributes;
  return [name, pairs(new Map(Object.entries(rest)))].filter((part) => part !== "").join(" ");
}

/** A constraint, as one line. */
export function constraintLine(of: XmlElement): string {
  const { attributes } = of;
  const { id } = attributes;
  const role = (text: string | undefined) => text === undefined ? "" : ` (${text})`;
  const sets = childrenOf(of, "resource_set").map(setText);
  switch (of.name.raw) {
    case "rsc_location": {
      const rules = childrenOf(of, "rule");
      const what = attributes.rsc ?? attributes["rsc-pattern"] ?? sets.join(" ");
      const where = rules.length === 0
        ? `${attributes.node} ${attributes.score ?? ""}`
        : rules.map((rule) =>
          `${rule.attributes.score ?? rule.attributes["score-attribute"] ?? ""} where ${
            ruleText(rule)
          }`
        ).join("; ");
      return `${id}: location ${what}${role(attributes.role)}: ${where.trim()}`;
    }
    case "rsc_order": {
      const step = (resource: string | undefined, action: string | undefined) =>
        action === undefined ? resource : `${action} ${resource}`;
      const what = sets.length > 0
        ? sets.join(" then ")
        : `${step(attributes.first, attributes["first-action"])} then ${
          step(attributes.then, attributes["then-action"])
        }`;
      return `${id}: order ${what} ${attributes.kind ?? attributes.score ?? "Mandatory"}` +
        (attributes.symmetrical === "false" ? " one-way" : "");
    }
    case "rsc_colocation": {
      const what = sets.length > 0
        ? sets.join(" ")
        : `${attributes.rsc}${role(attributes["rsc-role"])} with ${attributes["with-rsc"]}${
          role(attributes["with-rsc-role"])
        }`;
      return `${id}: colocation ${what} ${attributes.score ?? "INFINITY"}`;
    }
    case "rsc_ticket":
      return `${id}: ticket ${attributes.ticket} for ${attributes.rsc ?? sets.join(" ")}` +
        `${role(attributes["rsc-role"])} ${attributes["loss-policy"] ?? "stop"}`;
    default:
      return `${id}: ${of.name.raw}`;
  }
}

const setText = (set: XmlElement): string => {
  const members = childrenOf(set, "resource_ref").map(({ attributes }) => attributes.id).join(" ");
  const { id: _, ...rest } = set.attributes;
  const more = pairs(new Map(Object.entries(rest)));
  return `[${members}${more === "" ? "" : `; ${more}`}]`;
};

/** A rule as it is written for a command. */
function ruleText(rule: XmlElement): string {
  const parts = childrenOf(
    rule,
    "rule",
    "expression",
    "date_expression",
    "rsc_expression",
    "op_expression",
  )
    .map((part) => {
      const { attributes } = part;
      if (part.name.raw === "rule") return `(${ruleText(part)})`;
      if (part.name.raw === "date_expression") {
        const { operation, start, end } = attributes;
        if (operation === "in_range") return `date in ${start ?? ""} to ${end ?? ""}`;
        return `date ${operation} ${start ?? end ?? pairs(pairsOfSpec(part))}`;
      }
      if (part.name.raw !== "expression") {
        return `${part.name.raw} ${pairs(new Map(Object.entries(attributes)))}`;
      }
      const { attribute, operation = "", value, type } = attributes;
      if (value === undefined) return `${operation} ${attribute}`;
      return [attribute, operation, type, quoted(value)].filter((word) => word !== undefined).join(
        " ",
      );
    });
  return parts.join(` ${rule.attributes["boolean-op"] ?? "and"} `);
}

const pairsOfSpec = (part: XmlElement): ReadonlyMap<string, string> =>
  new Map(
    childrenOf(part, "date_spec", "duration").flatMap(({ attributes: { id: _, ...rest } }) =>
      Object.entries(rest)
    ),
  );
