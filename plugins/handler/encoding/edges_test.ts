/**
 * What the encodings of JSON and XML refuse, and the line in which they carry a signature.
 *
 * @module
 */
import assert from "node:assert/strict";
import json from "../../encoding/json/mod.ts";
import xml from "../../encoding/xml/mod.ts";
import xmlrpc from "../../encoding/xmlrpc/mod.ts";
import { type Encoding, frameBytesMax, structDepthMax, type WireMessage } from "./contract.ts";
import { checkList, checkMessage, checkName, checkText } from "./sayable.ts";
import { trailer } from "./trailer.ts";

const host = { emit: () => {}, log: () => {} };
const encodings: Readonly<Record<string, Encoding>> = {
  json: await json({}, host),
  xml: await xml({}, host),
  xmlrpc: await xmlrpc({}, host),
};
const bytes = (text: string) => new TextEncoder().encode(text);

Deno.test("a name has no control character that classic framing needs, and a beginning", () => {
  for (const name of ["", "(", "(a", "a=", "=", "a\n", "\0", "\x0f", "\x1f", "a\x13", "\ud800"]) {
    assert.throws(() => checkName(name), RangeError, JSON.stringify(name));
  }
  for (const name of ["a", "a(", ")", " ", "\x0e", "\x01", "\x0b", "\x20", "é", "a-b.c"]) {
    checkName(name);
  }
});

Deno.test("texts have no NUL and no half of a character, alone or in a list", () => {
  for (const text of ["\0", "a\0b", "\ud800"]) {
    assert.throws(() => checkText("k", text), RangeError);
    assert.throws(() => checkList("k", ["a", text]), RangeError);
  }
  checkText("k", "");
  checkList("k", ["a", "\x01"]);
  checkList("k", []);
  assert.throws(() => checkList("k", ["a", ""]), /an empty text/);
});

const deep = (depth: number): WireMessage =>
  depth === 0 ? [] : [{ type: "struct", name: "s", value: deep(depth - 1) }];

Deno.test("structs are as deep as the bound, and no deeper", () => {
  checkMessage(deep(structDepthMax));
  assert.throws(() => checkMessage(deep(structDepthMax + 1)), /more than 16 deep/);
  const bad: WireMessage = [{ type: "list", name: "l", value: [""] }];
  assert.throws(() => checkMessage([{ type: "struct", name: "s", value: bad }]), /empty text/);
  for (const [name, encoding] of Object.entries(encodings)) {
    const message = deep(structDepthMax);
    assert.deepEqual(encoding.decode(encoding.encode(message)), { ok: true, message }, name);
    assert.throws(() => encoding.encode(deep(structDepthMax + 1)), RangeError, name);
  }
});

Deno.test("what another encoding would not say is no message", () => {
  for (
    const [name, frame] of [
      ["json", "{}"],
      ["json", '[["string","k"]]'],
      ["json", '[["string","k","v",1]]'],
      ["json", '["string"]'],
      ["json", '[["string",1,"v"]]'],
      ["json", '[["string","k",1]]'],
      ["json", '[["list","k","v"]]'],
      ["json", '[["list","k",[1]]]'],
      ["json", '[["list","k",[""]]]'],
      ["json", '[["binary","k",1]]'],
      ["json", '[["binary","k","?"]]'],
      ["json", '[["struct","k","v"]]'],
      ["json", '[["other","k","v"]]'],
      ["json", '[["string","a=b","v"]]'],
      ["json", `${'[["struct","s",'.repeat(17)}[]${"]]".repeat(17)}`],
      ["json", ""],
      ["xml", "<L/>"],
      ["xml", "<AL><V>v</V></AL>"],
      ["xml", '<AL><X n="k">v</X></AL>'],
      ["xml", '<AL><V n="k" t="other">v</V></AL>'],
      ["xml", '<AL><V n="k" t="binary">?</V></AL>'],
      ["xml", '<AL><L n="k"><X>v</X></L></AL>'],
      ["xml", '<AL><L n="k">v</L></AL>'],
      ["xml", '<AL><V n="k"><V/></V></AL>'],
      ["xml", '<AL><V n="a=b">v</V></AL>'],
      ["xml", '<AL>x<V n="k">v</V></AL>'],
      ["xmlrpc", "<methodCall/>"],
      ["xmlrpc", "<methodCall><methodName>other</methodName><params/></methodCall>"],
    ] as const
  ) {
    assert.equal(encodings[name]?.decode(bytes(frame)).ok, false, `${name} ${frame}`);
  }
  const taken = encodings["xml"]?.decode(bytes('<AL>\n<V n="k" e="base64">AA==</V> </AL>'));
  assert.equal(taken?.ok, false, "a NUL, however it is written");
  assert.equal(
    encodings["xml"]?.decode(bytes('<AL>\n<V n="k" e="base64">AQ==</V> </AL>')).ok,
    true,
  );
});

