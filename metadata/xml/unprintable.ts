/**
 * Finds names that could disturb a terminal or deceive their reader.
 *
 * @module
 */
import { withCode } from "../code.ts";
import { unprintableIn } from "../printable.ts";
import type { XmlElement } from "./types.ts";

/** Attributes of a CIB that hold any text. All others are ids, names, numbers and words. */
const freeText: ReadonlySet<string> = new Set(["value", "description", "exit-reason"]);

/**
 * What is wrong with the first id, name or other attribute of a CIB that holds a control,
 * bidirectional or invisible character, as one sentence; undefined if none does.
 */
export function unprintableAttribute(root: XmlElement): string | undefined {
  const open: XmlElement[] = [root];
  for (let element = open.pop(); element !== undefined; element = open.pop()) {
    const line = element.line === undefined ? "" : ` at line ${element.line}`;
    const wrong = unprintableOf(element.attributes, `of <${element.name.raw}>${line} `);
    if (wrong !== undefined) return wrong;
    for (const child of element.children) if (child.type === "element") open.push(child);
  }
  return undefined;
}

/** The same of attributes alone. */
export function unprintableOf(
  attributes: XmlElement["attributes"],
  where = "",
): string | undefined {
  for (const [name, value] of Object.entries(attributes)) {
    const found = freeText.has(name) ? undefined : unprintableIn(value);
    if (found === undefined) continue;
    return withCode(
      "HA3016",
      `the attribute ${name} ${where}holds the character ${found}, which is not shown as ` +
        "it is. Fix: write it without that character",
    );
  }
  return undefined;
}
