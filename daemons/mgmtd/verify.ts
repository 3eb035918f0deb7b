/**
 * Whether a CIB may be given to a cluster: the configuration language, the bounds of the policy
 * engine, and what that engine cannot use.
 *
 * @module
 */
import type { XmlElement } from "../../metadata/xml/mod.ts";
import { excessesOf } from "../pengine/doors/language.ts";
import { checkDialect, isRefused } from "../pengine/doors/dialect.ts";
import { findingLine, localZone } from "../pengine/doors/simulate.ts";
import { schedule } from "../pengine/mod.ts";

/** What is wrong, a line each, and whether that is more than a warning. @param nowS since 1970. */
export function verify(
  cib: XmlElement,
  nowS: number,
): { readonly lines: readonly string[]; readonly refused: boolean } {
  const language = checkDialect(cib);
  const lines = language.map(findingLine);
  if (isRefused(language)) return { lines, refused: true };
  const excesses = excessesOf(cib);
  if (excesses.length > 0) {
    return { lines: [...lines, ...excesses.map(({ text }) => `error: ${text}`)], refused: true };
  }
  const found = schedule(cib, { nowS, zone: localZone }).diagnostics
    .filter(({ severity }) => severity !== "info");
  return { lines: [...lines, ...found.map(findingLine)], refused: isRefused(found) };
}
