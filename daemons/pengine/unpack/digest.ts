/**
 * The digest of an operation's parameters, by which a change of configuration is noticed.
 *
 * MD5 of one line of XML: a blank, an element with the parameters sorted by name, a newline. It is
 * a fingerprint against accidents, not against malice, and the protocol names MD5.
 *
 * @module
 */
import { createHash } from "node:crypto";

const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

/** The digest of parameters, whatever order they come in. */
export function digest(parameters: ReadonlyMap<string, string>): string {
  let text = " <parameters";
  for (const name of [...parameters.keys()].sort(byBytes)) {
    text += ` ${name}="${escaped(parameters.get(name) ?? "")}"`;
  }
  return createHash("md5").update(`${text}/>\n`).digest("hex");
}

const byBytes = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const escaped = (value: string): string =>
  /[&<>"]/.test(value) ? value.replace(/[&<>"]/g, (found) => escapes[found] ?? found) : value;
