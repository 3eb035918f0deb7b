/**
 * What the engine finds wrong with a CIB, as lines for people.
 *
 * @module
 */
import { type Diagnostic, diagnosticText } from "../../metadata/diagnostic.ts";

/** Maximum findings that the running cluster receives; the rest is counted. */
export const findingsMax = 20;

/** One finding: severity, location, problem and fix. */
export function findingLine(diagnostic: Diagnostic): string {
  return `${diagnostic.severity}: ${diagnosticText(diagnostic)}`;
}

/** The findings that an operator must know of, bounded; a replicated CIB has no lines to name. */
export function findingsOf(diagnostics: readonly Diagnostic[]): readonly string[] {
  const lines = diagnostics.filter(({ severity }) => severity !== "info")
    .map(({ line: _, ...finding }) => findingLine(finding));
  const more = lines.length - findingsMax;
  return more <= 0
    ? lines
    : [...lines.slice(0, findingsMax), `${more} more; "ha simulate" of the CIB shows them all`];
}
