/**
 * What one element of a CIB does wrong by itself: its attributes, and children that are not allowed in
 * it.
 *
 * @module
 */
import { children, type XmlElement } from "../unpack/xml.ts";
import { reportDropped, reportOptions } from "./dropped.ts";
import { type ElementRule, grammar } from "./grammar.ts";
import { type Code, withCode } from "../../../metadata/code.ts";
import { nearest } from "../../../metadata/nearest.ts";
import { checkShape } from "./shape.ts";
import { reportSpans } from "./spans.ts";
import { valueRule } from "./values.ts";

/** Something that is wrong with an element. */
export interface Finding {
  readonly severity: "error" | "warning";
  readonly element: XmlElement;
  readonly message: string;
}

/**
 * Findings of one sort at most: a document that is wrong everywhere says so often enough, and to look
 * for the nearest of all names each time would take minutes.
 */
export const findingsMax = 1000;

/** Takes what is found, up to the bound for errors and for warnings. */
export class Findings {
  readonly all: Finding[] = [];
  readonly #strict: boolean;
  /** Whether the document names a schema of Pacemaker 3.0. */
  readonly current: boolean;
  readonly #left = { error: findingsMax, warning: findingsMax };

  constructor({ strict, current }: Schema) {
    this.#strict = strict;
    this.current = current;
  }

  /** It is no part of the language. */
  readonly refuse = (element: XmlElement, code: Code, message: () => string): void =>
    this.#add(this.#strict ? "error" : "warning", element, code, message);

  /** Pacemaker 3.0 dropped it: an error for a document that names a schema of 3.0. */
  readonly drop = (element: XmlElement, code: Code, message: () => string): void =>
    this.#add(this.#strict && this.current ? "error" : "warning", element, code, message);

  /** It is used otherwise than it says, or not at all. */
  readonly warn = (element: XmlElement, code: Code, message: () => string): void =>
    this.#add("warning", element, code, message);

  #add(severity: Finding["severity"], element: XmlElement, code: Code, message: () => string) {
    if (this.#left[severity] <= 0) return;
    this.#left[severity]--;
    this.all.push({ severity, element, message: withCode(code, message()) });
  }
}

/** What a document says of its schema. */
export interface Schema {
  /** What is no part of the language is an error. */
  readonly strict: boolean;
  /** The schema is one of Pacemaker 3.0, which knows no more what 3.0 dropped. */
  readonly current: boolean;
}

/** The schema that a document names: `validate-with`. */
export function schemaOf({ attributes }: XmlElement): Schema {
  const name = attributes["validate-with"]?.toLowerCase();
  return { strict: name !== "none", current: name?.startsWith("pacemaker-4.") === true };
}

/** Looks at one element whose parent may hold it. What stands in it is looked at by its own. */
export function findIn(element: XmlElement, into: Findings): void {
  const name = element.name.raw;
  const rule = grammar.get(name);
  if (rule === undefined) return; // Its parent has said so.
  checkAttributes(element, rule, into);
  if (name === "cib") checkSchema(element, into);
  checkShape(element, (code, message) => into.refuse(element, code, () => message), into);
  reportDropped(element, into);
  reportSpans(element, into);
  if (element.children.some((one) => one.type === "text" && one.text.trim() !== "")) {
    into.warn(
      element,
      "HA3009",
      () => `<${name}> holds text, which has no effect. Fix: remove it.`,
    );
  }
  for (const one of children(element)) {
    if (!rule.children.has(one.name.raw)) {
      into.refuse(one, "HA3001", () => misplaced(one, element, rule));
    }
  }
  if (name === "cluster_property_set") reportOptions(element, into);
}

/** The children that are to be looked at; the cluster's own status is not a person's. */
export const insideOf = (element: XmlElement): readonly XmlElement[] => {
  const rule = grammar.get(element.name.raw);
  if (rule === undefined) return [];
  const isRoot = element.name.raw === "cib";
  return children(element).filter(({ name: { raw } }) =>
    rule.children.has(raw) && !(isRoot && raw === "status")
  );
};

function checkAttributes(element: XmlElement, rule: ElementRule, into: Findings): void {
  const name = element.name.raw;
  for (const attribute in element.attributes) {
    // Namespaces and comments of editors are no part of the language.
    if (attribute.includes(":") || attribute === "xmlns") continue;
    if (rule.attributes.has(attribute)) {
      checkValue(element, attribute, into);
      continue;
    }
    into.refuse(element, "HA3001", () => {
      const meant = nearest(attribute, rule.attributes);
      return `<${name}> has no attribute "${attribute}". Fix: ` +
        (meant === undefined ? "remove it." : `write "${meant}" if that is meant.`);
    });
  }
  for (const attribute of rule.required) {
    if (element.attributes[attribute] !== undefined) continue;
    const example = attribute === "interval" ? ', as interval="10s", or "0" for once' : "";
    into.refuse(
      element,
      "HA3002",
      () => `<${name}> needs the attribute "${attribute}". Fix: add it${example}.`,
    );
  }
}

function checkValue(element: XmlElement, attribute: string, into: Findings): void {
  const rule = valueRule(element.name.raw, attribute);
  const value = element.attributes[attribute] ?? "";
  if (rule === undefined || rule.accepts(value)) return;
  const say = rule.tolerant ? into.warn : into.refuse;
  say(element, "HA3003", () => {
    const meant = nearest(value, rule.words ?? []);
    return `"${attribute}" is "${value}"; expected ${rule.expected}. Fix: ` +
      (meant === undefined ? "write one of these." : `write "${meant}" if that is meant.`);
  });
}

/** Schemas of Pacemaker 1.0 to 4.0. */
const schemas = /^(?:none|(?:pacemaker-)?(?:1\.[0-3]|2\.(?:\d|10)|3\.(?:\d|10)|4\.\d))$/i;

function checkSchema(cib: XmlElement, into: Findings): void {
  const { "validate-with": name } = cib.attributes;
  if (name !== undefined && schemas.test(name)) return;
  into.refuse(
    cib,
    "HA3008",
    () =>
      (name === undefined
        ? '<cib> needs the attribute "validate-with"'
        : `There is no schema "${name}"`) + '. Fix: write validate-with="pacemaker-4.0".',
  );
}

function misplaced(element: XmlElement, parent: XmlElement, rule: ElementRule): string {
  const name = element.name.raw;
  const meant = nearest(name, rule.children);
  const what = grammar.has(name)
    ? `<${name}> is not allowed in <${parent.name.raw}>.`
    : `There is no element <${name}>.`;
  if (meant !== undefined) return `${what} Fix: write <${meant}> if that is meant.`;
  const expected = [...rule.children].map((one) => `<${one}>`).join(", ");
  return `${what} Fix: remove it` +
    (expected === "" ? "." : `; <${parent.name.raw}> holds ${expected}.`);
}
