/**
 * What is refused, and why, at the edges of both framings.
 *
 * @module
 */
import assert from "node:assert/strict";
import { structDepthMax, type WireMessage } from "../../handler/encoding/contract.ts";
import { readLength } from "./length.ts";
import { listBytesMax, listText, readList } from "./list.ts";
import plugin from "./mod.ts";
import { textOf } from "./text.ts";
import { utf8Bytes, Writer } from "./writer.ts";

const host = { emit: () => {}, log: () => {} };
const netstring = await plugin({ framing: "netstring" }, host);
const classic = await plugin({ framing: "classic" }, host);
const bytes = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0));
const text = (bytes: Uint8Array) => String.fromCharCode(...bytes);
const net = (...fields: readonly string[]) =>
  `###\n${fields.map((field) => `${field.length}:${field},`).join("")}%%%\n`;

Deno.test("each frame that is refused says why and where", () => {
  for (
    const [frame, why] of [
      ["", "no ### in front"],
      ["###", "no ### in front"],
      ["###\n", "no %%% behind"],
      ["###\n%%%", "no %%% behind"],
      ["###\n%%%\n\n", "no %%% behind"],
      ["###\nx%%%\n", "no length at byte 4"],
      ["###\n6:(0)k=v", "the field at byte 4 has no end"],
      ["###\n6:(0)k=v;%%%\n", "the field at byte 4 has no end"],
      [net("(0)="), "no (type) at byte 4"],
      [net("(0)=x"), "no name at byte 4"],
      [net("(0)k="), undefined],
      [net("[0)k=v"), "no (type) at byte 4"],
      [net("(0]k=v"), "no (type) at byte 4"],
      [net("(0)kv", "(0)k=v"), "no = at byte 4"],
      [net("(0)k=v", "(0)\n=v"), "no name at byte 13"],
      [net("(0)\xff=v"), "no name at byte 4"],
      [net("(5)k=v"), "unknown type at byte 4"],
      [net("(0)k=a\0b"), '"k" holds a NUL at byte 4'],
      [net("(0)k=\0"), '"k" holds a NUL at byte 4'],
      [net("(0)k=v", "(1)b=\0"), undefined],
      [net("(3)l=1:a"), '"l" is not a list at byte 4'],
      [net(`(2)s=${net("(0)k")}`), "no (type) at byte 16 at byte 4"],
      [">>>\n", "the line at byte 4 has no end"],
      [">>>\nk=v\n", "the line at byte 8 has no end"],
      [">>>\n<<<\nx", "there are bytes after the end"],
      [">>>\n<<<\n\0", undefined],
      [">>>\nkv\n<<<\n", "no = at byte 4"],
      [">>>\n=v\n<<<\n", "no name at byte 4"],
      [">>>\n(1\n<<<\n", "no (type) at byte 4"],
      [">>>\n(1)k\n<<<\n", "no (type) at byte 4"],
      [">>>\n(1)kk\nk=\n<<<\n", "no = at byte 4"],
      [">>>\n(1]k=\n<<<\n", "no (type) at byte 4"],
      [">>>\n(0)k=v\n<<<\n", "no (type) at byte 4"],
      [">>>\n(5)k=v\n<<<\n", "unknown type at byte 4"],
      [">>>\n(1)k=A\n<<<\n", '"k" is not base64 at byte 4'],
      [">>>\n(4)k=A===\n<<<\n", '"k" is not base64 at byte 4'],
      [">>>\n(3)l=1:a\n<<<\n", '"l" is not a list at byte 4'],
      [">>>\nk=a\0b\n<<<\n", '"k" holds a NUL at byte 4'],
      [">>>\nk=a\0\x13b\n<<<\n", '"k" holds a NUL at byte 4'],
      [">>>\nk=a\nb=\x13\n<<<\n", undefined],
    ] as const
  ) {
    const decoded = classic.decode(bytes(frame));
    assert.equal(decoded.ok ? undefined : decoded.why, why, JSON.stringify(frame));
  }
});

