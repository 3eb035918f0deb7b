/**
 * Reads XML strictly, into the tree of `types.ts`.
 *
 * The grammar is that of saxes, which is well kept; the tree, the namespaces, the bounds and the
 * messages are ours. The input may be hostile, so everything is bounded. The only entities are
 * XML's own five, and a DOCTYPE cannot define others: nothing expands.
 *
 * @module
 */
import { SaxesParser } from "saxes";
import { Build } from "./build.ts";
import { causeOf } from "./cause.ts";
import type { ParseOptions } from "./options.ts";
import { type XmlDocument, XmlSyntaxError } from "./types.ts";

export type { ParseOptions };

const MI = 1024 * 1024;

/**
 * Reads a whole document.
 *
 * @example
 * ```ts
 * const { root } = parse(`<node id="1" uname="alice"/>`);
 * console.log(root.name.local, root.attributes.uname); // node alice
 * ```
 * @throws {XmlSyntaxError} at the first thing that is not well-formed or beyond a bound.
 */
export function parse(xml: string, options: ParseOptions = {}): XmlDocument {
  const { charactersMax = 64 * MI, referencesMax = 4 * MI } = options;
  const first = { line: 1, column: 1, offset: 0 };
  if (xml.length > charactersMax) {
    throw new XmlSyntaxError(`Document of ${xml.length} characters; limit ${charactersMax}`, first);
  }
  if (!xml.isWellFormed()) refuseAt(xml, xml.search(/\p{Surrogate}/u), "Half a character");
  // Every reference takes four characters at least, so that a short document need not be counted.
  if (xml.length > 4 * referencesMax) refuseReferences(xml, referencesMax);
  const parser = new SaxesParser({ position: false });
  const build = new Build(xml, parser, options);
  try {
    parser.write(xml).close();
  } catch (error) {
    // Saxes throws plain errors, in words without a capital letter and with a dot.
    if (!(error instanceof Error) || error instanceof RangeError) throw error;
    const here = build.here();
    const cause = causeOf(xml, here.offset);
    if (cause !== undefined && cause.offset <= here.offset) {
      refuseAt(xml, cause.offset, cause.message);
    }
    const message = error.message.replace(/\.$/, "");
    throw new XmlSyntaxError(`${message[0]!.toUpperCase()}${message.slice(1)}`, here);
  }
  return build.document();
}

function refuseReferences(xml: string, referencesMax: number): void {
  let count = 0;
  for (let at = xml.indexOf("&"); at >= 0; at = xml.indexOf("&", at + 1)) {
    if (++count > referencesMax) refuseAt(xml, at, `More than ${referencesMax} references`);
  }
}

function refuseAt(xml: string, offset: number, message: string): never {
  const before = xml.slice(0, offset).split(/\r\n|\r|\n/);
  const column = before.at(-1)!.length + 1;
  throw new XmlSyntaxError(message, { line: before.length, column, offset });
}
