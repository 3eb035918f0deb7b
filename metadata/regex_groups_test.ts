import assert from "node:assert/strict";
import fc from "fast-check";
import { groupsOf } from "./regex_groups.ts";

Deno.test("groups match what those of JavaScript match", () => {
  const patterns = [
    "a",
    "",
    "(a)|(b)",
    "(a|ab)(c|bcd)?(d*)",
    "^(.*)-(\\d+)$",
    "(.*?)(b+)",
    "(a??)(a*?)(b|$)",
    "(?:a|b)*(c)",
    "(?:a|)*(b?)",
    "((a)(?<name>b))c?",
    "(?:^|-)([a-c]{1,2})",
    "(a+)(a+)",
    "(a+?)(a+)?$",
    "x?(?:(a)|b)",
    "(\\.)([^.]*)",
  ];
  const text = fc.string({ unit: fc.constantFrom(..."abcdx-.19".split("")), maxLength: 9 });
  for (const pattern of patterns) {
    const javascript = new RegExp(pattern, "v");
    fc.assert(
      fc.property(text, (value) => {
        const found = javascript.exec(value);
        assert.deepEqual(groupsOf(pattern, value), found === null ? undefined : [...found]);
      }),
      { numRuns: 300 },
    );
  }
});

Deno.test("groups are found in linear time", () => {
  const began = performance.now();
  const many = ".*".repeat(100);
  assert.deepEqual(groupsOf(`(${many}X|b)`, `${"a".repeat(500)}b`), ["b", "b"]);
  assert.deepEqual(groupsOf(`${"(?:a|a)".repeat(100)}(X)|(a)`, "a".repeat(200)), [
    "a",
    undefined,
    "a",
  ]);
  // JavaScript's own engine does not come back from either.
  assert.ok(performance.now() - began < 10_000);
});

Deno.test("what cannot be used, or is too long, has no groups", () => {
  assert.equal(groupsOf("(a)\\1", "aa"), undefined);
  assert.equal(groupsOf("(a", "a"), undefined);
  assert.equal(groupsOf("(a)", "a".repeat(5000)), undefined);
});