/** A message of so many structs within each other. */
const deep = (depth: number): WireMessage =>
  depth === 0 ? [] : [{ type: "struct", name: "s", value: deep(depth - 1) }];

Deno.test("structs are as deep as the bound in both framings, and no deeper", () => {
  for (const encoding of [netstring, classic]) {
    for (let depth = 0; depth <= structDepthMax; depth++) {
      const message = deep(depth);
      assert.deepEqual(encoding.decode(encoding.encode(message)), { ok: true, message });
    }
    assert.throws(() => encoding.encode(deep(structDepthMax + 1)), /more than 16 deep/);
  }
  const nested = (depth: number): string => depth === 0 ? net() : net(`(2)s=${nested(depth - 1)}`);
  assert.equal(netstring.decode(bytes(nested(structDepthMax))).ok, true);
  const decoded = netstring.decode(bytes(nested(structDepthMax + 1)));
  assert.match(decoded.ok ? "" : decoded.why, /structs are more than 16 deep/);
  // A classic frame one deeper than any that is written.
  const inner = text(classic.encode(deep(structDepthMax))).replaceAll("\n", "\x13");
  assert.equal(classic.decode(bytes(`>>>\n(2)s=${inner}\n<<<\n`)).ok, false);
});

Deno.test("each depth of a classic struct has its own newline", () => {
  const marks = text(classic.encode(deep(structDepthMax))).match(/>>>[^(<]/g)?.map((mark) =>
    mark.charCodeAt(3)
  );
  assert.deepEqual(marks, [
    0x0a,
    ...Array.from({ length: 12 }, (_, depth) => 0x14 + depth),
    ...[0x0f, 0x10, 0x11, 0x12],
  ]);
});

Deno.test("what classic framing cannot say is refused with the byte that stands in the way", () => {
  const encode = (message: WireMessage) => () => classic.encode(message);
  assert.throws(encode([{ type: "string", name: "k", value: "a\x13" }]), /holds byte 0x13/);
  assert.throws(encode([{ type: "octets", name: "k", value: Uint8Array.of(0x13) }]), /byte 0x13/);
  assert.throws(encode([{ type: "list", name: "k", value: ["a\nb"] }]), /holds byte 0xa/);
  const inner: WireMessage = [{ type: "string", name: "k", value: "\x14" }];
  assert.throws(encode([{ type: "struct", name: "s", value: inner }]), /holds byte 0x14/);
  for (const encoding of [netstring, classic]) {
    const octets: WireMessage = [{ type: "octets", name: "k", value: Uint8Array.of(1, 0) }];
    assert.throws(() => encoding.encode(octets), /String "k" holds a NUL/);
  }
});

Deno.test("a list has so many bytes at most, and no empty text", () => {
  const of = (length: number) => ["a".repeat(length)];
  assert.equal(listBytesMax, 1023);
  assert.equal(listText("l", of(1_017)).length, 1_023);
  assert.throws(() => listText("l", of(1_018)), /more than 1023 bytes/);
  const read = (list: string) => readList(bytes(list), 0, list.length);
  assert.deepEqual(read(""), []);
  assert.deepEqual(read("1:a,2:bc,"), ["a", "bc"]);
  for (const list of ["1:a", "1:ab,", "0:,", "1:\0,", "1:\xff,", "2:a,", "x", "1:a,x"]) {
    assert.equal(read(list), undefined, list);
  }
  const long = "4:abcd,".repeat(146); // 1022 bytes
  assert.equal(read(long)?.length, 146);
  const longest = `1018:${"a".repeat(1_018)},`;
  assert.equal(longest.length, 1_024);
  assert.equal(read(longest), undefined);
  assert.equal(read(`1017:${"a".repeat(1_017)},`)?.length, 1);
});

Deno.test("a length is decimal, without padding, of eight digits at most", () => {
  const read = (length: string) => readLength(bytes(length), 0, length.length);
  assert.deepEqual(read("0:"), { value: 0, next: 2 });
  assert.deepEqual(read("9:x"), { value: 9, next: 2 });
  assert.deepEqual(read("12345678:"), { value: 12_345_678, next: 9 });
  for (const length of ["", ":", "1", "01:", "00:", "123456789:", "1x:", "/:", "1;", "-1:"]) {
    assert.equal(read(length), undefined, length);
  }
});

Deno.test("a signature is found where it stands, of a length that there can be", () => {
  const frame = netstring.encode([]);
  const mac = (length: number) => "a".repeat(length);
  const sealed = (authnum: number, length: number) =>
    netstring.open(netstring.seal(frame, authnum, mac(length)));
  assert.equal(sealed(1, 157)?.mac.length, 157);
  assert.equal(sealed(1, 158), undefined);
  assert.equal(sealed(99, 8)?.authnum, 99);
  assert.equal(sealed(100, 8), undefined);
  assert.equal(sealed(0, 8)?.authnum, 0);
  assert.equal(sealed(0, 0), undefined);
  const lines = classic.encode([]);
  const classically = (length: number) => classic.open(classic.seal(lines, 1, mac(length)));
  assert.equal(classically(153)?.mac.length, 153);
  assert.equal(classically(154), undefined);
  for (
    const packet of [
      "###\n%%%\n:1 a,",
      "###\n%%%\n3:1 a",
      "###\n%%%\n4:1 a,",
      "###\n%%\n3:1 a,",
      "3:1 a,",
      ">>>\n<<<\n",
      ">>>\nauth=1 a\n<<<",
      ">>>\nAuth=1 a\n<<<\n",
      ">>>\nauth=1 a<<<\n",
      ">>>\nauth=1 aX<<<\n",
      ">>>\nauth=1 a\n<<X\n",
      ">>>\n\0",
      ">>>\n",
    ]
  ) assert.equal(classic.open(bytes(packet)), undefined, JSON.stringify(packet));
  const closed = classic.open(bytes(">>>\nk=v\nauth=2 b\n<<<\n\0"));
  assert.deepEqual([closed?.authnum, closed?.mac, text(closed!.signed)], [2, "b", "k=v\n"]);
});

Deno.test("texts of any length come out as they went in, in as many bytes as they take", () => {
  const writer = new Writer();
  for (const unit of ["a", "\x7f", "\x80", "\u07ff", "\u0800", "\uffff", "😀", "\ufffd"]) {
    for (const count of [0, 1, 8, 23, 24, 25, 63, 64, 65, 5_000]) {
      const value = unit.repeat(count);
      writer.reset();
      writer.text(value);
      const written = writer.take();
      assert.deepEqual(written, new TextEncoder().encode(value));
      assert.equal(utf8Bytes(value), written.length);
      assert.equal(textOf(written, 0, written.length), value);
    }
  }
  assert.equal(utf8Bytes("\ud800"), 3, "half a character counts as the one that replaces it");
  assert.equal(utf8Bytes("\ud800a\udc00"), 7);
  for (const [number, digits] of [[0, "0"], [9, "9"], [10, "10"], [100, "100"]] as const) {
    writer.reset();
    writer.decimal(number);
    assert.equal(text(writer.take()), digits);
  }
  assert.equal(textOf(bytes("ab\xffcd"), 0, 2), "ab");
  assert.equal(textOf(bytes("ab\xffcd"), 0, 5), undefined);
});

Deno.test("every newline of a value survives classic framing, however many stand together", () => {
  for (const value of ["\n", "\n\n", "\n\n\n", "a\n\nb\n", "\na\n"]) {
    const message: WireMessage = [
      { type: "string", name: "k", value },
      { type: "octets", name: "o", value: Uint8Array.of(0xff, 10, 10, 10, 1) },
      { type: "struct", name: "s", value: [{ type: "string", name: "k", value }] },
    ];
    const frame = classic.encode(message);
    assert.deepEqual(classic.decode(frame), { ok: true, message }, JSON.stringify(value));
  }
});
