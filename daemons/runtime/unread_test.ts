import assert from "node:assert/strict";
import { jsonTooLarge } from "../../metadata/json_bounds.ts";
import type { Message } from "./messages.ts";
import { isDeeper, jsonOf, opened, textTooLarge, typeOf } from "./unread.ts";

const said = (body: string): Message => ({ type: "peer", body });
const reread = (json: Uint8Array) => opened({ type: "unread", json });

Deno.test("each message has bytes of its own, however many follow", () => {
  const sizes = [0, 1, 200, 1_400, 4_000, 5_000, 70_000];
  const bodies = Array.from(
    { length: 400 },
    (_, i) => `${i}${"a\u00e9\u{1f600}"[i % 4] ?? "."}`.padEnd(sizes[i % sizes.length]!, "."),
  ).map((body) => body.toWellFormed());
  const written = bodies.map((body) => jsonOf(said(body)));
  written.forEach((json, i) => assert.deepEqual(reread(json), said(bodies[i]!)));
});

Deno.test("texts at the end of a sheet are whole, of three bytes for each character too", () => {
  for (const body of ["\uffff".repeat(4_000), "x".repeat(4_000)]) {
    for (let i = 0; i < 40; i++) assert.deepEqual(reread(jsonOf(said(body))), said(body));
  }
});

Deno.test("a replacement character is a character; bytes that are not UTF-8 are refused", () => {
  assert.deepEqual(reread(jsonOf(said("\ufffd"))), said("\ufffd"));
  const json = jsonOf(said("?")).map((byte) => byte === 0x3f ? 0xff : byte);
  assert.throws(() => reread(json), TypeError);
  const both = jsonOf(said("\ufffd?")).map((byte) => byte === 0x3f ? 0xff : byte);
  assert.throws(() => reread(both), TypeError);
});

Deno.test("levels are counted outside of texts, in bytes and in text alike", () => {
  for (
    const [text, levels] of [
      ["", 0],
      ["7", 0],
      ["[]", 1],
      ["[[]]", 2],
      ["[[],[]]", 2],
      ['[{"a":[]}]', 3],
      ['"[[["', 0],
      ['["[[["]', 1],
      ['["\\"[[["]', 1],
      ['["\\\\",[[]]]', 3],
      ['["\\\\"]', 1],
      ["]]][[", 0],
      ["[[[", 3],
    ] as const
  ) {
    const json = new TextEncoder().encode(text);
    const most = levels === 0 ? 0 : levels - 1;
    assert.equal(isDeeper(json, levels), false, text);
    const deeper = (depthMax: number) => textTooLarge(text, { depthMax, valuesMax: 100 });
    assert.equal(deeper(levels), undefined, text);
    assert.equal(isDeeper(json, most), levels > 0, text);
    assert.equal(deeper(most) !== undefined, levels > 0, text);
  }
});

Deno.test("values are counted outside of texts, in bytes and in text alike", () => {
  for (
    const [text, values] of [
      ["7", 0],
      ["[]", 1],
      ['{"a":[1,2]}', 4],
      ['["a,b:{[",{}]', 3],
      ['["\\",[",{}]', 3],
      ["{},{},{}", 5],
    ] as const
  ) {
    const bytes = new TextEncoder().encode(text);
    for (const [most, refused] of [[values, false], [values - 1, values > 0]] as const) {
      if (most < 0) continue;
      const bounds = { depthMax: 64, valuesMax: most };
      assert.equal(textTooLarge(text, bounds) !== undefined, refused, text);
      assert.equal(textTooLarge(text, bounds), jsonTooLarge(bytes, bounds), text);
    }
  }
});

Deno.test("the type of a message is seen without reading it, if it stands first and is a word", () => {
  const type = (text: string) => typeOf(new TextEncoder().encode(text));
  assert.equal(type('{"type":"cib/query","id":"1"}'), "cib/query");
  assert.equal(type('{"type":""}'), "");
  assert.equal(type(`{"type":"${"a".repeat(63)}"}`), "a".repeat(63));
  assert.equal(type('{"type":" ~"}'), " ~");
  for (
    const text of [
      "",
      '{"type":"',
      '{"type":"a',
      '{"id":1,"type":"a"}',
      '{ "type":"a"}',
      '{"type":"a\\u0062"}',
      '{"type":"\u00e4"}',
      '{"type":"\u007f"}',
      '{"type":"a\u001fb"}',
      `{"type":"${"a".repeat(64)}"}`,
    ]
  ) assert.equal(type(text), undefined, text);
});