Deno.test("each part of an XML-RPC call has its one place and form", () => {
  const message: WireMessage = [
    { type: "string", name: "k", value: "v" },
    { type: "string", name: "c", value: "\x01" },
    { type: "binary", name: "b", value: Uint8Array.of(1) },
    { type: "list", name: "l", value: ["x"] },
    { type: "struct", name: "s", value: [{ type: "string", name: "k", value: "" }] },
  ];
  const text = new TextDecoder().decode(encodings["xmlrpc"]?.encode(message));
  const decode = (frame: string) => encodings["xmlrpc"]?.decode(bytes(frame));
  assert.deepEqual(decode(text), { ok: true, message });
  for (
    const [from, to] of [
      ["heartbeat.message", "heartbeat.other"],
      ["<methodName>", "<methodName><x/>"],
      ["<params>", "<params><param/>"],
      ["<param>", "<param><value/>"],
      ["<array>", "<array><data/>"],
      ["<data>", "<date>"],
      ["<struct>", "<struct><member/>"],
      ["<member><name>name</name>", "<member><name>mane</name>"],
      ["<member><name>type</name>", "<member><name>epyt</name>"],
      ["<member>", "<member><x/>"],
      ["<string>binary</string>", "<string>other</string>"],
      ["<string>v</string>", "<int>1</int>"],
      ["<string>v</string>", ""],
      ["<string>v</string>", "<string>v</string><string>v</string>"],
      ["<base64>AQ==</base64>", "<string>AQ==</string>"],
      ["<value>", "<value>text"],
    ] as const
  ) {
    let changed = text.replaceAll(from, to);
    if (from === "<data>") changed = changed.replaceAll("</data>", "</date>");
    if (from === "<base64>AQ==</base64>") changed = text.replace(/AQ==(?=.*AQ==)/, "?");
    assert.equal(decode(changed)?.ok, false, `${from} became ${to}`);
  }
});

Deno.test("two mebibytes are a frame, one byte more is none", () => {
  for (const [name, encoding] of Object.entries(encodings)) {
    const room = frameBytesMax - encoding.encode([{ type: "string", name: "k", value: "" }]).length;
    for (const more of [0, 64]) {
      const value = "x".repeat(room - 64 + more);
      const frame = encoding.encode([{ type: "string", name: "k", value }]);
      const padded = new Uint8Array(frameBytesMax + (more === 0 ? 0 : 1)).fill(0x20);
      padded.set(frame.subarray(0, padded.length));
      const decoded = encoding.decode(padded);
      assert.equal(decoded.ok, more === 0, `${name} ${decoded.ok ? "" : decoded.why}`);
      if (!decoded.ok) assert.match(decoded.why, /2097153 bytes are more than 2097152/);
    }
  }
});

Deno.test("a signature is the last line, of a length that there can be", () => {
  const frame = bytes("frame");
  const open = (line: string) => trailer.open(bytes(`frame${line}`));
  assert.deepEqual(trailer.signable(frame), frame);
  assert.deepEqual(trailer.seal(frame, 12, "ab"), bytes("frame\n12 ab"));
  const envelope = open("\n12 ab");
  assert.deepEqual([envelope?.authnum, envelope?.mac], [12, "ab"]);
  assert.deepEqual([envelope?.signed, envelope?.frame], [frame, frame]);
  for (const line of ["", "\n", "\n1", "\n1 ", "\n01 a", "\n100 a", "\n1 A", "\n1 a\n", "\n-1 a"]) {
    assert.equal(open(line), undefined, JSON.stringify(line));
  }
  assert.equal(open(`\n1 ${"a".repeat(157)}`)?.mac.length, 157);
  assert.equal(open(`\n1 ${"a".repeat(158)}`), undefined);
  assert.deepEqual(trailer.open(bytes("\n1 a"))?.frame.length, 0);
});
