/**
 * What a write breaks in the configuration language, in words: the element by its path in the CIB,
 * and by its line where what was written has several.
 *
 * @module
 */
import { clip } from "../../metadata/clip.ts";
import { pathText } from "../../metadata/diagnostic.ts";
import { printable } from "../../metadata/printable.ts";
import { parse, type XmlElement, XmlSyntaxError } from "../../metadata/xml/mod.ts";
import { checkDialect, checkPart, type Placed } from "../pengine/doors/dialect.ts";
import type { CibChange } from "../runtime/messages.ts";
import { warningsMax } from "./protocol.ts";

/** Problems that one answer lists. */
const problemsMax = 50;
/** Characters of one of them. */
const problemCharactersMax = 500;

/** Why a write is refused. */
export function brokenText(broken: readonly Placed[], changes: readonly CibChange[]): string {
  const errors = broken.filter(({ severity }) => severity === "error");
  const lineOf = linesIn(changes);
  const lines = errors.slice(0, problemsMax).map(({ element, path, message }) => {
    const line = lineOf(element, message);
    const at = line === undefined ? "" : `, line ${line} of what was written`;
    return lineFor(`${clip(path, 200)}${at}`, message);
  });
  if (errors.length > lines.length) lines.push(`${errors.length - lines.length} more problems`);
  return ["The CIB is not changed: this is not the configuration language", ...lines].join("\n  ");
}

/** What has no effect, a line each. */
export function warningsOf(broken: readonly Placed[]): readonly string[] {
  const warnings = broken.filter(({ severity }) => severity === "warning");
  const shown = warnings.length > warningsMax ? warningsMax - 1 : warnings.length;
  const lines = warnings.slice(0, shown).map(({ path, message }) =>
    lineFor(clip(path, 200), message)
  );
  if (warnings.length > shown) lines.push(`${warnings.length - shown} more warnings`);
  return lines;
}

/** What a document that is here already has of that: it is used all the same. */
export function foundIn(root: XmlElement): readonly string[] {
  const found = checkDialect(root);
  const shown = found.length > warningsMax ? warningsMax - 1 : found.length;
  const lines = found.slice(0, shown).map(({ path, what }) =>
    lineFor(clip(pathText(path), 200), what)
  );
  if (found.length > shown) {
    lines.push(`${found.length - shown} more; ha configure verify shows all`);
  }
  return lines;
}

const lineFor = (where: string, message: string): string =>
  printable(clip(`${where}: ${message}`, problemCharactersMax));

/** The lines of what is wrong, in those texts that have more than one. */
function linesIn(
  changes: readonly CibChange[],
): (element: XmlElement, message: string) => number | undefined {
  const lines = new Map<string, number>();
  const keyOf = (id: string, message: string) => `${id} ${message}`;
  for (const change of changes) {
    if ((change.op !== "create" && change.op !== "replace") || !change.xml.includes("\n")) continue;
    try {
      const { root } = parse(change.xml, { ignoreWhitespace: true, trackPosition: true });
      for (const { path, line, what } of checkPart(root)) {
        if (line !== undefined) lines.set(keyOf(pathText(path), what), line);
      }
    } catch (error) {
      if (!(error instanceof XmlSyntaxError)) throw error;
    }
  }
  return ({ name, attributes: { id } }, message) => lines.get(keyOf(id ?? name.raw, message));
}
