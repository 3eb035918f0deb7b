/**
 * What one element of a CIB does wrong by itself: its attributes, and children that cannot stand in
 * it.
 *
 * @module
 */
import { children, type XmlElement } from "../unpack/xml.ts";
import { reportDropped, reportOptions } from "./dropped.ts";
import { type ElementRule, grammar } from "./grammar.ts";
import { nearest } from "./nearest.ts";

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
  readonly #left = { error: findingsMax, warning: findingsMax };

  /** @param strict whether what is no part of the language is an error. */
  constructor(strict: boolean) {
    this.#strict = strict;
  }

  /** It is no part of the language. */
  readonly refuse = (element: XmlElement, message: () => string): void =>
    this.#add(this.#strict ? "error" : "warning", element, message);

  /** It is used otherwise than it says, or not at all. */
  readonly warn = (element: XmlElement, message: () => string): void =>
    this.#add("warning", element, message);

  #add(severity: Finding["severity"], element: XmlElement, message: () => string): void {
    if (this.#left[severity] <= 0) return;
    this.#left[severity]--;
    this.all.push({ severity, element, message: message() });
  }
}

/** Whether the document asks for its schema to be kept. */
export const isStrict = (cib: XmlElement): boolean =>
  cib.attributes["validate-with"]?.toLowerCase() !== "none";

/** Looks at one element whose parent may hold it. What stands in it is looked at by its own. */
export function findIn(element: XmlElement, into: Findings): void {
  const name = element.name.raw;
  const rule = grammar.get(name);
  if (rule === undefined) return; // Its parent has said so.
  checkAttributes(element, rule, into);
  reportDropped(element, into.warn);
  for (const one of children(element)) {
    if (!rule.children.has(one.name.raw)) into.refuse(one, () => misplaced(one, element, rule));
  }
  if (name === "cluster_property_set") reportOptions(element, into.warn);
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
    if (rule.attributes.has(attribute)) continue;
    into.refuse(element, () => {
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
      () => `<${name}> needs the attribute "${attribute}". Fix: add it${example}.`,
    );
  }
}

function misplaced(element: XmlElement, parent: XmlElement, rule: ElementRule): string {
  const name = element.name.raw;
  const meant = nearest(name, rule.children);
  const what = grammar.has(name)
    ? `<${name}> cannot stand in <${parent.name.raw}>.`
    : `There is no element <${name}>.`;
  if (meant !== undefined) return `${what} Fix: write <${meant}> if that is meant.`;
  const expected = [...rule.children].map((one) => `<${one}>`).join(", ");
  return `${what} Fix: remove it` +
    (expected === "" ? "." : `; <${parent.name.raw}> holds ${expected}.`);
}
