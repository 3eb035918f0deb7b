import assert from "node:assert/strict";
import fc from "fast-check";
import { repeatedName } from "./repeated_name.ts";

Deno.test("a name that an object gives twice is found, with its place", () => {
  assert.equal(repeatedName('{"a":1,"b":{"a":2},"c":[{"a":1},{"a":2}]}'), undefined);
  assert.equal(repeatedName('{"a":1,"a":2}'), "a");
  assert.equal(repeatedName('{"m":[1,{"p":"{\\"p\\":1,","p":2}]}'), "m[1].p");
  assert.equal(repeatedName('[{"x":{}},{"y":1,"\\u0079":2}]'), "[1].y");
  assert.equal(repeatedName('"a"'), undefined);
});

Deno.test("no text that a program writes repeats a name", () => {
  fc.assert(fc.property(fc.json(), (json) => repeatedName(json) === undefined));
});
