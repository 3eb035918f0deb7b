/**
 * Whether a CIB is written in the configuration language: unknown elements and attributes, and what
 * is missing, are errors; what has no effect is a warning.
 *
 * A document with errors is refused, as the originals refuse it: a misspelt constraint must not be
 * lost without a word.
 *
 * @module
 */
import type { Diagnostic } from "../model.ts";
import { child, children, type XmlElement } from "../unpack/xml.ts";
import { reportDropped, reportOptions } from "./dropped.ts";
import { type ElementRule, grammar } from "./grammar.ts";
import { nearest } from "./nearest.ts";

/** Diagnostics at most: a document that is wrong everywhere says so often enough. */
const diagnosticsMax = 1000;

/**
 * Checks a CIB. Pure: the same document gives the same diagnostics.
 *
 * @param cib the whole document; `validate-with="none"` turns the errors into warnings.
 */
export function checkDialect(cib: XmlElement): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const strict = cib.attributes["validate-with"]?.toLowerCase() !== "none";
  const say =
    (severity: Diagnostic["severity"]) => (element: XmlElement, message: string): void => {
      if (found.length >= diagnosticsMax) return;
      found.push({
        severity,
        element: element.attributes.id ?? element.name.raw,
        ...(element.line === undefined ? {} : { line: element.line }),
        message,
      });
    };
  const refuse = say(strict ? "error" : "warning");
  const warn = say("warning");
  if (!strict) {
    warn(
      cib,
      'The schema is not checked: validate-with is "none". Fix: name a schema, as pacemaker-4.0.',
    );
  }
  const open: XmlElement[] = [cib];
  for (let element = open.pop(); element !== undefined; element = open.pop()) {
    const rule = grammar.get(element.name.raw);
    if (rule === undefined) continue; // Its parent has said so.
    checkAttributes(element, rule, refuse);
    reportDropped(element, warn);
    const inside = children(element).filter((one) =>
      !(element === cib && one.name.raw === "status")
    );
    for (const one of inside) {
      if (!rule.children.has(one.name.raw)) refuse(one, misplaced(one, element, rule));
    }
    open.push(...inside.filter((one) => rule.children.has(one.name.raw)).toReversed());
  }
  reportOptions(child(child(cib, "configuration"), "crm_config"), warn);
  return found;
}

/** Whether the document has to be refused. */
export function isRefused(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(({ severity }) => severity === "error");
}

type Say = (element: XmlElement, message: string) => void;

function checkAttributes(element: XmlElement, rule: ElementRule, refuse: Say): void {
  const name = element.name.raw;
  for (const attribute in element.attributes) {
    // Namespaces and comments of editors are no part of the language.
    if (attribute.includes(":") || attribute === "xmlns") continue;
    if (rule.attributes.has(attribute)) continue;
    const meant = nearest(attribute, rule.attributes);
    refuse(
      element,
      `<${name}> has no attribute "${attribute}". Fix: ` +
        (meant === undefined ? "remove it." : `write "${meant}" if that is meant.`),
    );
  }
  for (const attribute of rule.required) {
    if (element.attributes[attribute] !== undefined) continue;
    const example = attribute === "interval" ? ', as interval="10s", or "0" for once' : "";
    refuse(element, `<${name}> needs the attribute "${attribute}". Fix: add it${example}.`);
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
