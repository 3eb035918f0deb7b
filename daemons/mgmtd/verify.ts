/**
 * Whether a CIB may be given to a cluster: the configuration language, the bounds of the policy
 * engine, and what that engine cannot use.
 *
 * @module
 */
import type { XmlElement } from "../../metadata/xml/mod.ts";
import { openSecretsIn } from "../cib/doors/secrets.ts";
import { checkDialect, isRefused } from "../pengine/doors/dialect.ts";
import { findingLine, localZone } from "../pengine/doors/simulate.ts";
import { schedule, Uncomputable } from "../pengine/doors/engine.ts";

/** What is wrong, a line each, and whether that is more than a warning. @param nowS since 1970. */
export function verify(
  cib: XmlElement,
  nowS: number,
): { readonly lines: readonly string[]; readonly refused: boolean } {
  const language = checkDialect(cib);
  const open = openSecretsIn(cib).map((text) => `warning: ${text}`);
  const lines = [...language.map(findingLine), ...open];
  if (isRefused(language)) return { lines, refused: true };
  try {
    const found = schedule(cib, { nowS, zone: localZone }).diagnostics
      .filter(({ severity }) => severity !== "info");
    return { lines: [...lines, ...found.map(findingLine)], refused: isRefused(found) };
  } catch (error) {
    if (!(error instanceof Uncomputable)) throw error;
    const beyond = error.message.split("\n").map((text) => `error: ${text}`);
    return { lines: [...lines, ...beyond], refused: true };
  }
}
