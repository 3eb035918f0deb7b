import assert from "node:assert/strict";
import { lineCharactersMax, lineOf } from "./log.ts";

Deno.test("what came from outside cannot forge a line or drive a terminal", () => {
  assert.equal(
    lineOf("a\nb\r\x1b[31m\u2028%n%s\u0085\u202e\u200b"),
    "a\\u000ab\\u000d\\u001b[31m\\u2028%n%s\\u0085\\u202e\\u200b",
  );
});

Deno.test("a line of one megabyte is cut, and says so", () => {
  const line = lineOf("x".repeat(1_000_000));
  assert.ok(line.length < lineCharactersMax + 40);
  assert.match(line, /cut, 1000000 characters/);
});
