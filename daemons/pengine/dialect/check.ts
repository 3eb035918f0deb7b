/**
 * Whether a CIB is written in the configuration language: unknown elements and attributes, and what
 * is missing, are errors; what has no effect is a warning.
 *
 * A document with errors is refused, as the originals refuse it: a misspelt constraint must not be
 * lost without a word.
 *
 * @module
 */
import type { Diagnostic } from "../../../metadata/diagnostic.ts";
import { diagnosticOf } from "../unpack/unpacking.ts";
import { child, type XmlElement } from "../unpack/xml.ts";
import { findIn, Findings, insideOf, schemaOf } from "./findings.ts";
import { identityFindings } from "./identities.ts";

/**
 * Checks a CIB. Pure: the same document gives the same diagnostics.
 *
 * @param cib the whole document; `validate-with="none"` turns the errors into warnings.
 */
export function checkDialect(cib: XmlElement): readonly Diagnostic[] {
  const schema = schemaOf(cib);
  const found = new Findings(schema);
  if (!schema.strict) {
    found.warn(
      cib,
      "HA3008",
      () =>
        'The schema is not checked: validate-with is "none". Fix: name a schema, as pacemaker-4.0.',
    );
  }
  walk(cib, found);
  const configuration = child(cib, "configuration");
  if (configuration !== undefined) {
    for (const { element, message } of identityFindings(configuration)) {
      found.refuse(element, "HA3004", () => message); // or its own code, which it has already
    }
  }
  return found.all.map(diagnosticOf);
}

/** The same of a part of a CIB, as a change brings it. What may stand around it is not looked at. */
export function checkPart(root: XmlElement): readonly Diagnostic[] {
  const found = new Findings({ strict: true, current: true });
  walk(root, found);
  return found.all.map(diagnosticOf);
}

function walk(root: XmlElement, found: Findings): void {
  const open: XmlElement[] = [root];
  for (let element = open.pop(); element !== undefined; element = open.pop()) {
    findIn(element, found);
    open.push(...insideOf(element).toReversed());
  }
}

/** Whether the document has to be refused. */
export function isRefused(diagnostics: readonly Pick<Diagnostic, "severity">[]): boolean {
  return diagnostics.some(({ severity }) => severity === "error");
}
