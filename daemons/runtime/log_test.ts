import assert from "node:assert/strict";
import { lineCharactersMax, printable } from "./log.ts";

Deno.test("what came from outside cannot forge a line or drive a terminal", () => {
  assert.equal(
    printable("a\nb\r\x1b[31m\u2028%n%s\u0085"),
    "a\\x0ab\\x0d\\x1b[31m\\x2028%n%s\\x85",
  );
});

Deno.test("a line of one megabyte is cut, and says so", () => {
  const line = printable("x".repeat(1_000_000));
  assert.ok(line.length < lineCharactersMax + 40);
  assert.match(line, /cut, 1000000 characters/);
});
