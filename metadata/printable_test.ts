import assert from "node:assert/strict";
import fc from "fast-check";
import { printable, printableLines, unprintableIn } from "./printable.ts";

/** What drives a terminal, reorders text or takes no room, by what it is. */
const hostile: Readonly<Record<string, string>> = {
  "escape sequence": "\u001b[8m",
  "C1 control sequence": "\u009b2J",
  "C1 operating system command": "\u009d0;title\u009c",
  "backspace": "\b",
  "carriage return": "\r",
  "next line": "\u0085",
  "delete": "\u007f",
  "line separator": "\u2028",
  "right to left override": "\u202e",
  "isolate": "\u2066",
  "Arabic letter mark": "\u061c",
  "zero width space": "\u200b",
  "zero width joiner": "\u200d",
  "byte order mark": "\ufeff",
  "soft hyphen": "\u00ad",
  "Hangul filler": "\u3164",
  "blank of Braille": "\u2800",
  "tag": "\u{e0041}",
  "half a character": "\ud83d",
};

for (const [name, text] of Object.entries(hostile)) {
  Deno.test(`a text of strangers holds no ${name} when it is shown`, () => {
    for (const shown of [printable(`a${text}b`), printableLines(`a${text}b`)]) {
      assert.match(shown, /^a\\u[0-9a-f]{4}.*b$/);
      assert.equal(unprintableIn(shown), undefined, shown);
    }
    assert.match(unprintableIn(`a${text}`) ?? "", /^\\u[0-9a-f]{4}/);
  });
}

Deno.test("text as people write it stays as it is", () => {
  for (const text of ["web-1", "Zażółć gęślą jaźń", "電源", "نص عربي", "⚠️ 100 %", "a\\u001b"]) {
    assert.equal(printable(text), text);
    assert.equal(unprintableIn(text), undefined);
  }
  assert.equal(printableLines("a\tb\n\nc\n"), "a\tb\n\nc\n");
  assert.equal(printable("a\nb\t"), "a\\u000ab\\u0009");
});

Deno.test("a JSON document means the same after it was made printable", () => {
  fc.assert(fc.property(fc.jsonValue(), fc.constantFrom(undefined, 2), (value, indent) => {
    const text = JSON.stringify(value, null, indent);
    assert.deepEqual(JSON.parse(printableLines(text)), JSON.parse(text));
  }));
  const text = JSON.stringify(Object.values(hostile).join(" "));
  assert.deepEqual(JSON.parse(printableLines(text)), JSON.parse(text));
});

Deno.test("whatever a text holds, what is shown of it is printable and bounded", () => {
  const codes = fc.array(fc.nat(0x10ffff), { maxLength: 20 });
  fc.assert(fc.property(codes, (points) => {
    const text = String.fromCodePoint(...points);
    assert.equal(unprintableIn(printable(text)), undefined);
    assert.equal(unprintableIn(printableLines(text).replace(/[\n\t]/g, "")), undefined);
    assert.ok(printable(text).length <= 6 * text.length);
  }));
});
