import assert from "node:assert/strict";
import type { Message } from "./messages.ts";
import { jsonOf, opened } from "./unread.ts";

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
