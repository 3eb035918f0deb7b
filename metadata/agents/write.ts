/**
 * The common parts of writing the three dialects.
 *
 * @module
 */
import type { Field, FieldValue } from "../field.ts";
import { choiceValue } from "../facts.ts";
import {
  parse,
  stringify,
  type XmlElement,
  type XmlInstructionNode,
  type XmlNode,
} from "../xml/mod.ts";
import type { Agent, Dialect } from "./agent.ts";
import { element, text } from "./element.ts";
import { PILS, readElement } from "./read.ts";
import { residueOf } from "./residue.ts";

/** A complete document of a dialect: data that the dialect cannot express is stored with it. */
export function writeWhole(
  agent: Agent,
  dialect: Dialect,
  plain: (agent: Agent) => XmlElement,
): string {
  const root = plain(agent);
  // Read from the text and not from the tree, since reading decodes and joins.
  const back = readElement(parse(stringify(root)).root, dialect, []);
  const residue = residueOf(agent, back);
  const doctype = dialect === "fence" ? "" : '<!DOCTYPE resource-agent SYSTEM "ra-api-1.dtd">\n';
  const whole = residue === undefined ? root : {
    ...root,
    children: [...root.children, carrier(residue, dialect, agent)],
  };
  return `<?xml version="1.0" encoding="UTF-8"?>\n${doctype}${
    stringify(whole, { indent: "  " })
  }\n`;
}

/** OCF has a place for additions, once; elsewhere an instruction is what no schema minds. */
function carrier(
  residue: string,
  dialect: Dialect,
  { specials }: Agent,
): XmlElement | XmlInstructionNode {
  return dialect === "ocf" && specials === undefined
    ? element("special", { tag: PILS }, [text(residue)])
    : { type: "comment", target: PILS, text: residue };
}

/** The `content` element of a field, in the types that a dialect has. */
export function contentElement(field: Field, hasSecond: boolean): XmlElement {
  const choices = (field.choices ?? []).map(choiceValue);
  const isSelect = field.basictype === "enum" && field.isarray !== true &&
    (choices.length > 0 || hasSecond);
  const type = isSelect
    ? "select"
    : field.isarray === true
    ? "string"
    : hasSecond && field.basictype === "integer" && field.specialtype === "duration" &&
        (field.unit ?? "s") === "s"
    ? "second"
    : field.basictype === "integer" || field.basictype === "boolean"
    ? field.basictype
    : "string";
  const given = field.default === undefined ? undefined : parameterText(field.default);
  return element(
    "content",
    { type, default: given },
    isSelect ? choices.map((value) => element("option", { value })) : [],
  );
}

/** A value as the text of a parameter: agents only know text. `check` reads it back. */
export function parameterText(value: FieldValue): string {
  if (typeof value !== "object") return `${value}`;
  const isPlain = Array.isArray(value) && value.length > 0 &&
    value.every((item) => typeof item !== "object" && /^[^\s,[{][^\s,]*$/.test(`${item}`));
  return isPlain ? value.join(",") : JSON.stringify(value);
}

/** Elements of others that were kept as text. One that is not XML is left out. */
export function specialElements(agent: Agent): readonly XmlNode[] {
  return (agent.specials ?? []).flatMap((xml) => {
    try {
      return [parse(xml).root];
    } catch {
      return [];
    }
  });
}
