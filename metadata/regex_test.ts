import assert from "node:assert/strict";
import fc from "fast-check";
import { matches, regexProblem } from "./regex.ts";

Deno.test("an expression matches what JavaScript matches", () => {
  const patterns = [
    "",
    "a",
    "a|b|",
    "(?:ab|a)(?:c|bc)",
    "[a-z]+(?:\\.[a-z]+)*",
    "^a.c$",
    "a{2}b{1,2}c{2,}",
    "a{0}b?",
    "(a*)*b",
    "(?:a|ab)*?c",
    "(?<name>a)+",
    "\\d+\\s?\\w*",
    "[^abc]",
    "[[a-c]--[b]]+",
    "[\\p{L}&&[^a]]*",
    "\\u{1d11e}\\x61\\u0062",
    "\\p{Lu}\\P{Lu}",
    "\\.\\*\\\\",
    "(a|$)b?",
    "a^b",
    "(^a|b)+",
    ".*",
    "𝄞?a",
  ];
  const text = fc.string({ unit: fc.constantFrom(..."abcABC.*\\19 \n𝄞".split("")), maxLength: 8 });
  for (const pattern of patterns) {
    assert.equal(regexProblem(pattern), undefined, pattern);
    const javascript = new RegExp(`^(?:${pattern})$`, "v");
    fc.assert(
      fc.property(text, (value) => matches(pattern, value) === javascript.test(value)),
      { numRuns: 200 },
    );
  }
});

Deno.test("what matches in linear time only, and what cannot be used", () => {
  const began = performance.now();
  for (
    const pattern of ["(a+)+b", "(a|a)*b", "(a*)*(a*)*b", "(?:a?){500}a{500}", "(.*)(.*)(.*)b"]
  ) {
    assert.equal(matches(pattern, "a".repeat(4000)), false, pattern);
  }
  // JavaScript's own engine does not come back from the first of them.
  assert.ok(performance.now() - began < 20_000);

  assert.equal(matches("a*", "a".repeat(4096)), true);
  assert.equal(matches("a*", "a".repeat(4097)), false);

  for (
    const pattern of [
      "(",
      "[",
      "a**",
      "(a)\\1",
      "(?<x>a)\\k<x>",
      "(?=a)a",
      "(?<!a)b",
      "\\bword",
      "(?i:a)",
      "a{3000}",
      "(?:a{60}){60}",
      "a".repeat(1025),
      "(".repeat(65) + ")".repeat(65),
    ]
  ) {
    assert.ok(regexProblem(pattern), pattern);
    assert.equal(matches(pattern, "a"), false, pattern);
  }
});
