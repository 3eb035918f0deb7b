import assert from "node:assert/strict";
import { decodeMetaData } from "./decode.ts";
import { readAgent } from "./mod.ts";

const said = "Gerät® groß";
const agent = (head: string) =>
  `${head}<resource-agent name="fence_acme" shortdesc="${said}"><parameters/><actions>` +
  `<action name="off"/></actions></resource-agent>`;
const latin = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));
const utf8 = (text: string) => new TextEncoder().encode(text);
const utf16 = (text: string, little: boolean, mark: boolean) => {
  const bytes = new Uint8Array(2 * text.length);
  const view = new DataView(bytes.buffer);
  [...text].forEach((character, at) => view.setUint16(2 * at, character.charCodeAt(0), little));
  return mark ? Uint8Array.from([...little ? [0xff, 0xfe] : [0xfe, 0xff], ...bytes]) : bytes;
};
const declaring = (encoding: string) => agent(`<?xml version="1.0" encoding="${encoding}"?>\n`);

Deno.test(
  "the text of an agent is kept, whatever encoding it is in",
  { permissions: "none" },
  () => {
    const wide = declaring("UTF-16");
    const all: readonly (readonly [string, Uint8Array, number])[] = [
      ["UTF-8", utf8(agent("")), 0],
      ["UTF-8 with a mark", Uint8Array.from([0xef, 0xbb, 0xbf, ...utf8(agent(""))]), 0],
      ["declared Latin-1", latin(declaring("ISO-8859-1")), 0],
      ["declared windows-1252", latin(declaring("windows-1252")), 0],
      ["UTF-16, little end first", utf16(wide, true, true), 0],
      ["UTF-16, big end first", utf16(wide, false, true), 0],
      ["UTF-16 without a mark", utf16(wide, true, false), 0],
      ["Latin-1 without a word of it", latin(agent('<?xml version="1.0"?>\n')), 1],
      ["Latin-1 that says UTF-8", latin(declaring("utf-8")), 1],
    ];
    for (const [what, bytes, slips] of all) {
      const read = readAgent(bytes);
      assert.ok(read.ok, what);
      assert.equal(read.value.agent.short_text?.["en"], said, what);
      const encodings = read.value.slips.filter(({ path }) => path[0] === "meta-data");
      assert.equal(encodings.length, slips, what);
      if (slips > 0) assert.equal(encodings[0]?.line, 2, what);
    }
  },
);

Deno.test(
  "an encoding that is unknown or does not hold is refused",
  { permissions: "none" },
  () => {
    const unknown = decodeMetaData(utf8(declaring("klingon")));
    assert.ok("what" in unknown);
    assert.match(unknown.what, /"klingon"/);
    const half = decodeMetaData(utf16(declaring("utf-16"), true, true).slice(0, -1));
    assert.ok("what" in half);
    assert.match(half.what, /is not utf-16le/);
  },
);

Deno.test("only a whole character of UTF-16 at the beginning says that it is UTF-16", {
  permissions: "none",
}, () => {
  for (
    const bytes of [
      [0x3c, 0, 0, 0],
      [0x3c, 0, 0x41, 0x42],
      [0x41, 0, 0x42, 0],
      [0x41, 0x42, 0x43, 0],
      [0, 0x3c, 0, 0],
      [0, 0x3c, 0x41, 0x42],
      [0, 0x41, 0, 0x42],
      [0x41, 0x42, 0, 0x43],
      [0xef, 0xbb, 0x3c, 0x61],
    ]
  ) {
    const read = decodeMetaData(Uint8Array.from(bytes));
    assert.ok("text" in read);
    assert.equal(read.text.length, bytes.length, bytes.join());
  }
});
