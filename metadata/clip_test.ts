import assert from "node:assert/strict";
import { clip, lineCharactersMax } from "./clip.ts";

Deno.test("a long text keeps its begin and its end, and says how much is left out", () => {
  const text = "abcdefghij".repeat(10);
  assert.equal(clip(text, 100), text);
  assert.equal(clip(text, 40), `${text.slice(0, 30)}… 60 characters …abcdefghij`);
  assert.equal(clip("x".repeat(lineCharactersMax)).length, lineCharactersMax);
  assert.match(clip("x".repeat(lineCharactersMax + 1)), /… 1 characters …/);
});

Deno.test("no half character is left at either cut", () => {
  const text = "𝄞".repeat(50); // two units each
  for (const max of [40, 41, 42, 43, 44]) assert.ok(clip(text, max).isWellFormed(), String(max));
});
