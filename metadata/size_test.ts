import assert from "node:assert/strict";
import { tooLarge } from "./size.ts";

const nested = (depth: number): unknown => depth === 0 ? 1 : [nested(depth - 1)];

Deno.test("a value may be nested 64 deep and hold 100000 values, and no more", () => {
  assert.equal(tooLarge(nested(64), "it"), undefined);
  assert.equal(tooLarge(nested(65), "it")?.what, "it is too large");
  const flat = (length: number) => Array.from({ length }, () => 0);
  // The list itself counts, and what is not looked at yet does.
  assert.equal(tooLarge(flat(100_000), "it"), undefined);
  assert.notEqual(tooLarge(flat(100_001), "it"), undefined);
  assert.equal(tooLarge({ a: null, b: undefined, c: "text" }, "it"), undefined);
});
