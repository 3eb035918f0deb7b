/**
 * Our XML reader beside libxml2: on documents at random both take the same ones, and what we write
 * says the same to libxml2 as what we were given.
 *
 * Wants `libxml2-wasm` in the import map, and says so where it is missing.
 *
 * @module
 */
import assert from "node:assert/strict";
import { parse, stringify, XmlSyntaxError } from "../../metadata/xml/mod.ts";

const DOCUMENTS = 20_000;

/** What XML is made of, whole and in halves, and some that it is not made of. */
const pieces = [
  ..."<>/ab='\";:&-0._\n\t\r",
  ...["&lt;", "&#10;", "&#x41;", "&amp;", "<!--", "-->", "--", "<![CDATA[", "]]>", "<?", "?>"],
  ...["<?x y?>", "<a>", "</a>", "<a/>", "<b c='1'>", "</b>", "x:", " xmlns:x='u'", " xmlns='v'"],
  ...["<x:b xmlns:x='u'/>", "<A1.-_é/>", "xml:lang='de'", "<?xml version='1.0'?>"],
  ...["é", "𝄞", "\u0085", "\u2028", "\ufeff", "\u0001", "\ufffe", "\u007f"],
];

/** The part of libxml2-wasm that is used. */
interface Libxml2 {
  readonly XmlDocument: {
    fromString(xml: string): { toString(options?: { format: boolean }): string; dispose(): void };
  };
}

Deno.test("our reader takes and refuses what libxml2 does, and our writer keeps what was said", async () => {
  const name = "libxml2-wasm";
  const library: unknown = await import(name).catch(() => undefined);
  if (library === undefined) {
    console.log(`skipped: ${name} is not in the import map`);
    return;
  }
  const { XmlDocument } = library as Libxml2;
  const theirs = (xml: string): string | undefined => {
    try {
      const document = XmlDocument.fromString(xml);
      const written = document.toString({ format: false });
      document.dispose();
      return written;
    } catch {
      return undefined;
    }
  };
  const ours = (xml: string): string | undefined => {
    try {
      return stringify(parse(xml, { keepInstructions: true }));
    } catch (error) {
      assert.ok(error instanceof XmlSyntaxError, `${JSON.stringify(xml)}: ${error}`);
      return undefined;
    }
  };
  let seed = 7;
  const random = (below: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor(seed / 2_147_483_648 * below);
  };
  let taken = 0;
  for (let index = 0; index < DOCUMENTS; index++) {
    const inner = Array.from({ length: 1 + random(8) }, () => pieces[random(pieces.length)]).join(
      "",
    );
    const xml = [`<a>${inner}</a>`, `<a ${inner}/>`, inner][random(3)]!;
    const said = theirs(xml);
    const written = ours(xml);
    assert.equal(written !== undefined, said !== undefined, JSON.stringify(xml));
    if (written === undefined) continue;
    taken++;
    const declared = said!.replace(/^<\?xml[^?]*\?>\n/, "");
    assert.equal(theirs(written)!.replace(/^<\?xml[^?]*\?>\n/, ""), declared, JSON.stringify(xml));
  }
  console.log(`${DOCUMENTS} documents, ${taken} taken by both`);
  assert.ok(taken > DOCUMENTS / 10);
});
